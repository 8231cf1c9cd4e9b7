package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

// poolPortTaken: another program listens on the port of a pool, so PHP-FPM does not start, and the gateway speaks FastCGI to
// whoever that is.
func poolPortTaken(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	if l.Scheme != "fastcgi" || l.Unix != "" || l.reach.Err != nil || l.reach.Owner == nil || strings.HasPrefix(l.reach.Owner.Name, "php-fpm") {
		return nil
	}
	p, pool := f.PoolOf(ctx, l.Hop)
	if p == nil || p.Running() || !p.HasUnit {
		return nil
	}
	o := l.reach.Owner
	listen := pool.Get("listen").Place
	found := &Finding{Status: Fail, Confidence: 0.97, Where: listen, Covers: []ID{"upstream-protocol-mismatch", "fpm-pool-config-error", "start-limit-hit", "upstream-premature-close"},
		Summary: fmt.Sprintf("%s does not run: %s, where its pool %s should listen, is held by %s", p.Name(), l.Address(), pool.Name, holder(ctx, f, *o, l.Port)),
		Evidence: []Evidence{lineOf(f.Host.Root, listen), {Source: "ss -ltnp", Text: fmt.Sprintf("%s is %s (pid %d)", l.Address(), o.Cmd, o.PID)},
			unitSays(p.Unit), passLine(l)}}
	found.Evidence = append(found.Evidence, lastWords(ctx, f, p.Unit)...)
	found.Fix = moveToSocket(ctx, f, l, p, pool)
	return withLine(found, l, mismatchKinds...)
}

// moveToSocket gives a pool a Unix socket, which nobody else can take, and has the gateway ask there.
func moveToSocket(ctx context.Context, f *sysinfo.Facts, l *live, p *sysinfo.FPM, pool *phpfpm.Pool) Fix {
	sock := "/run/php/" + pool.Name + ".sock"
	listen := pool.Get("listen").Place
	who := webUser(ctx, f)
	if users, err := f.Users(ctx); err == nil && l.Site.Gateway.Creds.UID > 0 {
		who = users.Name(l.Site.Gateway.Creds.UID)
	}
	lines := "listen = " + sock
	for _, key := range []string{"listen.owner", "listen.group"} {
		if !pool.Get(key).Set() {
			lines += "\n" + key + " = " + who
		}
	}
	x := Fix{Title: "Give the pool a socket of its own", Risk: Medium}.
		Tell("Both cannot have the port. If the other program is the newcomer, stop it or give it another port, and start %s; else:", p.Name())
	to := pointTo(ctx, f, l, "unix:"+sock)
	if to.Undo == "" { // the pool alone must not move: the gateway would not follow
		return x.Tell("Give the pool a socket at %s (listen = %s), and write the same at %s", listen, sock, l.Where)
	}
	x = fpmStart(p, x.Do("Let the pool listen on a socket, which nobody else takes", "%s", setLine(f.Host.Root, listen, lines)))
	x.Steps = append(x.Steps, to.Steps...)
	x.Undo = to.Undo + "; " + setLine(f.Host.Root, listen, configLine(f.Host.Root, listen))
	return x
}
