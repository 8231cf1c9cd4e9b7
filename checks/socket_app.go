package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// umaskWords are how gunicorn is told its umask; it takes that instead of systemd's.
var umaskWords = whenAsked(`--umask[= ]\S+`)

var umaskLine = whenAsked(`^umask\s*=\s*\w+`)

// umaskSet is the line of gunicorn's settings that says it.
func umaskSet(f *sysinfo.Facts, u sysinfo.Unit) (written, bool) {
	if !strings.Contains(u.Exec, "gunicorn") {
		return written{}, false
	}
	return lastLineWith(f, gunicornSettings(f, u), umaskLine, "#")
}

// umaskArguments is that in the variable from which gunicorn takes words of its command line.
func umaskArguments(f *sysinfo.Facts, u sysinfo.Unit) (written, bool) {
	if !strings.Contains(u.Exec, "gunicorn") {
		return written{}, false
	}
	return inEnvironment(f, u, gunicornUmask)
}

var gunicornUmask = whenAsked(`\bGUNICORN_CMD_ARGS=.*(--umask[= ]\w+)`)

// chownLine is the line by which a uWSGI that begins as root gives its socket away; no other may.
func chownLine(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit) sysinfo.Place {
	if c, ok := f.UnitCreds(ctx, u); !ok || c.UID != 0 {
		return sysinfo.Place{}
	}
	return iniLine(f, l, u, "chown-socket")
}

// appSocketFix: an app's own socket, made with the app's user and umask.
func appSocketFix(ctx context.Context, f *sysinfo.Facts, l *live, d sysinfo.Info, who string, users *sysinfo.Users) Fix {
	app := f.AppFor(ctx, l.Hop)
	group := users.Group(l.Site.Gateway.Creds.GID)
	if app.Unit.Name == "" && l.reach.Owner != nil {
		app.Unit, _ = f.Unit(ctx, f.UnitOf(l.reach.Owner.PID))
	}
	x := Fix{Title: "Let the app share its socket with " + who, Risk: Medium, Undo: fmt.Sprintf("chown %s:%s %s && chmod %04o %s", users.Name(d.UID), users.Group(d.GID), sh(d.Path), d.Mode.Perm(), sh(d.Path))}
	if app.Unit.Name == "" {
		return x.Do("Give the socket to the gateway's group", "chgrp %s %s", sh(group), sh(d.Path)).
			Do("Let that group write to it", "chmod 0660 %s", sh(d.Path)).
			Tell("This lasts until the app restarts: set group %s and umask 0007 where the app is started", group)
	}
	edits := []string{}
	edit := func(say string, at sysinfo.Place, was, is string) {
		if was != is {
			x = x.Do(say, "%s", replace(f.Host.Root, at, was, is))
			edits = append(edits, replace(f.Host.Root, at, is, was))
		}
	}
	if at := iniLine(f, l, app.Unit, "chmod-socket"); at.Line > 0 {
		edit("Let uWSGI make its socket for owner and group", at, configLine(f.Host.Root, at), "chmod-socket = 660")
	}
	if w, ok := umaskSet(f, app.Unit); ok {
		edit("Let the program make its socket for its group", w.place, w.match[0], "umask = 0o007")
	}
	if w, ok := umaskArguments(f, app.Unit); ok && !strayLink(f.Host.Root, w.place.File) && !userLeads(ctx, f, app.Unit, realFile(f.Host.Root, w.place.File)) {
		edit("Let gunicorn make its socket for its group", w.place, w.match[1], "--umask 0007")
	}
	if at, _ := wordsAt(f, app.Unit, "--umask"); at.Known() && strings.HasPrefix(at.File, "/etc/") {
		if was := umaskWords.FindString(configLine(f.Host.Root, at)); was != "" {
			edit("Let the program make its socket for its group", at, was, "--umask 0007")
		}
	}
	if at := chownLine(ctx, f, l, app.Unit); at.Known() { // uWSGI gives it away itself, whatever group it runs in
		if !onlyRoots(f.Host.Root, realFile(f.Host.Root, at.File)) {
			return x.Tell("Write chown-socket = %s:%s and chmod-socket = 660 into %s, which its own user keeps, and restart %s", users.Name(d.UID), group, at.File, unitWord(app.Unit.Name))
		}
		more, _ := uwsgiSet(f, l, app.Unit, Fix{}, "Let uWSGI give its socket to the gateway's group", "chown-socket", users.Name(d.UID)+":"+group)
		if at.Line == 0 || configLine(f.Host.Root, at) != "chown-socket = "+users.Name(d.UID)+":"+group {
			x.Steps, edits = append(x.Steps, more.Steps...), append(edits, more.Undo)
		}
		x.Undo = undoAll(append([]string{app.Unit.Command("restart")}, edits...))
		return x.Do("Restart the app", "%s%s", anew(app.Unit), warmUp(app.Unit))
	}
	x = daemonReload(dropIn(x, app.Unit.Name, "Run the app in the gateway's group, with a umask that lets the group write", "Service", "Group="+group, "UMask=0007"))
	x.Undo = undoAll(append([]string{x.Undo + " && " + app.Unit.Command("restart")}, edits...))
	return x.Do("Restart the app", "%s%s", anew(app.Unit), warmUp(app.Unit))
}
