package checks

import (
	"context"
	"path"
	"slices"
	"strings"
	"syscall"

	"fix502/sysinfo"
)

// renamedSocket is where the app of a hop listens by now when its socket has got another name: of a service that keeps several apps each socket is called
// as its app's file is (Debian's uwsgi: /run/uwsgi/app/NAME/socket; an emperor's vassals: /run/uwsgi/%n.sock), so a file that was renamed takes the
// socket with it. It is the only one beside the path that the gateway names for which no site asks, or
// of several the one that is called as the site is.
func renamedSocket(ctx context.Context, f *sysinfo.Facts, l *live) (sysinfo.Socket, bool) {
	gone := l.reach.Errno == syscall.ENOENT || l.reach.Errno == syscall.ECONNREFUSED
	if l.Unix == "" || l.Scheme == "fastcgi" || l.reach.Listener != nil || !gone || uwsgiKnows(f, l) {
		return sysinfo.Socket{}, false
	}
	all, err := f.Listeners(ctx, l.Site.Gateway)
	if err != nil {
		return sysinfo.Socket{}, false
	}
	var left, called []sysinfo.Socket
	for _, s := range all {
		part, beside := besideIn(sysinfo.InRun(l.Unix), sysinfo.InRun(s.Path))
		if s.Network != "unix" || !s.Stream || !beside || forTheAdmin.MatchString(path.Base(s.Path)) || f.Wanted(ctx, "unix:"+s.Path) || !mayBeApp(ctx, f, l, s) {
			continue
		}
		if u := (sysinfo.Unit{Name: part + ".service"}); ofOtherSite(ctx, f, l.Site, u) || innerTool(l.Site, u) {
			continue
		}
		left = append(left, s)
		if slices.ContainsFunc(l.Site.Names, func(name string) bool {
			first, _, _ := strings.Cut(strings.TrimPrefix(strings.ToLower(name), "www."), ".")
			return first == strings.ToLower(part)
		}) {
			called = append(called, s)
		}
	}
	for _, list := range [][]sysinfo.Socket{left, called} {
		if len(list) == 1 {
			return list[0], true
		}
	}
	return sysinfo.Socket{}, false
}

// forTheAdmin is what sockets are called that no page comes from: uWSGI's statistics, a master's control.
var forTheAdmin = whenAsked(`(?i)\bstats?\b|control|ctl|admin|master|fifo|cli\b`)

// besideIn says that two paths differ in the name of one folder, or in that of the file and not in its ending; and what it is called in the second.
func besideIn(one, other string) (part string, ok bool) {
	a, b := strings.Split(one, "/"), strings.Split(other, "/")
	if len(a) != len(b) || path.Ext(one) != path.Ext(other) {
		return "", false
	}
	for i := range a {
		if a[i] == b[i] {
			continue
		}
		if ok || i < 3 { // /run/NAME/…: folders there are of programs that have nothing to do with each other
			return "", false
		}
		part, ok = strings.TrimSuffix(b[i], path.Ext(b[i])), true
	}
	return part, ok
}

// mayBeApp says that what listens on a socket is a program of the kind that the hop's protocol is for; where only root may see who listens, the path tells.
func mayBeApp(ctx context.Context, f *sysinfo.Facts, l *live, s sysinfo.Socket) bool {
	p, known := f.OwnerOf(ctx, s)
	switch {
	case l.Scheme == "uwsgi" && known:
		return strings.HasPrefix(p.Name, "uwsgi")
	case l.Scheme == "uwsgi":
		return strings.Contains(s.Path, "uwsgi")
	}
	if !l.hit { // for each of thousands of dead hops nobody is asked
		return false
	}
	said, err := f.Host.Ask(ctx, sysinfo.Question{Network: "unix", Address: s.Path, Host: l.Site.Name, URI: "/", PID: l.Site.Gateway.Net})
	return err == nil && said.Status >= 200 && said.Status < 500
}

// uwsgiKnows says that Debian's uwsgi service has a file for the very path that a hop names: that app is left out, or does not start.
func uwsgiKnows(f *sysinfo.Facts, l *live) bool {
	for _, dir := range []string{"/etc/uwsgi/apps-enabled", "/etc/uwsgi/apps-available"} {
		if uwsgiByName(f, l, dir) != "" || vassalOf(f.Host.Root, l, dir) != "" {
			return true
		}
	}
	return false
}
