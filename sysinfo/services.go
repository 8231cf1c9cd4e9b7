package sysinfo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"strings"
	"time"
)

// Unit is what systemd knows of one service: systemctl(1) show.
type Unit struct {
	Name       string
	Load       string // loaded, not-found, masked, bad-setting
	Active     string // active, reloading, inactive, failed, activating, deactivating
	Sub        string // running, dead, exited, auto-restart …
	Result     string // success, exit-code, signal, core-dump, oom-kill, start-limit-hit, timeout …
	Enabled    string // enabled, disabled, static, masked …; empty when unknown
	ExitCode   int    // of the main process; meaningful when CodeKind is "exited"
	CodeKind   string // "exited", "killed", "dumped", empty
	Restarts   int    // how often systemd restarted it by itself
	Restart    string // no, on-failure, always …
	MainPID    int
	Fragment   string // the unit file
	DropIns    []string
	Exec       string // the command line of ExecStart
	User       string
	Group      string
	StatusText string    // what the service says of itself: PHP-FPM its busy and idle workers
	Since      time.Time // when it entered this state
	Changed    bool      // files changed since systemd read them: NeedDaemonReload
	Props      map[string]string

	Manager string // who keeps it, where that is not systemd: a command with one %s for verb and name
	Keeper  string // the command that starts that manager, when it is down
	Told    bool   // its manager was asked for the states of what it keeps, and answered
	LogFile string // where a program of another manager writes; systemd's write to the journal
}

// Running says that the service's main process is there.
func (u Unit) Running() bool { return u.Active == "active" || u.Active == "reloading" }

// Looping says that systemd is restarting a unit over and over.
func (f *Facts) Looping(ctx context.Context, name string) bool {
	u, ok := f.Unit(ctx, name)
	return ok && name != "" && u.Looping()
}

// Looping says that systemd keeps restarting it: it waits for the next try, is in the middle of one, or cleans up after one that failed.
func (u Unit) Looping() bool {
	return u.Sub == "auto-restart" || u.Restarts > 0 && (u.Active == "activating" || u.Active == "deactivating" && u.Result != "success")
}

// Starting says that systemd waits for its start to be done: for a command before it, or for a sign of its own that it is ready.
func (u Unit) Starting() bool { return u.Active == "activating" && strings.HasPrefix(u.Sub, "start") }

// toolWait is how long systemctl and journalctl may take: they hang with the bus they ask.
const toolWait = 2 * time.Second

// Units are the services that matter to a web server, by name: gateways, PHP-FPM, databases, caches, and every
// service that an admin made. ErrNotHere where there is no systemd.
func (f *Facts) Units(ctx context.Context) (map[string]Unit, error) {
	return f.units.get(func() (map[string]Unit, error) {
		if f.Host.Files {
			return nil, ErrFilesOnly
		}
		if !f.Host.Root.Exists("/run/systemd/system") {
			return nil, fmt.Errorf("systemd: %w", ErrNotHere)
		}
		off, names := f.asleep(ctx, f.unitNames())
		units, err := f.showUnits(ctx, names)
		if err != nil {
			return nil, err
		}
		maps.Copy(units, off)
		for name, u := range units {
			if u.SysV() && u.Enabled == "generated" && !f.atRunlevel(u) {
				u.Enabled = "disabled"
				units[name] = u
			}
			if u.Load == "masked" {
				units[name] = f.unmask(u)
			}
		}
		return units, nil
	})
}

// Needs are the units without which systemd does not start this one, as far as they are more than systemd's own.
func (f *Facts) Needs(ctx context.Context, u Unit) []Unit {
	var names []string
	for name := range strings.FieldsSeq(u.Props["Requires"] + " " + u.Props["Requisite"] + " " + u.Props["BindsTo"]) {
		if kind := path.Ext(name); kind == ".service" || kind == ".socket" || kind == ".mount" && name != "-.mount" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	all, _ := Memo(f, "needs "+u.Name, func() (map[string]Unit, error) { return f.showUnits(ctx, names) }) // none is an answer
	var out []Unit
	for _, name := range names {
		if need, ok := all[name]; ok {
			out = append(out, need)
		}
	}
	return out
}

// Unit is one of Services.
func (f *Facts) Unit(ctx context.Context, name string) (Unit, bool) {
	services, err := f.Services(ctx)
	if err != nil {
		return Unit{}, false
	}
	u, ok := services[name]
	return u, ok
}

func firstLine(b []byte, otherwise string) string {
	for line := range strings.Lines(string(b)) {
		if s := strings.TrimSpace(line); s != "" {
			return s
		}
	}
	return otherwise
}

// Seen reports whether an error says that something does not exist here, as opposed to could not be looked at.
func Seen(err error) bool { return errors.Is(err, ErrNotHere) }
