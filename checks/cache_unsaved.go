package checks

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

var noFork = whenAsked(`Can't save in background: fork: Cannot allocate memory`)

// cacheUnsaved says why Redis could not write its copy to disk, after which it takes nothing in (stop-writes-on-bgsave-error):
// its folder is not its own, the kernel gives it no memory for a copy of itself, or what its log says.
func cacheUnsaved(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, found *Finding) {
	u, ok := storeUnit(ctx, f, s)
	if !ok {
		found.Summary = fmt.Sprintf("Redis cannot save its copy to disk, so it takes nothing in for %s", s.App)
		found.Fix = Fix{Title: "Let Redis save its copy", Risk: Low}.Tell("Its log says why (logfile in its settings): want of rights, want of room, a folder that can only be read. Mend that, then let it save: redis-cli BGSAVE")
		return
	}
	creds, known := f.UnitCreds(ctx, u)
	users, err := f.Users(ctx)
	at, dir := redisFolder(f, u)
	i, gone := f.Host.Root.Stat(dir)
	if known && err == nil && gone == nil && i.Mode.IsDir() && !creds.May(i, 3) {
		who, group := servedBy(ctx, f, u)
		found.Where, found.Confidence = sysinfo.Place{File: dir}, 0.96
		found.Summary = fmt.Sprintf("Redis takes nothing in for %s: it may not write its copy to %s", s.App, dir)
		found.Evidence = append(found.Evidence, Evidence{Source: "ls -ld " + dir, Text: modeText(i, users)})
		found.Fix = ownAgain(s, i, who, group, redisAlone(f.Host.Root, at, dir))
		return
	}
	words, _ := f.Words(ctx, u) // none: its folder has been looked at
	for _, w := range reversed(words[max(0, len(words)-60):]) {
		if !noFork.MatchString(w.Text) {
			continue
		}
		found.Where, found.Confidence = sysinfo.Place{File: "/proc/sys/vm/overcommit_memory"}, 0.94
		found.Summary = fmt.Sprintf("Redis takes nothing in for %s: the kernel gives it no memory for the copy of itself that it saves from", s.App)
		found.Evidence = append(found.Evidence, Evidence{Source: w.Source, Text: w.Text, Time: w.Time})
		found.Fix = mayFork(f, s)
		return
	}
	unsavedReason(ctx, f, s, u, found)
}

// redisFolder is where Redis keeps its copy, and the line that says so.
func redisFolder(f *sysinfo.Facts, u sysinfo.Unit) (at sysinfo.Place, dir string) {
	at, dir = redisPath(f, u, "dir")
	return at, cmp.Or(dir, "/var/lib/redis")
}

// ownAgain gives Redis its folder back and lets it save; one that saved takes everything in again.
func ownAgain(s *sysinfo.Store, i sysinfo.Info, who, group string, alone bool) Fix {
	dir := i.Path
	x := Fix{Title: "Give Redis its folder back", Risk: Low}
	if (path.Dir(dir) != "/var/lib" || !redisNamed.MatchString(path.Base(dir))) && path.Base(dir) != who && !alone || theSystems(dir) {
		return x.Tell("%s is not Redis's alone: let %s write there, or give it a folder of its own (dir in redis.conf)", dir, who)
	}
	x.Undo = fmt.Sprintf("chown -R %d:%d %s", i.UID, i.GID, sh(dir))
	return saveNow(x.Do("Its folder and its copy are its own", "chown -R %s:%s %s", sh(who), sh(group), sh(dir)), s)
}

// redisNamed is how folders of Redis's own are called: its package's, and those of a second one beside it. Any other may be an app's.
var redisNamed = whenAsked(`(?i)redis|valkey`)

// redisAlone says that a line of root's gives Redis a folder in one of root's, and that nothing but its copies is in it.
func redisAlone(r sysinfo.Root, at sysinfo.Place, dir string) bool {
	names, err := r.ReadDir(dir)
	return err == nil && onlyRoots(r, at.File) && onlyRoots(r, path.Dir(dir)) && !slices.ContainsFunc(names, func(n string) bool { return !redisCopies.MatchString(n) })
}

// redisCopies are the names under which Redis keeps what it holds (dbfilename, appendfilename, appenddirname).
var redisCopies = whenAsked(`^(dump.*\.rdb|temp-.*\.(rdb|aof)|appendonly.*\.aof|appendonlydir)$`)

// saveNow lets Redis write its copy.
func saveNow(x Fix, s *sysinfo.Store) Fix {
	if !plainRedis(s) {
		return x.Tell("Then let it save: redis-cli BGSAVE, with its password. Once that has worked it takes everything in again")
	}
	return x.Do("Let it save: once that has worked it takes everything in again", "redis-cli -p %d BGSAVE && sleep 1", s.Port)
}

// mayFork lets the kernel promise the memory of a copy that shares nearly all of it (Redis, "Background saving fails with a fork() error").
func mayFork(f *sysinfo.Facts, s *sysinfo.Store) Fix {
	was, err := f.Host.Root.ReadFile("/proc/sys/vm/overcommit_memory")
	before := strings.TrimSpace(string(was))
	if err != nil || len(before) != 1 {
		before = "0"
	}
	x := setKernel(f, Fix{Title: "Let the kernel promise memory for the copy", Risk: Medium},
		"Redis itself asks for this setting. What it costs: a program that uses all that it was promised is ended by the kernel, instead of being refused", "vm.overcommit_memory", "1", before)
	return saveNow(x, s)
}
