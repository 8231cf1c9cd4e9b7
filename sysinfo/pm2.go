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

// pm2Saved is one program in dump.pm2, which `pm2 save` writes (pm2 lib/API/Startup.js).
type pm2Saved struct {
	Name     string            `json:"name"`
	Path     string            `json:"pm_exec_path"`
	Dir      string            `json:"pm_cwd"`
	ErrorLog string            `json:"pm_err_log_path"`
	PIDFile  string            `json:"pm_pid_path"`
	User     string            `json:"username"`
	Args     any               `json:"args"` // a list, or one string
	Env      map[string]string `json:"env"`
}

// pm2 lists the programs that a pm2 of this machine has saved. Their state comes from their pid files and from what
// pm2's own log says last of each: pm2 itself is not asked, since asking starts its daemon.
func (f *Facts) pm2(ctx context.Context) []Unit {
	var out []Unit
	for _, dir := range f.pm2Folders() {
		b, err := f.Host.Root.ReadFile(dir + "/dump.pm2")
		if err != nil {
			continue
		}
		var saved []pm2Saved
		if json.Unmarshal(b, &saved) != nil {
			continue // half written, or of another time
		}
		said, _ := f.Host.Root.Tail(dir+"/pm2.log", logTail)
		alive := f.pm2Daemon(ctx, dir)
		for _, s := range saved {
			if !plainName(s.Name) || s.User != "" && !plainName(s.User) {
				continue
			}
			out = append(out, f.pm2Unit(ctx, dir, s, alive, said))
		}
	}
	return out
}

func (f *Facts) pm2Unit(ctx context.Context, dir string, s pm2Saved, alive bool, said string) Unit {
	u := Unit{Name: "pm2:" + s.Name, Manager: pm2Command(s.User, "%s"), Load: "loaded", Fragment: dir + "/dump.pm2", User: s.User, LogFile: s.ErrorLog,
		Exec: strings.TrimSpace("node " + s.Path + " " + strings.Trim(fmt.Sprint(s.Args), "[]<nil>")), Props: map[string]string{"WorkingDirectory": s.Dir, "Environment": "PORT=" + s.Env["PORT"]}}
	if !path.IsAbs(u.LogFile) {
		u.LogFile = ""
	}
	if f.Host.Files {
		return u
	}
	u.Active, u.Sub, u.Result = "inactive", "dead", "success"
	if !alive {
		u.Keeper = pm2Command(s.User, "resurrect")
		return u
	}
	if b, err := f.Host.Root.ReadFile(s.PIDFile); err == nil {
		u.MainPID, _ = strconv.Atoi(strings.TrimSpace(string(b)))
	}
	procs, _ := f.Procs(ctx)
	switch {
	case u.MainPID > 0 && slices.ContainsFunc(procs, func(p Proc) bool { return p.PID == u.MainPID }):
		u.Active, u.Sub = "active", "running"
	case strings.Contains(said, " "+s.Path+" had too many unstable restarts"):
		u.Active, u.Sub, u.Result = "failed", "errored", "exit-code"
	}
	return u
}

// pm2Daemon says that the daemon of that folder runs: its title is "PM2 v5.3.0: God Daemon (/root/.pm2)".
func (f *Facts) pm2Daemon(ctx context.Context, dir string) bool {
	procs, err := f.Procs(ctx)
	return err == nil && slices.ContainsFunc(procs, func(p Proc) bool {
		return strings.HasPrefix(p.Cmd, "PM2 ") && strings.Contains(p.Cmd, "God Daemon ("+dir+")")
	})
}

// pm2Command is a command of pm2 as the user whose daemon it is.
func pm2Command(user, args string) string {
	if user == "" || user == "root" {
		return "pm2 " + args
	}
	return "su - " + user + " -c 'pm2 " + args + "'"
}
