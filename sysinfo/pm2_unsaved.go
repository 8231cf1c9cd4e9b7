package sysinfo

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Unsaved is a program that a pm2 of this machine had started, that does not run now, and that no `pm2 save` took down.
type Unsaved struct {
	Name, User string
	Alive      bool          // pm2's daemon runs
	Errored    bool          // pm2 has given it up
	Words      []JournalLine // of its error log, within the window
}

// Command is a command of the pm2 that it is, or was, a program of.
func (u Unsaved) Command(args string) string { return pm2Command(u.User, args) }

// pm2Folders are where pm2 keeps what it knows: one a user.
func (f *Facts) pm2Folders() []string {
	homes, _ := f.Host.Root.Glob("/home/*/.pm2")
	return append([]string{"/root/.pm2", "/var/www/.pm2", "/opt/pm2"}, homes...)
}

// PM2Unsaved finds them by their error logs, their pid files and pm2's own log: what pm2 has not saved, it knows in memory alone.
func (f *Facts) PM2Unsaved(ctx context.Context) []Unsaved {
	var out []Unsaved
	for _, dir := range f.pm2Folders() {
		said, err := f.Host.Root.Tail(dir+"/pm2.log", logTail)
		if err != nil {
			continue
		}
		var saved []pm2Saved
		if b, err := f.Host.Root.ReadFile(dir + "/dump.pm2"); err == nil {
			_ = json.Unmarshal(b, &saved) // half written: then nothing of it is saved
		}
		logs, _ := f.Host.Root.Glob(dir + "/logs/*-error.log")
		alive := f.pm2Daemon(ctx, dir)
		for _, name := range logs[:min(len(logs), maxContainers)] {
			u := Unsaved{Name: strings.TrimSuffix(path.Base(name), "-error.log"), Alive: alive}
			if home := path.Dir(dir); path.Dir(home) == "/home" {
				u.User = path.Base(home)
			}
			if !plainName(u.Name) || u.User != "" && !plainName(u.User) || !strings.Contains(said, "App ["+u.Name+":") || f.pm2Runs(ctx, dir, u.Name) ||
				slices.ContainsFunc(saved, func(s pm2Saved) bool { return s.Name == u.Name }) {
				continue
			}
			u.Words = f.fileWords(Unit{Name: "pm2:" + u.Name}, name)
			u.Errored = givenUp(said, u.Name)
			if len(u.Words) > 0 {
				out = append(out, u)
			}
		}
	}
	return out
}

// pm2Runs says that one of a program's pid files names a process: pm2 takes them away when it ends.
func (f *Facts) pm2Runs(ctx context.Context, dir, name string) bool {
	files, _ := f.Host.Root.Glob(fmt.Sprintf("%s/pids/%s-*.pid", dir, name))
	procs, _ := f.Procs(ctx)
	return slices.ContainsFunc(files, func(file string) bool {
		b, err := f.Host.Root.ReadFile(file)
		pid, err2 := strconv.Atoi(strings.TrimSpace(string(b)))
		return err == nil && err2 == nil && slices.ContainsFunc(procs, func(p Proc) bool { return p.PID == pid })
	})
}

// givenUp: pm2 says that a script was restarted too often right after it has named the program that ended.
func givenUp(said, name string) bool {
	mine := false
	for line := range strings.Lines(said) {
		if mine && strings.Contains(line, "had too many unstable restarts") {
			return true
		}
		mine = strings.Contains(line, "App ["+name+":")
	}
	return false
}
