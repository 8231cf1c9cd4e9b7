package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// umaskWords are how gunicorn is told its umask; it takes that instead of systemd's. umaskLetter is the same, in short.
var (
	umaskWords  = whenAsked(`--umask[= ]\S+`)
	umaskLetter = whenAsked(`\s(-m[= ]?\d\w*)`)
)

// umaskOption is where a unit's command line says it, and how.
func umaskOption(f *sysinfo.Facts, u sysinfo.Unit) (sysinfo.Place, string) {
	was := umaskWords.FindString(u.Exec)
	if m := umaskLetter.FindStringSubmatch(u.Exec); was == "" && m != nil && runsGunicorn(f, u) {
		was = m[1]
	}
	if was == "" {
		return sysinfo.Place{}, ""
	}
	at, _ := wordsAt(f, u, was)
	return at, was
}

var umaskLine = whenAsked(`^umask\s*=\s*\w+`)

// umaskSet is the line of gunicorn's settings that says it.
func umaskSet(f *sysinfo.Facts, u sysinfo.Unit) (written, bool) {
	if !runsGunicorn(f, u) {
		return written{}, false
	}
	return lastLineWith(f, gunicornSettings(f, u), umaskLine, "#")
}

// umaskArguments is that in the variable from which gunicorn takes words of its command line.
func umaskArguments(f *sysinfo.Facts, u sysinfo.Unit) (written, bool) {
	if !runsGunicorn(f, u) {
		return written{}, false
	}
	return inEnvironment(f, u, gunicornUmask)
}

var gunicornUmask = whenAsked(`\bGUNICORN_CMD_ARGS=.*((?:--umask[= ]|-m[= ]?)\d\w*)`)

// chownLine is the line by which a uWSGI that begins as root gives its socket away; no other may.
func chownLine(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit) sysinfo.Place {
	if c, ok := f.UnitCreds(ctx, u); !ok || c.UID != 0 {
		return sysinfo.Place{}
	}
	return iniLine(f, l, u, "chown-socket")
}

// givesAway says that a program of supervisord's is a uWSGI that begins as root, with a file of settings of its own that root alone keeps: it can give its socket to anybody.
func givesAway(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit) bool {
	at := chownLine(ctx, f, l, u)
	return strings.HasPrefix(u.Manager, "supervisorctl") && strings.Contains(u.Exec, "uwsgi") && at.Known() && !strayLink(f.Host.Root, at.File) && onlyRoots(f.Host.Root, realFile(f.Host.Root, at.File))
}

// socketMaker is the service whose app makes the socket of a hop: the one that names it, or that of the process that listens there.
func socketMaker(ctx context.Context, f *sysinfo.Facts, l *live) sysinfo.Unit {
	u := f.AppFor(ctx, l.Hop).Unit
	if u.Name == "" && l.reach.Owner != nil {
		u, _ = f.Unit(ctx, f.UnitOf(l.reach.Owner.PID))
	}
	return u
}

// appSocketFix: an app's own socket, made with the app's user and umask.
func appSocketFix(ctx context.Context, f *sysinfo.Facts, l *live, d sysinfo.Info, who string, users *sysinfo.Users) Fix {
	u := socketMaker(ctx, f, l)
	group := users.Group(l.Site.Gateway.Creds.GID)
	if manyPrograms(u) {
		u = sysinfo.Unit{}
	}
	x := Fix{Title: "Let the app share its socket with " + who, Risk: Medium}
	if u.Name == "" || u.Manager != "" && !givesAway(ctx, f, l, u) {
		give := "find " + sh(d.Path) + " -maxdepth 0 -type s -exec chgrp %s {} + -exec chmod %04o {} +" // who owns its folder may put a link in its place
		x.Undo = fmt.Sprintf(give, sh(users.Group(d.GID)), d.Mode.Perm())
		return x.Do("Give the socket to the gateway's group, and let that write to it", give, sh(group), 0o660).
			Tell("This lasts until the app restarts. For good set group %s and umask 0007 where it is started, or let it listen on a port of 127.0.0.1", group)
	}
	owners := users.Name(d.UID) + ":" + group
	chown := chownLine(ctx, f, l, u)
	if chown.Known() && !onlyRoots(f.Host.Root, realFile(f.Host.Root, chown.File)) {
		return x.Tell("Write chown-socket = %s and chmod-socket = 660 into %s, which its own user keeps, and restart %s", owners, chown.File, unitWord(u.Name))
	}
	x, edits := groupWrites(ctx, f, l, u, x)
	if chown.Known() { // uWSGI gives it away itself, whatever group it runs in
		if chown.Line == 0 || configLine(f.Host.Root, chown) != "chown-socket = "+owners {
			more, _ := uwsgiSet(f, l, u, Fix{}, "Let uWSGI give its socket to the gateway's group", "chown-socket", owners)
			x.Steps, edits = append(x.Steps, more.Steps...), append(edits, more.Undo)
		}
		x.Undo = undoAll(append([]string{u.Command("restart")}, edits...))
	} else {
		x = daemonReload(dropIn(x, u.Name, "Run the app in the gateway's group, with a umask that lets the group write", "Service", "Group="+group, "UMask=0007"))
		x.Undo = undoAll(append([]string{x.Undo + " && " + u.Command("restart")}, edits...))
	}
	return x.Do("Restart the app", "%s%s", anew(u), warmUp(u))
}

// groupWrites corrects the lines by which an app's own settings shut its group out of the socket, with the ways back. A file on a way that
// the app's user may lead elsewhere a person edits.
func groupWrites(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, x Fix) (_ Fix, undo []string) {
	root := f.Host.Root
	edit := func(say string, at sysinfo.Place, was, is string) {
		switch {
		case was == is:
		case strayLink(root, at.File) || userLeads(ctx, f, u, realFile(root, at.File)):
			x = x.Tell("%s: %s at %s", say, is, at)
		default:
			x = x.Do(say, "%s", replace(root, at, was, is))
			undo = append(undo, replace(root, at, is, was))
		}
	}
	if at := iniLine(f, l, u, "chmod-socket"); at.Line > 0 {
		edit("Let uWSGI make its socket for owner and group", at, configLine(root, at), "chmod-socket = 660")
	}
	if w, ok := umaskSet(f, u); ok {
		edit("Let the program make its socket for its group", w.place, w.match[0], "umask = 0o007")
	}
	if w, ok := umaskArguments(f, u); ok {
		edit("Let gunicorn make its socket for its group", w.place, w.match[1], "--umask 0007")
	}
	if at, was := umaskOption(f, u); strings.HasPrefix(at.File, "/etc/") {
		edit("Let the program make its socket for its group", at, was, "--umask 0007")
	}
	return x, undo
}
