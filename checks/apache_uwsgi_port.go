package checks

import (
	"context"
	"fmt"
	"net"
	"regexp"
	"strconv"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// uwsgiUsualPort is the one that mod_proxy_uwsgi takes for uWSGI's own (UWSGI_DEFAULT_PORT).
const uwsgiUsualPort = 3031

// portDropped says that Apache asks port 0 instead of this hop's: mod_proxy_uwsgi leaves out the port of an address when it is
// 3031 (uwsgi_canon), and mod_proxy knows no usual port for uwsgi:// (ap_proxy_port_of_scheme).
func (l *live) portDropped() bool {
	x, _, ok := l.apacheHop()
	t := x.Target
	return ok && t.Scheme == "uwsgi" && t.Network == "tcp" && t.Port == uwsgiUsualPort && !t.Variable
}

// uwsgiPortLost: the app listens where ProxyPass says, and Apache does not ask there.
func uwsgiPortLost(ctx context.Context, f *sysinfo.Facts, l *live, x sysinfo.ApacheHop) *Finding {
	if !l.portDropped() || l.broken() != Fail && !l.silent {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.97, Where: l.Where, Evidence: []Evidence{passLine(l)}, Covers: []ID{"upstream-port-nothing-listening", "apache-balancer-worker-error"},
		Summary: fmt.Sprintf("Apache drops port %d from %s, for it takes it for the usual one of uwsgi, and then connects to port 0", uwsgiUsualPort, x.Target.URL)}
	if l.reach.Owner != nil {
		found.Evidence = append(found.Evidence, Evidence{Source: "ss -ltnp", Text: fmt.Sprintf("%s is %s (pid %d)", l.Address(), l.reach.Owner.Cmd, l.reach.Owner.PID)})
	}
	withLine(found, l, errlog.ConnectFailed, errlog.ConnectRefused)
	port := uwsgiUsualPort + 1
	for listenedAt(ctx, f, port) && port < uwsgiUsualPort+100 {
		port++
	}
	fix := Fix{Title: "Have the app listen on one more port, and send Apache there", Risk: Low}
	u := appUnit(ctx, f, l)
	fix, ok := oneMoreSocket(f, l, u, fix, port)
	if !ok {
		found.Fix = fix.Tell("Have the app listen on another port than %d, or on a socket file, and write that at %s", uwsgiUsualPort, l.Where)
		return found
	}
	there := pointTo(ctx, f, l, net.JoinHostPort(l.Host, strconv.Itoa(port)))
	fix.Steps = append(fix.Steps, there.Steps...)
	fix.Undo = undoAll([]string{fix.Undo, there.Undo})
	found.Fix = fix
	return found
}

// oneMoreSocket lets a uWSGI app listen on a second port beside the one of a hop: others may ask at the first.
func oneMoreSocket(f *sysinfo.Facts, l *live, u sysinfo.Unit, x Fix, port int) (Fix, bool) {
	if u.Name == "" {
		return x, false
	}
	root, say := f.Host.Root, fmt.Sprintf("The app listens on %d as well", port)
	own := regexp.MustCompile(`--((?:uwsgi-)?socket)([= ])(\S*):` + strconv.Itoa(l.Port) + `\b`)
	if w, ok := inCommand(f, u, own); ok {
		more := fmt.Sprintf("%s --%s%s%s:%d", w.match[0], w.match[1], w.match[2], w.match[3], port)
		x.Undo = setLine(root, w.place, configLine(root, w.place))
		x = x.Do(say, "%s", replace(root, w.place, w.match[0], more))
		if w.unit {
			x.Undo += "; systemctl daemon-reload"
			x = asKept(u, daemonReload(x))
		}
		return x.Do("Start the app with it", "%s%s", anew(u), warmUp(u)), true
	}
	line := regexp.MustCompile(`^\s*((?:uwsgi-)?socket)(\s*=\s*)(\S*):` + strconv.Itoa(l.Port) + `\s*$`)
	for _, file := range uwsgiFiles(f, l, u) {
		if w, ok := lastLineWith(f, file, line, "#", ";"); ok {
			text := fmt.Sprintf("%s%s%s:%d", w.match[1], w.match[2], w.match[3], port)
			x.Undo = "sed -i " + sh("/^[[:space:]]*"+sedPattern(text)+"$/d") + " " + sh(realFile(root, w.place.File)) + "; " + anew(u)
			return x.Do(say, "%s", insertAfter(root, w.place, text)).Do("Start the app with it", "%s%s", anew(u), warmUp(u)), true
		}
	}
	return x, false
}
