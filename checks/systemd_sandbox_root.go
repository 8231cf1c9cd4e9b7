package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// fpmNeeds are the capabilities that PHP-FPM's master uses as root: it makes sockets in folders of others, gives them away, and becomes the
// users of its pools (capabilities(7); PHP's sapi/fpm/fpm/fpm_unix.c).
const fpmNeeds = "CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_KILL CAP_SETGID CAP_SETUID"

var barredToRoot = whenAsked(`(?i)(?:listening socket|bind\(\)|make_sock|chown|chmod|setuid|setgid|initgroups|log|pid).*(?:\(13: Permission denied|\(13\)Permission denied|Permission denied \(13\)|Operation not permitted)|(?i:socket) \((?:Permission denied|Operation not permitted)\)`)

// serviceWall is a hardening setting of a service that begins as root, PHP-FPM's or a gateway's, which ends it: a filter of system calls,
// families of addresses, another user, or capabilities that it lacks though it is root. needs are those that it cannot do without; with root, its
// master has to be root's, and gives its workers users of their own.
func serviceWall(f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine, needs string, root bool) *wall {
	if killed := u.CodeKind == "killed" || u.CodeKind == "dumped"; killed && u.ExitCode == sigsys {
		if _, ok := setBy(f, u, "SystemCallFilter"); ok {
			return &wall{setting: "SystemCallFilter", better: "", does: "forbids a call that it makes (killed by signal SYS)"}
		}
	}
	if l, ok := setBy(f, u, "RestrictAddressFamilies"); ok && lastSaid(lines, noFamily) != nil {
		return &wall{setting: l.Key, better: "AF_INET AF_INET6 AF_UNIX AF_NETLINK", does: "keeps it from opening the sockets at which it listens"}
	}
	w := masterWall(f, u, lines)
	if w == nil {
		w = withoutCalls(f, u, root)
	}
	if w != nil || lastSaid(lines, barredToRoot) == nil {
		return w
	}
	if l, ok := setBy(f, u, "PrivateUsers"); ok && truly(l.Value) {
		return &wall{setting: l.Key, better: "no", does: "leaves it no rights outside of users of its own, and it opens ports and files as root"}
	}
	_, meant := setBy(f, u, "AmbientCapabilities")
	if l, ok := setBy(f, u, "User"); ok && root && !meant && l.Value != "" && l.Value != "root" && inside(l.File, "/etc") {
		return &wall{setting: l.Key, better: "root", does: "starts its master as " + l.Value + ", who may not open its log and its sockets; the workers have users of their own all the same"}
	}
	if l, ok := setBy(f, u, "CapabilityBoundingSet"); ok && l.Value != "" && l.Value[0] != '~' {
		lacks := slices.DeleteFunc(strings.Fields(needs), func(c string) bool { return slices.Contains(strings.Fields(strings.ToUpper(l.Value)), c) })
		if len(lacks) == 0 {
			return nil
		}
		return &wall{setting: l.Key, better: l.Value + " " + strings.Join(lacks, " "), does: "takes rights away that its master needs, though it is root"}
	}
	return nil
}

// withoutCalls is a filter that gives an error for the system calls by which a master gives its workers a user: they end, and mostly say nothing.
func withoutCalls(f *sysinfo.Facts, u sysinfo.Unit, root bool) *wall {
	if _, ok := setBy(f, u, "SystemCallFilter"); !ok || !root {
		return nil
	}
	if call := cannotCall(u, "setuid", "setgid", "setgroups", "chown"); call != "" {
		return &wall{setting: "SystemCallFilter", does: "forbids it the system call " + call + ", by which its workers get a user of their own"}
	}
	return nil
}

// beginsAsRoot says that a gateway's master has to be root's: its files give its workers a user of their own, or a root folder.
func beginsAsRoot(g *sysinfo.Gateway) bool {
	return g.Kind == "apache" || g.Kind == "nginx" && seekLine(g, workersUser).Known() || g.Kind == "haproxy" && seekLine(g, haproxyMasters).Known()
}

// needsOf are the capabilities that it uses as such.
func needsOf(g *sysinfo.Gateway) string {
	if g.Kind == "haproxy" { // it gives its own sockets away, too, and closes its workers in (chroot)
		return gatewayNeeds + " CAP_FOWNER CAP_SYS_CHROOT"
	}
	return gatewayNeeds
}

var haproxyMasters = whenAsked(`^\s*(?:user|uid|chroot)\s+\S`)

// workersUser is nginx's line for the user of its workers; an nginx without root ignores it, and is mostly written without.
var workersUser = whenAsked(`^\s*user\s+\S+.*;`)

var noFamily = whenAsked(`(?i)address family not supported|\(97[:)]|errno: 97\b`)

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
	if wholeWall(at) && d.wall.add != nil {
		if dirs := poolsWrite(ctx, f, d.fpm); len(dirs) > 0 {
			d.wall.add = append(d.wall.add, "ReadWritePaths="+strings.Join(dirs, " "))
		}
	}
	found.Fix = fpmStart(d.fpm, loosened(f, u, d.wall))
	return found
}

// loosened admits what a service needs, and no more; several lines of a filter add up, so that all of them have to go.
func loosened(f *sysinfo.Facts, u sysinfo.Unit, w *wall) Fix {
	x := Fix{Title: "Loosen " + w.setting + " of " + unitWord(u.Name), Risk: Medium}
	switch {
	case w.lifts != nil:
		return daemonReload(unveiled(f, u, x, w.setting, w.lifts))
	case w.add != nil && w.better != "":
		x = unitSet(f, u, x, "Let it see what is there", "Service", w.setting, w.better)
		seen := strings.TrimSuffix(x.Undo, "; systemctl daemon-reload")
		x = dropIn(x, u.Name, "Let it write there, and nowhere else", "Service", w.add...)
		x.Undo = seen + "; " + x.Undo
		return daemonReload(x)
	case w.add != nil:
		return daemonReload(dropIn(x, u.Name, "Admit what it needs, and no more", "Service", w.add...))
	case w.better == "":
		return daemonReload(wholeFilter(f, u, w.setting, x))
	}
	return daemonReload(unitSet(f, u, x, "Admit what it needs, and no more", "Service", w.setting, w.better))
}

// wholeFilter takes those lines of a filter out by which admins forbid calls: of a list that is added up one line alone says little. What
// is allowed stays as it is, and grows where nothing else is there.
func wholeFilter(f *sysinfo.Facts, u sysinfo.Unit, setting string, x Fix) Fix {
	var undo []string
	forbids := func(l sysinfo.UnitLine) bool {
		return l.Key == setting && inside(l.File, "/etc") && strings.HasPrefix(l.Value, "~")
	}
	if !slices.ContainsFunc(f.UnitLines(u), forbids) { // a list of what is allowed: it gets what services need
		return dropIn(x, u.Name, "Add what systemd counts among the needs of services; of what is not among them it gets an error, and is not killed", "Service", setting+"=@system-service", "SystemCallErrorNumber=EPERM")
	}
	for _, l := range f.UnitLines(u) {
		if forbids(l) {
			x = x.Do("Take out what is forbidden; systemd-analyze syscall-filter lists what its words mean, should a narrower one come back", "%s", commentOut(f.Host.Root, l.Place))
			undo = append(undo, setLine(f.Host.Root, l.Place, configLine(f.Host.Root, l.Place)))
		}
	}
	x.Undo = undoAll(undo) + "; systemctl daemon-reload"
	return x
}

// gatewayNeeds are the capabilities of a web server's master: ports below 1024, its logs and caches, the user of its workers.
const gatewayNeeds = "CAP_CHOWN CAP_DAC_OVERRIDE CAP_KILL CAP_NET_BIND_SERVICE CAP_SETGID CAP_SETUID"

// gatewayWall tells of a setting that keeps a gateway itself from starting.
func gatewayWall(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, u sysinfo.Unit, found *Finding) bool {
	if u.Active != "failed" && !fails(u) || g.Foreign {
		return false
	}
	lines, _ := f.Journal(ctx, u.Name) // unreadable: nothing is known
	w := serviceWall(f, u, wholeAttempt(lines), needsOf(g), beginsAsRoot(g))
	if w == nil {
		return false
	}
	if w.setting == "ProtectHome" {
		w.admitLogs(g)
	}
	at, _ := setBy(f, u, w.setting)
	found.Where, found.Confidence = at.Place, 0.97
	found.Summary = fmt.Sprintf("%s does not start: %s of %s %s", g.Title(), w.setting, u.Name, w.does)
	found.Evidence = append(found.Evidence, unitLineSays(f, at))
	x := loosened(f, u, w)
	x.Steps = append(x.Steps, startUnit(u).Steps...)
	found.Fix = x
	return true
}
