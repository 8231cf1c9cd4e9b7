package checks

import (
	"context"
	"fmt"
	"io/fs"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

// fpmStaleSocket: the master died without cleaning up; its socket's file is there and nobody behind it.
func fpmStaleSocket() Check {
	return Check{
		ID: "fpm-stale-socket", Title: "Behind every socket file somebody listens", Topic: Upstreams,
		After: []ID{"oom-killed", "fpm-reload-killed-master", "fpm-pool-config-error", "start-limit-hit"},
		Means: `PHP-FPM died without cleaning up: it was killed, or crashed. The socket's file is still there but nobody listens behind it, so the gateway
is refused (errno 111) where a stopped PHP-FPM would leave no file (errno 2). Starting it is enough, it removes the old file itself.
Find out who killed it: the kernel for memory, or somebody.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			d := fpmTrouble(ctx, f, l)
			if d == nil || d.cause != "fpm-stale-socket" {
				return nil
			}
			how := "died"
			if d.fpm.Unit.CodeKind == "killed" || d.fpm.Unit.CodeKind == "dumped" {
				how = fmt.Sprintf("was %s by signal %d", d.fpm.Unit.CodeKind, d.fpm.Unit.ExitCode)
			}
			found := d.finding(ctx, f, l, fmt.Sprintf("%s %s and left its socket behind", d.fpm.Name(), how))
			found.Where = d.pool.Get("listen").Place
			if l.reach.File != nil {
				found.Evidence = append(found.Evidence, Evidence{Source: "ss -lx", Text: "the file " + l.Unix + " exists and nobody listens on it"})
			}
			found.Fix = fpmStart(d.fpm, Fix{Title: "Start " + d.fpm.Name(), Risk: Low})
			if !d.fpm.HasUnit {
				return found
			}
			found.Fix = found.Fix.Tell("To let systemd start it again by itself next time: systemctl edit %s, and add [Service] Restart=on-failure RestartSec=2", d.fpm.Name())
			return found
		}),
	}
}

// socketLeft says that a pool's socket is still a file, although nobody runs it: a stop would have taken it away (fpm_sockets.c).
func socketLeft(r sysinfo.Root, pool *phpfpm.Pool) bool {
	at, ok := pool.Listen()
	if !ok || at.Network != "unix" {
		return false
	}
	i, err := r.Stat(at.Path)
	return err == nil && i.Mode.Type() == fs.ModeSocket
}
