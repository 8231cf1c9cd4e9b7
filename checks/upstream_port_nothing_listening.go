package checks

import (
	"context"
	"fmt"
	"strings"
	"syscall"

	"fix502/sysinfo"
)

// upstreamPortNothingListening is the commonest 502 of all: the app is down, or listens on another port than
// the gateway asks.
func upstreamPortNothingListening() Check {
	return Check{
		ID: "upstream-port-nothing-listening", Title: "Every app listens where the gateway asks", Topic: Upstreams,
		After: []ID{"bind-address-mismatch", "localhost-ipv6-mismatch", "docker-localhost-upstream", "gunicorn-boot-failure", "node-crash",
			"unit-not-enabled-after-reboot", "oom-killed", "start-limit-hit", "fpm-not-running", "fpm-pool-config-error", "fpm-transport-mismatch", "stale-config-not-reloaded"},
		Means: `The gateway connects where nobody listens: to an address and port, and the kernel refuses at once (errno 111), or to a Unix socket
whose file is not there (errno 2). The app was never started, has ended, or listens elsewhere than the gateway's configuration says. The gateway's
log cannot tell which: the app's own log or its unit's journal can. Longer timeouts do not help, there is nothing to wait for.`,
		Run: perHop(nothingListening),
	}
}

func nothingListening(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	service, socket := f.SocketService(l.Hop)
	if l.Unix != "" && l.Scheme == "fastcgi" && socket == "" || l.reach.Err != nil || l.Down || TakenOut(l.Hop) && !l.hit {
		return nil
	}
	if l.reach.Listener != nil {
		return listenedOn(ctx, f, l)
	}
	gone := l.reach.Errno == syscall.ECONNREFUSED || l.Unix != "" && l.reach.Errno == syscall.ENOENT
	if !gone || len(l.reach.Others) > 0 {
		return nil
	}
	if l.Scheme == "fastcgi" {
		if p, _ := f.PoolOf(ctx, l.Hop); p != nil {
			return nil // a PHP-FPM that should be there: fpm-not-running tells more
		}
	}
	if ajpConnector(ctx, f, l) != nil {
		return nil // ajp-failure tells more
	}
	if f.ForRenewal(l.Hop) && l.broken() == Warn {
		return pass(fmt.Sprintf("nobody is at %s, where %s sends %s: whoever renews the certificate listens there only meanwhile", l.Address(), l.From, l.Location))
	}
	a := newAbsence(ctx, f, l)
	if l.hit && variableRenamed(ctx, f, l.Site.Gateway, configLine(l.Site.Gateway.Root, l.Where), a.found) {
		return a.found
	}
	if byAddress(ctx, f, l, a.found) {
		return a.found
	}
	pool, elsewhere := nearest(ctx, f, l)
	if kept, ok := vassalDown(ctx, f, l); ok && socket == "" {
		a.app = sysinfo.App{Unit: kept}
		a.found.Confidence = 0.96
	}
	switch {
	case socket != "":
		a.heldBySystemd(ctx, service, socket)
	case l.Scheme == "fastcgi" && elsewhere && !pool.unix() && pool.fpm.Running():
		return mismatch(ctx, f, l, pool, fmt.Sprintf("%s asks %s, but %s listens on %s", l.From, l.Address(), pool.fpm.Name(), pool.address()))
	case l.Unix != "" && strings.HasPrefix(a.app.Addr, "unix:"):
		return nil // socket-path-mismatch
	case a.app.Dark && !a.app.Listens():
		a.unseen()
	case a.app.Unit.Running() && !a.app.Listens() && betweenEnds(ctx, f, a.app.Unit):
		a.down(ctx)
	case (a.app.Unit.Running() || a.app.Unit.Starting() && a.app.Unit.Restarts == 0) && !a.app.Listens():
		a.deaf(ctx)
	case a.app.Unit.Name != "" && !a.app.Listens():
		a.down(ctx)
	case a.app.Unit.Name != "" && !(l.Backup && l.blockHas(a.app.Addr)):
		a.elsewhere(ctx)
	case uwsgiDangling(f, l, a.found), uwsgiLeft(f, l, a.found), uwsgiEnabled(ctx, f, l, a.found), rcLocal(f, l, a.found), atReboot(f, l, a.found), templateAtPort(ctx, f, l, a.found):
	default:
		if _, renamed := renamedSocket(ctx, f, l); renamed && a.app.Unit.Name == "" {
			return nil // socket-path-mismatch
		}
		a.nobodys(ctx)
	}
	return a.found
}

// listenedOn: somebody listens; whether it is the app is another question.
func listenedOn(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	if found := behindForwarder(ctx, f, l); found != nil {
		return found
	}
	if found := portRobbed(ctx, f, l); found != nil {
		return found
	}
	return pass(fmt.Sprintf("%s is listened on%s", l.Address(), by(ctx, f, l.reach.Owner, l.Port)))
}

// kernelSays is the kernel's own list of listeners as evidence.
func kernelSays(l *live) Evidence {
	if l.Unix != "" {
		return Evidence{Source: "ss -lx", Text: "no listening socket is bound to " + l.Unix}
	}
	return Evidence{Source: "ss -ltn", Text: fmt.Sprintf("no listener for %s", l.Address())}
}
