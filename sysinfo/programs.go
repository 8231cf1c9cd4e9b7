package sysinfo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo/errlog"
)

// Services are Units, the programs that supervisord, pm2 and people's own managers keep, and containers, by name. The names of the latter begin
// with who keeps them: "supervisord:shop", "docker:shop", "alice:shop". An error means that there is nothing of either kind that could be looked at.
func (f *Facts) Services(ctx context.Context) (map[string]Unit, error) {
	return f.services.get(func() (map[string]Unit, error) {
		units, err := f.Units(ctx)
		all := maps.Clone(units)
		if all == nil {
			all = map[string]Unit{}
		}
		for _, u := range f.supervisord(ctx) {
			all[u.Name] = u
		}
		for _, u := range slices.Concat(f.pm2(ctx), f.userUnits(ctx)) {
			all[u.Name] = u
		}
		containers, _ := f.Containers(ctx) // unreadable engines are the container checks' to tell
		for _, c := range containers {
			u := c.service()
			all[u.Name] = u
		}
		if len(all) > 0 {
			err = nil
		}
		return all, err
	})
}

// Word is the service's name as its own manager's commands take it.
func (u Unit) Word() string {
	_, word, ok := strings.Cut(u.Name, ":")
	if ok && u.Manager != "" {
		return word
	}
	return strings.TrimSuffix(u.Name, ".service")
}

// Command is how its manager starts, stops or restarts it, as one shell line for root.
func (u Unit) Command(verb string) string {
	switch {
	case u.Manager == "":
		return "systemctl " + verb + " " + strings.ReplaceAll(u.Word(), `\`, `\\`) // all that systemd lets into a name and a shell reads
	case u.Within() != "": // which starts all that it keeps
		return "systemctl restart " + strings.TrimSuffix(u.Within(), ".service")
	case u.Keeper != "" && verb != "stop": // the manager itself is down, and starts all it keeps
		return u.Keeper
	}
	return fmt.Sprintf(u.Manager, verb+" "+u.Word())
}

// Status is the command that shows how it is, and Log the one that shows what it wrote.
func (u Unit) Status() string {
	switch {
	case u.Manager == "":
		return "systemctl status " + u.Word()
	case u.Within() != "":
		return "systemctl status " + strings.TrimSuffix(u.Within(), ".service")
	case u.Contained():
		return fmt.Sprintf(u.Manager, "ps -a --filter name="+u.Word())
	}
	return fmt.Sprintf(u.Manager, "status "+u.Word())
}

// Folder is where a service is started, without the marks that systemd takes before it ("-": optional, "!": as root).
func (u Unit) Folder() string { return strings.TrimLeft(u.Props["WorkingDirectory"], "!-") }

// Ended says in words how a failed service ended (Result= in systemd.exec(5), systemd.service(5)).
func (u Unit) Ended() string {
	switch u.Result {
	case "exit-code":
		return "its program ended with an error"
	case "signal":
		return "its program was killed"
	case "core-dump":
		return "its program crashed"
	case "oom-kill":
		return "the kernel killed it for want of memory"
	case "timeout":
		return "it took too long"
	case "watchdog":
		return "it gave no sign of life"
	case "resources":
		return "systemd could not set it up"
	case "start-limit-hit":
		return "it was started too often"
	case "condition", "exec-condition":
		return "a condition of its unit is not met"
	case "protocol":
		return "it did not say that it is ready"
	}
	return strings.ReplaceAll(u.Result, "-", " ")
}

// Log is the command that shows what the service wrote.
func (u Unit) Log() string {
	switch {
	case u.Manager == "":
		return "journalctl -u " + u.Word()
	case u.Within() != "" && u.LogFile == "":
		return "journalctl -u " + strings.TrimSuffix(u.Within(), ".service")
	case u.Contained():
		return fmt.Sprintf(u.Manager, "logs --tail 50 "+u.Word())
	}
	if user, ok := u.OfUser(); ok {
		return "journalctl _SYSTEMD_USER_UNIT=" + u.Word() + ".service _UID=$(id -u " + user + ")"
	}
	if u.LogFile == "" && u.Section() != "" {
		return fmt.Sprintf(u.Manager, "tail "+u.Word())
	}
	return "tail -n 50 " + u.LogFile
}

// Contained says that it is a container.
func (u Unit) Contained() bool { return u.Manager == "docker %s" || u.Manager == "podman %s" }

// logTail is how much of a program's own log is looked at.
const logTail = 64 << 10

// programLog is what Journal gives for a program that writes into a file: its last lines.
func (f *Facts) programLog(ctx context.Context, u Unit) ([]JournalLine, error) {
	if u.Contained() {
		return f.ContainerLog(ctx, u)
	}
	if _, ok := u.OfUser(); ok {
		return f.userJournal(ctx, u)
	}
	if u.LogFile == "" {
		return nil, f.unkept(u)
	}
	text, err := f.Host.Root.Tail(u.LogFile, logTail)
	if err != nil {
		return nil, err
	}
	at := f.Host.Now()
	if info, err := f.Host.Root.Stat(u.LogFile); err == nil {
		at = info.ModTime
	}
	return lastLines(f.logLines(u, text, at)), nil
}

// logLines reads the lines of a program's log. A line without a time has that of the line before it, the first ones have
// that of the first line with one; at is the time where none has any. What stands before uWSGI's line of a request was said during it.
func (f *Facts) logLines(u Unit, text string, at time.Time) []JournalLine {
	p := errlog.NewParser(f.zone())
	var out []JournalLine
	timed, last := false, 0 // last: where the lines begin that stand behind the last one with a time
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(line) == "" {
			continue
		}
		if ev := p.Parse(line); !ev.Time.IsZero() {
			at = ev.Time
			if !timed || strings.HasPrefix(line, "[pid: ") {
				for i := range out[last:] {
					out[last+i].Time = at
				}
			}
			timed, last = true, len(out)+1
		}
		out = append(out, JournalLine{Time: at, Unit: u.Name, Ident: u.Word(), PID: u.MainPID, Text: line, Source: u.Log()})
	}
	return out
}

func lastLines(all []JournalLine) []JournalLine { return all[max(0, len(all)-200):] }

// plainName is a program's name that a shell takes as it stands; others are left to their owner.
func plainName(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") == "" && s[0] != '-'
}

// keeps says whether a process is the program's own or one of its children.
func (f *Facts) keeps(ctx context.Context, u Unit, pid int) bool {
	if u.MainPID == 0 {
		return false
	}
	procs, err := f.Procs(ctx)
	if err != nil {
		return false
	}
	parent := map[int]int{}
	for _, p := range procs {
		parent[p.PID] = p.PPID
	}
	for range 8 {
		if pid == u.MainPID {
			return true
		}
		if pid = parent[pid]; pid <= 1 {
			return false
		}
	}
	return false
}

// containerLines is how many lines of a gateway's container are read at the most, visits among them: the latest.
const containerLines = "2000"

// ContainerLog asks the engine for a container's last lines.
func (f *Facts) ContainerLog(ctx context.Context, u Unit) ([]JournalLine, error) {
	lines, err := f.containerLines(ctx, u, "100")
	return lastLines(lines), err
}

func (f *Facts) containerLines(ctx context.Context, u Unit, most string) ([]JournalLine, error) {
	ctx, cancel := context.WithTimeout(ctx, toolWait)
	defer cancel()
	engine, _, _ := strings.Cut(u.Manager, " ")
	out, err := f.Host.Run(ctx, engine, "logs", "--tail", most, u.Word())
	if err != nil {
		return nil, err
	}
	return f.logLines(u, string(out.Stdout)+string(out.Stderr), f.Host.Now()), nil
}
