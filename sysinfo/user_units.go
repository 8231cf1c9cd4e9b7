package sysinfo

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// userUnits are the services in people's own folders, which a manager of their own keeps (systemd --user, user@.service(5)): the
// system's systemd knows nothing of them. That manager starts at the login and ends with the last one, unless the user may linger
// (loginctl(1), enable-linger).
func (f *Facts) userUnits(ctx context.Context) []Unit {
	dirs, _ := f.Host.Root.Glob("/home/*/.config/systemd/user") // none is common
	var out []Unit
	for _, dir := range dirs {
		owner, ok := f.unitOwner(ctx, dir)
		if !ok {
			continue
		}
		names, _ := f.Host.Root.ReadDir(dir)
		for _, name := range names {
			if plainName(name) && strings.HasSuffix(name, ".service") {
				out = append(out, f.userUnit(ctx, owner, path.Join(dir, name)))
			}
		}
	}
	return out
}

// A unitOwner is an account with services of its own.
type unitOwner struct {
	name, home string
	uid        int
	managed    bool // its manager runs
}

func (f *Facts) unitOwner(ctx context.Context, dir string) (unitOwner, bool) {
	info, err := f.Host.Root.Stat(dir)
	users, err2 := f.Users(ctx)
	if err != nil || err2 != nil || info.UID == 0 {
		return unitOwner{}, false
	}
	o := unitOwner{name: users.Name(info.UID), home: strings.TrimSuffix(dir, "/.config/systemd/user"), uid: info.UID}
	_, known := users.Creds(o.name)
	procs, _ := f.Procs(ctx)
	o.managed = slices.ContainsFunc(procs, func(p Proc) bool {
		return p.UID == o.uid && len(p.Args) > 1 && path.Base(p.Args[0]) == "systemd" && slices.Contains(p.Args[1:], "--user")
	})
	return o, known && plainName(o.name)
}

// command is the start of a command to the owner's manager, which takes none from root itself.
func (o unitOwner) command() string {
	return fmt.Sprintf("runuser -u %s -- env XDG_RUNTIME_DIR=/run/user/%d systemctl --user %%s", o.name, o.uid)
}

func (f *Facts) userUnit(ctx context.Context, o unitOwner, file string) Unit {
	u := Unit{Name: o.name + ":" + strings.TrimSuffix(path.Base(file), ".service"), Manager: o.command(), Load: "loaded", Fragment: file, User: o.name, Enabled: "disabled", Props: map[string]string{"Type": "simple"}}
	fill := strings.NewReplacer("%h", o.home, "%u", o.name, "%U", strconv.Itoa(o.uid), "%%", "%")
	for _, l := range f.UnitLines(u) {
		switch value := fill.Replace(l.Value); l.Key {
		case "ExecStart":
			u.Exec = strings.TrimLeft(value, "-@:+!")
		case "Environment":
			u.Props[l.Key] = strings.TrimSpace(u.Props[l.Key] + " " + value)
		default:
			u.Props[l.Key] = value
		}
	}
	if _, err := f.Host.Root.Lstat(path.Dir(file) + "/default.target.wants/" + path.Base(file)); err == nil {
		u.Enabled = "enabled"
	}
	if !f.Host.Files {
		f.userState(ctx, o, &u)
	}
	return u
}

// userState tells how a service of a user's is: by its control group whether it runs, by the journal how it ended.
func (f *Facts) userState(ctx context.Context, o unitOwner, u *Unit) {
	u.Active, u.Sub, u.Result = "inactive", "dead", "success"
	if !o.managed {
		u.StatusText = "it is a service of " + o.name + "'s own, and the manager that would keep it does not run: it ends with the last login of " + o.name
		u.Keeper = "loginctl enable-linger " + o.name + " && sleep 2"
		if u.Enabled != "enabled" {
			u.Keeper += " && " + fmt.Sprintf(o.command(), "enable --now "+u.Word()) + " && sleep 2"
		}
		return
	}
	procs, _ := f.Procs(ctx)
	for _, p := range procs {
		if p.UID == o.uid && f.UnitOf(p.PID) == u.Word()+".service" {
			u.Active, u.Sub, u.MainPID = "active", "running", p.PID
			return
		}
	}
	for _, l := range f.managerSaid(ctx, o) {
		if result, ok := strings.CutPrefix(l.Text, u.Word()+".service: Failed with result '"); ok {
			u.Active, u.Sub, u.Result = "failed", "failed", strings.TrimRight(result, "'.")
		}
	}
}

// managerSaid are the last messages of a person's manager about all her services, read once: most of what people keep does not run.
func (f *Facts) managerSaid(ctx context.Context, o unitOwner) []JournalLine {
	lines, _ := Memo(f, "manager of "+o.name, func() ([]JournalLine, error) { // without them a service is only known to be down
		return f.journalctl(ctx, "-n", "500", fmt.Sprintf("_UID=%d", o.uid), "SYSLOG_IDENTIFIER=systemd")
	})
	return lines
}

// OfUser names the account whose own manager keeps a service; ok is false for the system's.
func (u Unit) OfUser() (string, bool) { return u.User, strings.HasPrefix(u.Manager, "runuser ") }

// idleOfUser says that it is a person's own, does not run and did not fail: people keep much that is no site.
func (u Unit) idleOfUser() bool {
	_, hers := u.OfUser()
	return hers && !u.Running() && u.Active != "failed"
}

// userJournal gives what a user's service said, and what the user's manager said of it (systemd.journal-fields(7)).
func (f *Facts) userJournal(ctx context.Context, u Unit) ([]JournalLine, error) {
	users, err := f.Users(ctx)
	if err != nil {
		return nil, err
	}
	c, _ := users.Creds(u.User)
	uid := fmt.Sprintf("_UID=%d", c.UID)
	lines, err := f.journalctl(ctx, "-n", "200", uid, "_SYSTEMD_USER_UNIT="+u.Word()+".service", "+", uid, "USER_UNIT="+u.Word()+".service")
	for i := range lines {
		lines[i].Unit, lines[i].Source = u.Name, u.Log()
	}
	return lines, err
}
