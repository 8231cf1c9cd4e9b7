package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"syscall"

	"fix502/sysinfo"
)

// orphaned says that somebody listens on this path, but the file at the path is gone or another one.
func orphaned(l *live) (sysinfo.Socket, bool) {
	if l.Unix == "" || l.reach.Err != nil || l.reach.Listener != nil || len(l.reach.Others) == 0 ||
		l.reach.Errno != syscall.ENOENT && l.reach.Errno != syscall.ECONNREFUSED {
		return sysinfo.Socket{}, false
	}
	return l.reach.Others[0], true
}

// socketFileDeleted: the daemon listens, but its file was removed from under it.
func socketFileDeleted() Check {
	return Check{
		ID: "socket-file-deleted", Title: "Every listening socket still has its file", Topic: Upstreams,
		After: []ID{"private-tmp-socket", "runtime-directory-removed"},
		Means: `The program listens and its service is active, but the socket's file was deleted: by a cleaner of /tmp, a deploy script, somebody's
rm. Nobody can find the way to a socket without a file. Restart the program, which makes the file again; a reload does not, PHP-FPM
keeps the old socket over a reload.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			s, ok := orphaned(l)
			if !ok || privateTmp(ctx, f, l, s) != "" || directoryRemover(ctx, f, l) != "" {
				return nil
			}
			x := Fix{Title: "Restart the program, so that it makes its socket again", Risk: Medium}
			owner, known := f.OwnerOf(ctx, s)
			evidence := []Evidence{{Source: "ss -lx", Text: "LISTEN " + s.Path + by(procOrNil(owner, known))}, {Source: "ls " + l.Unix, Text: "No such file or directory"}}
			if unit := f.UnitOf(owner.PID); known && unit != "" {
				u, _ := f.Unit(ctx, unit)
				x = x.Do("Restart, not reload: a reload keeps the old socket", "systemctl restart %s%s", sh(unitWord(unit)), warmUp(u))
			} else if p, _ := f.PoolOf(ctx, l.Hop); p != nil {
				x = fpmRestart(p, x)
			} else {
				x = x.Tell("Restart the program that listens on %s", s.Path)
			}
			x = x.Tell("Then find what deletes it: a cron job, a deploy script, tmpfiles.d rules for %s", path.Dir(l.Unix))
			found := &Finding{Status: l.broken(), Confidence: 0.96, Where: l.Where, Evidence: evidence, Fix: x,
				Summary: fmt.Sprintf("somebody listens on %s, but its file is gone", l.Unix)}
			return withLine(found, l, connectKinds...)
		}),
	}
}

func procOrNil(p sysinfo.Proc, ok bool) *sysinfo.Proc {
	if !ok {
		return nil
	}
	return &p
}

// privateTmpSocket: with PrivateTmp=yes a service's /tmp is not the machine's.
func privateTmpSocket() Check {
	return Check{
		ID: "private-tmp-socket", Title: "No socket hides in a private /tmp", Topic: Upstreams,
		Means: `systemd can give a service a /tmp of its own (PrivateTmp=yes). A socket that the app makes in /tmp then exists only for the app:
the gateway looks into the real /tmp and finds nothing, although the kernel's list shows somebody listening on that very path. Sockets
belong under /run, in a folder that the unit's RuntimeDirectory= makes.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			s, ok := orphaned(l)
			if !ok {
				return nil
			}
			unit := privateTmp(ctx, f, l, s)
			if unit == "" {
				return nil
			}
			found := &Finding{Status: l.broken(), Confidence: 0.97, Where: l.Where, Summary: fmt.Sprintf("%s is in a private /tmp of %s; nginx cannot see it", l.Unix, unitWord(unit)),
				Evidence: []Evidence{{Source: "systemctl show " + unitWord(unit), Text: "PrivateTmp=yes"}, {Source: "ss -lx", Text: "LISTEN " + s.Path}, passLine(l)},
				Fix:      tmpFix(ctx, f, l, unit)}
			return withLine(found, l, connectKinds...)
		}),
	}
}

// privateTmp names the unit that hides a socket below /tmp: the app's, or else the gateway's own.
func privateTmp(ctx context.Context, f *sysinfo.Facts, l *live, s sysinfo.Socket) string {
	if !strings.HasPrefix(l.Unix, "/tmp/") && !strings.HasPrefix(l.Unix, "/var/tmp/") {
		return ""
	}
	candidates := []string{f.AppFor(ctx, l.Hop).Unit.Name, l.Site.Gateway.Unit}
	if owner, ok := f.OwnerOf(ctx, s); ok {
		candidates = slices.Insert(candidates, 0, f.UnitOf(owner.PID))
	}
	for _, name := range candidates {
		if u, ok := f.Unit(ctx, name); ok && u.Props["PrivateTmp"] == "yes" {
			return name
		}
	}
	return ""
}

// tmpFix moves the socket to a folder under /run where that can be said in commands.
func tmpFix(ctx context.Context, f *sysinfo.Facts, l *live, unit string) Fix {
	u, _ := f.Unit(ctx, unit)
	word := unitWord(unit)
	dir := "/etc/systemd/system/" + unit + ".d"
	new := "/run/" + word + "/" + path.Base(l.Unix)
	if u.Exec != "" && strings.Contains(u.Exec, l.Unix) && !strings.Contains(u.Exec, "'") {
		was := l.written(configLine(l.Site.Gateway.Root, l.Where))
		x := Fix{Title: "Move the socket to /run/" + word, Risk: Medium, Undo: fmt.Sprintf("rm %s/socket.conf && systemctl daemon-reload && systemctl restart %s; %s", sh(dir), sh(word), replace(l.Site.Gateway.Root, l.Where, new, l.Unix))}.
			Do("Make a place for the setting", "mkdir -p %s", sh(dir)).
			Do("A folder under /run, and the socket in it", `printf '%%s\n' '[Service]' 'RuntimeDirectory=%s' 'ExecStart=' 'ExecStart=%s' > %s/socket.conf`, word, strings.ReplaceAll(u.Exec, l.Unix, new), sh(dir)).
			Do("Let systemd read it", "systemctl daemon-reload").
			Do("Restart the app", "systemctl restart %s%s", sh(word), warmUp(u)).
			Do("Let nginx ask the new path", "%s", replace(l.Site.Gateway.Root, l.Where, was, strings.Replace(was, l.Unix, new, 1)))
		return nginxReload(ctx, f, l.Site.Gateway, x)
	}
	return Fix{Title: "Let the app and nginx see the same /tmp", Risk: Medium, Workaround: true, Undo: fmt.Sprintf("rm %s/tmp.conf && systemctl daemon-reload && systemctl restart %s", sh(dir), sh(word))}.
		Do("Make a place for the setting", "mkdir -p %s", sh(dir)).
		Do("Take the private /tmp back", `printf '[Service]\nPrivateTmp=no\n' > %s/tmp.conf`, sh(dir)).
		Do("Let systemd read it", "systemctl daemon-reload").
		Do("Restart it", "systemctl restart %s%s", sh(word), warmUp(u)).
		Tell("Better: let the app make its socket under /run/%s (RuntimeDirectory=%s) and correct %s", word, word, l.Where)
}

// runtimeDirectoryRemoved: systemd removes a unit's RuntimeDirectory when it stops, with everything in it.
func runtimeDirectoryRemoved() Check {
	return Check{
		ID: "runtime-directory-removed", Title: "No service's stop takes another's socket away", Topic: Upstreams,
		Means: `A unit with RuntimeDirectory=NAME owns /run/NAME, and systemd deletes that folder when the unit stops. If two units share the
name, the stop of one deletes the other's socket while that one keeps running. Restart the victim, and give each unit a folder of its own.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			s, ok := orphaned(l)
			if !ok {
				return nil
			}
			culprit := directoryRemover(ctx, f, l)
			if culprit == "" {
				return nil
			}
			victim := ""
			if owner, known := f.OwnerOf(ctx, s); known {
				victim = f.UnitOf(owner.PID)
			}
			if victim == "" {
				victim = f.AppFor(ctx, l.Hop).Unit.Name
			}
			vu, _ := f.Unit(ctx, victim)
			x := Fix{Title: "Restart " + unitWord(victim) + " and keep its folder", Risk: Medium, Undo: "rm /etc/systemd/system/" + culprit + ".d/runtime.conf && systemctl daemon-reload"}.
				Do("Make a place for the setting", "mkdir -p /etc/systemd/system/%s.d", sh(culprit)).
				Do("Let the stop of "+unitWord(culprit)+" leave the folder alone", `printf '[Service]\nRuntimeDirectoryPreserve=yes\n' > /etc/systemd/system/%s.d/runtime.conf`, sh(culprit)).
				Do("Let systemd read it", "systemctl daemon-reload").
				Do("Restart the service whose socket was taken", "systemctl restart %s%s", sh(unitWord(victim)), warmUp(vu)).
				Tell("In the long run give each unit a RuntimeDirectory= of its own")
			found := &Finding{Status: l.broken(), Confidence: 0.96, Where: l.Where, Fix: x,
				Summary: fmt.Sprintf("the stop of %s deleted %s, where %s listens", unitWord(culprit), path.Dir(l.Unix), unitWord(victim)),
				Evidence: []Evidence{{Source: "systemctl show " + unitWord(culprit), Text: culprit + " is stopped, and RuntimeDirectory=" + path.Base(path.Dir(l.Unix)) + " is its own"},
					{Source: "systemctl status " + unitWord(victim), Text: victim + " is active and has lost its folder"},
					{Source: "ss -lx", Text: "LISTEN " + s.Path}, {Source: "ls " + l.Unix, Text: "No such file or directory"}}}
			return withLine(found, l, connectKinds...)
		}),
	}
}

// directoryRemover is a stopped unit whose RuntimeDirectory is the socket's folder.
func directoryRemover(ctx context.Context, f *sysinfo.Facts, l *live) string {
	units, err := f.Units(ctx)
	if err != nil || f.Host.Root.Exists(l.Unix) {
		return ""
	}
	dir := strings.TrimPrefix(strings.TrimPrefix(path.Dir(l.Unix), "/var"), "/run/")
	for name, u := range units {
		if name == u.Name && !u.Running() && slices.Contains(strings.Fields(u.Props["RuntimeDirectory"]), dir) {
			return name
		}
	}
	return ""
}
