package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

var noFork = whenAsked(`Can't save in background: fork: Cannot allocate memory`)

// cacheUnsaved says why Redis could not write its copy to disk, after which it takes nothing in (stop-writes-on-bgsave-error):
// its folder is not its own, or the kernel gives it no memory for a copy of itself. False when neither is seen.
func cacheUnsaved(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, found *Finding) bool {
	u, ok := storeUnit(ctx, f, s)
	creds, known := f.UnitCreds(ctx, u)
	users, err := f.Users(ctx)
	if !ok || !known || err != nil {
		return false
	}
	dir := redisFolder(f)
	i, err := f.Host.Root.Stat(dir)
	if err == nil && i.Mode.IsDir() && !creds.May(i, 3) {
		who, group := servedBy(ctx, f, u)
		found.Where, found.Confidence = sysinfo.Place{File: dir}, 0.96
		found.Summary = fmt.Sprintf("Redis takes nothing in for %s: it may not write its copy to %s", s.App, dir)
		found.Evidence = append(found.Evidence, Evidence{Source: "ls -ld " + dir, Text: modeText(i, users)})
		found.Fix = ownAgain(s, dir, i, who, group)
		return true
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
		return true
	}
	return false
}

// redisFolder is where Redis keeps its copy.
func redisFolder(f *sysinfo.Facts) string {
	if _, dir := redisPath(f, "dir"); dir != "" {
		return dir
	}
	return "/var/lib/redis"
}

// ownAgain gives Redis its folder back and lets it save; one that saved takes everything in again.
func ownAgain(s *sysinfo.Store, dir string, i sysinfo.Info, who, group string) Fix {
	x := Fix{Title: "Give Redis its folder back", Risk: Low}
	if path.Dir(dir) != "/var/lib" && path.Base(dir) != who || theSystems(dir) {
		return x.Tell("%s is not Redis's alone: let %s write there, or give it a folder of its own (dir in redis.conf)", dir, who)
	}
	x.Undo = fmt.Sprintf("chown -R %d:%d %s", i.UID, i.GID, sh(dir))
	return saveNow(x.Do("Its folder and its copy are its own", "chown -R %s:%s %s", sh(who), sh(group), sh(dir)), s)
}

// saveNow lets Redis write its copy.
func saveNow(x Fix, s *sysinfo.Store) Fix {
	if s.HasPassword() || s.Unix != "" || s.Host != "127.0.0.1" && s.Host != "localhost" {
		return x.Tell("Then let it save: redis-cli BGSAVE, with its password. Once that has worked it takes everything in again")
	}
	return x.Do("Let it save: once that has worked it takes everything in again", "redis-cli -p %d BGSAVE && sleep 1", s.Port)
}

// mayFork lets the kernel promise the memory of a copy that shares nearly all of it (Redis, "Background saving fails with a fork() error").
func mayFork(f *sysinfo.Facts, s *sysinfo.Store) Fix {
	was, err := f.Host.Root.ReadFile("/proc/sys/vm/overcommit_memory")
	x := Fix{Title: "Let the kernel promise memory for the copy", Risk: Medium, Undo: "sysctl -w vm.overcommit_memory=" + strings.TrimSpace(string(was))}
	if err != nil || len(strings.TrimSpace(string(was))) != 1 {
		x.Undo = "sysctl -w vm.overcommit_memory=0"
	}
	x = x.Do("Redis itself asks for this setting. What it costs: a program that uses all that it was promised is ended by the kernel, instead of being refused", "sysctl -w vm.overcommit_memory=1")
	return saveNow(x, s).Tell("For good: a line vm.overcommit_memory = 1 in a file of /etc/sysctl.d")
}
