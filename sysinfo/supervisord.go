package sysinfo

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"
)

// supervisordFiles are where Debian, RHEL and pip put supervisord's configuration.
var supervisordFiles = []string{"/etc/supervisor/supervisord.conf", "/etc/supervisord.conf", "/etc/supervisor/conf.d/*.conf", "/etc/supervisord.d/*.ini", "/etc/supervisor.d/*.ini"}

// supervisord lists the programs that supervisord keeps: what its files say, and what supervisorctl(1) says of each.
// Where it may not be asked, a program's state is empty.
func (f *Facts) supervisord(ctx context.Context) []Unit {
	var sections []Unit
	groups, logs := map[string]string{}, childLogs
	for _, pattern := range supervisordFiles {
		names, _ := f.Host.Root.Glob(pattern) // none is common
		for _, name := range names {
			if b, err := f.Host.Root.ReadFile(name); err == nil {
				sections = append(sections, programs(name, string(b))...)
				groupsOf(string(b), groups)
				logs = cmp.Or(logDirOf(string(b)), logs)
			}
		}
	}
	out := processes(sections, groups)
	for i := range out {
		f.keptLogs(&out[i], logs)
	}
	if len(out) == 0 || f.Host.Files {
		return out
	}
	state := f.settled(ctx)
	keeper := ""
	if state == nil {
		keeper = f.supervisorDown(ctx)
	}
	for i := range out {
		out[i].Keeper, out[i].Told = keeper, state != nil
		if keeper != "" {
			out[i].Active, out[i].Sub = "inactive", "dead"
		}
		out[i].supervised(state[out[i].Word()])
	}
	return out
}

// programs reads the [program:x] and [fcgi-program:x] sections of one file.
func programs(file, text string) []Unit {
	var out []Unit
	var u *Unit
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			u = nil
			section := strings.TrimSuffix(line[1:], "]")
			if kind, name, _ := strings.Cut(section, ":"); (kind == "program" || kind == "fcgi-program") && plainName(name) {
				out = append(out, Unit{Name: "supervisord:" + name, Manager: "supervisorctl %s", Load: "loaded", Fragment: file, Props: map[string]string{"section": section}})
				u = &out[len(out)-1]
			}
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if u == nil || !ok || strings.HasPrefix(line, ";") || strings.HasPrefix(line, "#") {
			continue
		}
		value, _, _ = strings.Cut(value, " ;")
		u.set(strings.TrimSpace(key), strings.TrimSpace(value))
	}
	return out
}

func (u *Unit) set(key, value string) {
	switch key {
	case "command":
		u.Exec = value
	case "directory":
		u.Props["WorkingDirectory"] = value
	case "environment":
		u.Props["Environment"] = strings.ReplaceAll(value, `"`, "")
	case "process_name", "numprocs", "numprocs_start", "socket", "redirect_stderr", "stdout_logfile", "stderr_logfile":
		u.Props[key] = value
	case "user":
		u.User = value
	case "autostart":
		if value == "false" {
			u.Enabled = "disabled"
		}
	}
}

// settled are the states once no program is in the first second of a start, in which supervisord says the same of one that will stay and of
// one that ends at once (startsecs, supervisord.org "Process States"). Where that takes longer by its own setting, it is taken as it is.
func (f *Facts) settled(ctx context.Context) map[string][]string {
	const startSecs = 1100 * time.Millisecond
	state := f.supervisorctl(ctx)
	for _, w := range state {
		if w[0] != "STARTING" {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(startSecs):
			if later := f.supervisorctl(ctx); later != nil {
				return later
			}
		}
		break
	}
	return state
}

// supervisorctl asks for all states: "shop    FATAL     Exited too quickly (process log may have details)". It exits
// with 3 when some program does not run (supervisorctl.py), and with 4 when nobody answers.
func (f *Facts) supervisorctl(ctx context.Context) map[string][]string {
	ctx, cancel := context.WithTimeout(ctx, toolWait)
	defer cancel()
	out, err := f.Host.Run(ctx, "supervisorctl", "status")
	if err != nil || out.Exit != 0 && out.Exit != 3 {
		return nil
	}
	state := map[string][]string{}
	for line := range strings.Lines(string(out.Stdout)) {
		if w := strings.Fields(line); len(w) >= 2 {
			state[w[0]] = w[1:]
		}
	}
	return state
}

// supervisorDown is the command that starts supervisord, where it does not run.
func (f *Facts) supervisorDown(ctx context.Context) string {
	for _, name := range []string{"supervisor.service", "supervisord.service"} {
		if units, err := f.Units(ctx); err == nil && units[name].Load == "masked" {
			word := strings.TrimSuffix(name, ".service")
			return "systemctl unmask " + word + " && systemctl enable --now " + word
		}
		if units, err := f.Units(ctx); err == nil && units[name].Load == "loaded" && !units[name].Running() {
			word := strings.TrimSuffix(name, ".service")
			if u := units[name]; u.Looping() { // a start would wait for the next attempt, most of a minute away
				return "systemctl restart " + word
			}
			return "systemctl enable --now " + word
		}
	}
	return ""
}

// supervised turns supervisord's word for a state into systemd's.
func (u *Unit) supervised(w []string) {
	if len(w) == 0 {
		return
	}
	u.StatusText = strings.Join(w, " ")
	switch w[0] {
	case "RUNNING":
		u.Active, u.Sub = "active", "running"
		if len(w) >= 3 && w[1] == "pid" {
			u.MainPID, _ = strconv.Atoi(strings.TrimSuffix(w[2], ","))
		}
		if up := w[len(w)-1]; strings.HasPrefix(up, "0:00:0") { // it may be between two of its ends: startsecs is one second
			u.Restarts = 1
		}
	case "STARTING", "BACKOFF":
		u.Active, u.Sub, u.Restarts = "activating", "auto-restart", 1
	case "FATAL":
		u.Active, u.Sub, u.Result = "failed", "failed", "exit-code"
	case "EXITED":
		u.Active, u.Sub, u.Result = "failed", "exited", "exit-code"
	default:
		u.Active, u.Sub, u.Result = "inactive", "dead", "success"
	}
}
