package checks

import (
	"context"
	"fmt"
	"strings"
	"syscall"

	"fix502/sysinfo"
)

// socketPathMismatch: gateway and PHP-FPM name two different sockets.
func socketPathMismatch() Check {
	return Check{
		ID: "socket-path-mismatch", Title: "The gateway names the socket PHP-FPM listens on", Topic: Upstreams,
		After: []ID{"php-version-upgraded", "fpm-transport-mismatch", "stale-config-not-reloaded"},
		Means: `The gateway is told to use one socket file, the app makes another: a typo, a copied configuration, a pool that was renamed. Both services
run, and every page of it is a 502 (errno 2, no such file). Correct the path in the site's configuration: other sites may use the pool, so
change the pool only if nobody else does. A link from the old name to the new one breaks at the next boot.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if l.Unix == "" || l.reach.Err != nil || l.Down && !l.hit {
				return nil
			}
			if l.Scheme != "fastcgi" {
				return appElsewhere(ctx, f, l)
			}
			if !stranded(ctx, f, l) {
				if l.reach.Listener != nil {
					return pass(l.Unix + " is the socket that PHP-FPM listens on")
				}
				return nil
			}
			c, ok := nearest(ctx, f, l)
			if !ok || !c.unix() || upgraded(ctx, f, l) != "" {
				return nil
			}
			there := fmt.Sprintf("%s listens on %s", c.fpm.Name(), c.at.Path)
			if !c.fpm.Running() {
				there = fmt.Sprintf("%s, which does not run, would listen on %s", c.fpm.Name(), c.at.Path)
			}
			return mismatch(ctx, f, l, c, fmt.Sprintf("%s asks for %s, but %s", l.From, l.Unix, there))
		}),
	}
}

// appElsewhere: an app's own socket has another name than the gateway's line.
func appElsewhere(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	if l.reach.Listener != nil || l.reach.Errno != syscall.ENOENT && l.reach.Errno != syscall.ECONNREFUSED || len(l.reach.Others) > 0 {
		return nil
	}
	app := f.AppFor(ctx, l.Hop)
	if app.Unit.Name == "" {
		return appRenamed(ctx, f, l)
	}
	if !strings.HasPrefix(app.Addr, "unix:") {
		return nil
	}
	found := &Finding{Status: l.broken(), Confidence: 0.95, Where: l.Where, Summary: fmt.Sprintf("%s asks for %s, but %s listens on %s", l.From, l.Unix, unitWord(app.Unit.Name), strings.TrimPrefix(app.Addr, "unix:")),
		Evidence: []Evidence{passLine(l), {Source: "ss -lx", Text: "LISTEN " + strings.TrimPrefix(app.Addr, "unix:")}, unitSays(app.Unit)}, Fix: pointTo(ctx, f, l, app.Addr)}
	socketInFolderOfService(f, l, app, found)
	return withLine(found, l, connectKinds...)
}

// appRenamed: the socket has the name of its app, and the app has another by now.
func appRenamed(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	s, ok := renamedSocket(ctx, f, l)
	if !ok {
		return nil
	}
	who, proof := "an app", Evidence{Source: "ss -lxp", Text: "LISTEN " + s.Path}
	if p, known := f.OwnerOf(ctx, s); known {
		who = fmt.Sprintf("%s (pid %d)", p.Name, p.PID)
		proof.Text += " " + p.Cmd
	}
	found := &Finding{Status: l.broken(), Confidence: 0.92, Where: l.Where, Evidence: []Evidence{passLine(l), kernelSays(l), proof},
		Summary: fmt.Sprintf("%s asks for %s, but %s listens on %s, and no site asks it there", l.From, l.Unix, who, s.Path), Fix: pointTo(ctx, f, l, "unix:"+s.Path)}
	return withLine(found, l, connectKinds...)
}
