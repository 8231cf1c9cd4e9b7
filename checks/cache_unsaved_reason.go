package checks

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// unsavedBy are the lines in which Redis says why a copy was not saved (src/rdb.c, rdbSave); the folder, where it names one, and the reason. The second
// form has none.
var unsavedBy = []pattern{
	whenAsked(`Failed opening the (?:temp )?RDB file \S+ \(in server root dir ([^)]+)\) for saving: (.+)`),
	whenAsked(`(?:Write error saving DB on disk|Error moving temp DB file)()[^:]*: (.+)`),
}

// lastUnsaved is the last reason that Redis's log has for a copy that was not saved.
func lastUnsaved(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) (dir, reason string, said Evidence) {
	words, _ := f.Words(ctx, u) // none: nothing is known
	for _, w := range reversed(words[max(0, len(words)-60):]) {
		for _, form := range unsavedBy {
			if m := form.FindStringSubmatch(w.Text); m != nil {
				return m[1], strings.TrimSpace(m[2]), Evidence{Source: w.Source, Text: w.Text, Time: w.Time}
			}
		}
	}
	return "", "", said
}

// unsavedReason says why Redis saves nothing by what its log has of it.
func unsavedReason(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, u sysinfo.Unit, found *Finding) {
	at, dir := redisFolder(f, u)
	logged, reason, said := lastUnsaved(ctx, f, u)
	dir = cmp.Or(logged, dir)
	x := Fix{Title: "Let Redis save its copy", Risk: Medium}
	if reason == "" {
		found.Summary = fmt.Sprintf("Redis cannot save its copy to disk, so it takes nothing in for %s", s.App)
		found.Evidence = append(found.Evidence, lastWords(ctx, f, u)...)
		found.Fix = saveNow(x.Tell("Its log says why (logfile in its settings, else %s): want of rights, want of room, a folder that can only be read. Mend that", u.Log()), s)
		return
	}
	found.Confidence = 0.96
	found.Summary = fmt.Sprintf("Redis cannot save its copy to %s (%s), so it takes nothing in for %s", dir, Quote(reason), s.App)
	found.Evidence = append(found.Evidence, said)
	if at.Known() {
		found.Where = at
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
	}
	switch {
	case takesNoWrites.MatchString(reason):
		found.Fix = x.Tell("%s can only be read by %s: let it write there, or name another folder at dir in its settings", dir, unitWord(u.Name))
		if o := readOnlyFor(ctx, f, u, &obstacle{}, path.Join(dir, redisCopy(f, u))); o != nil {
			found.Evidence = append(found.Evidence, o.evidence...)
			found.Fix = o.clear(x)
			if o.veil && found.Fix.commands() != "" {
				found.Fix = restartUnsaved(ctx, f, found.Fix, s, u, dir)
			}
		}
	case strings.Contains(strings.ToLower(reason), "no space left"):
		found.Fix = x.Tell("Make room on the disk that %s lies on: df -h %s", dir, sh(dir))
		if full := filesystemOf(ctx, f, dir); full != nil && (full.full() || full.noInodes()) {
			room, taken := makeRoom(ctx, f, full)
			found.Evidence = append(found.Evidence, taken...)
			found.Fix = room
		}
	default:
		found.Fix = x.Tell("%s: mend that, for %s", Quote(reason), dir)
	}
	found.Fix = saveNow(found.Fix, s)
}

// redisCopy is the name that Redis gives its copy.
func redisCopy(f *sysinfo.Facts, u sysinfo.Unit) string {
	at := lastSetting(f, redisConf(u), func(_, line string) bool { return firstWord(line) == "dbfilename" })
	if w := strings.Fields(configLine(f.Host.Root, at)); len(w) == 2 && !strings.Contains(w[1], "/") {
		return strings.Trim(w[1], `"'`)
	}
	return "dump.rdb"
}

// restartUnsaved starts a Redis anew that cannot save from where it stands: a sandbox is put up at the start only. It does not end by itself while it
// cannot save ("Error trying to save the DB, can't exit"), and Debian's unit waits for that without end (TimeoutStopSec=0). So its copy is fetched from
// outside of the sandbox, as a replica would (redis-cli --rdb), by its own user, and then it is told to end.
func restartUnsaved(ctx context.Context, f *sysinfo.Facts, x Fix, s *sysinfo.Store, u sysinfo.Unit, dir string) Fix {
	who, _ := servedBy(ctx, f, u)
	name := sh(unitWord(u.Name))
	if !plainRedis(s) || u.Restart == "" || u.Restart == "no" {
		return x.Tell("Then start %s anew. It does not end while it cannot save: fetch what it holds first (redis-cli --rdb %s, as its user), then redis-cli SHUTDOWN NOSAVE, then systemctl restart %s", unitWord(u.Name), path.Join(dir, redisCopy(f, u)), name)
	}
	return x.Do("Redis cannot write its own copy yet: fetch one, as a replica would", "runuser -u %s -- redis-cli -p %d --rdb %s", sh(who), s.Port, sh(path.Join(dir, redisCopy(f, u)))).
		Do("It does not end by itself while it cannot save, and a restart would wait for ever: tell it to, then start it anew with that copy", "redis-cli -p %d SHUTDOWN NOSAVE && systemctl restart %s && sleep 1", s.Port, name)
}

// plainRedis says that redis-cli comes in by a port of this machine, without a password.
func plainRedis(s *sysinfo.Store) bool {
	return !s.HasPassword() && s.Unix == "" && (s.Host == "127.0.0.1" || s.Host == "localhost")
}

// filesystemOf is the one of those in use that a folder lies on; nil where it is none of them.
func filesystemOf(ctx context.Context, f *sysinfo.Facts, dir string) *filesystem {
	all, err := filesystems(ctx, f)
	if err != nil {
		return nil
	}
	var out *filesystem
	for _, s := range all {
		if s.err == nil && inside(dir, s.mount) && (out == nil || len(s.mount) > len(out.mount)) {
			out = s
		}
	}
	return out
}
