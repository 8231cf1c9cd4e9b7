package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

// fpmNeeds are the capabilities that PHP-FPM's master uses as root: it makes sockets in folders of others, gives them away, and becomes the
// users of its pools (capabilities(7); PHP's sapi/fpm/fpm/fpm_unix.c).
const fpmNeeds = "CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_KILL CAP_SETGID CAP_SETUID"

var barredToRoot = whenAsked(`(?i)(?:listening socket|chown|chmod|setuid|setgid|initgroups|log|pid).*(?:Permission denied \(13\)|Operation not permitted \(1\))`)

// fpmWallOf is a hardening setting of PHP-FPM's own service that ends it: a filter of system calls, or capabilities that it lacks though
// it is root.
func fpmWallOf(f *sysinfo.Facts, p *sysinfo.FPM, lines []sysinfo.JournalLine) *wall {
	if !p.HasUnit {
		return nil
	}
	u := p.Unit
	if killed := u.CodeKind == "killed" || u.CodeKind == "dumped"; killed && u.ExitCode == sigsys {
		if _, ok := setBy(f, u, "SystemCallFilter"); ok {
			return &wall{setting: "SystemCallFilter", better: "", does: "forbids a call that it makes (killed by signal SYS)"}
		}
	}
	set, ok := setBy(f, u, "CapabilityBoundingSet")
	if !ok || set.Value == "" || set.Value[0] == '~' || lastSaid(lines, barredToRoot) == nil {
		return nil
	}
	return &wall{setting: "CapabilityBoundingSet", better: set.Value + " " + fpmNeeds, does: "takes from it what root may do elsewhere"}
}

// fpmWall tells of it.
func fpmWall(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	d := fpmTrouble(ctx, f, l)
	if d == nil || d.cause != "systemd-sandbox" {
		return nil
	}
	u := d.fpm.Unit
	at, _ := setBy(f, u, d.wall.setting)
	d.place = at.Place
	found := d.finding(ctx, f, l, fmt.Sprintf("%s of %s %s", d.wall.setting, u.Name, d.wall.does))
	found.Covers = []ID{"fpm-not-running", "fpm-stale-socket", "fpm-pool-config-error", "start-limit-hit", "socket-file-deleted", "upstream-port-nothing-listening"}
	x := Fix{Title: "Loosen " + d.wall.setting + " of " + unitWord(u.Name), Risk: Medium}
	x = unitSet(f, u, x, "Admit what PHP-FPM needs, and no more", "Service", d.wall.setting, d.wall.better)
	if d.wall.better == "" { // several lines add up: all of them have to go
		x = wholeFilter(f, u, d.wall.setting, Fix{Title: x.Title, Risk: Medium})
	}
	found.Fix = fpmStart(d.fpm, daemonReload(x))
	return found
}

// wholeFilter takes all lines of a setting out that admins wrote: of a list that is added up one line alone says little.
func wholeFilter(f *sysinfo.Facts, u sysinfo.Unit, setting string, x Fix) Fix {
	var undo []string
	for _, l := range f.UnitLines(u) {
		if l.Key == setting && inside(l.File, "/etc") {
			x = x.Do("Take the filter out; systemd-analyze syscall-filter lists what its words mean, should a narrower one come back", "%s", commentOut(f.Host.Root, l.Place))
			undo = append(undo, setLine(f.Host.Root, l.Place, configLine(f.Host.Root, l.Place)))
		}
	}
	x.Undo = undoAll(undo) + "; systemctl daemon-reload"
	return x
}
