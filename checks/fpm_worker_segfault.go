package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/phpfpm"
)

// fpmWorkerSegfault: PHP itself crashes on some page.
func fpmWorkerSegfault() Check {
	return Check{
		ID: "fpm-worker-segfault", Title: "No PHP worker crashes", Topic: Upstreams,
		After: []ID{"fpm-emergency-restart-loop"},
		Means: `A PHP worker crashed in the middle of a request (signal 11 and its kin), and the visitor got a 502 while other pages work. It is a bug
in PHP, in an extension, in OPcache's JIT, or code that calls itself without end. The kernel log names the library. The same page each
time points to code; random pages point to OPcache, an extension, or libraries that were upgraded under a running PHP.`,
		Run: fpmEvent([]errlog.Kind{errlog.FPMCrash}, func(ctx context.Context, f *sysinfo.Facts, l *live, p *sysinfo.FPM, pool *phpfpm.Pool, line sysinfo.LogLine) *Finding {
			found := &Finding{Confidence: 0.95, Where: pool.Place, Summary: fmt.Sprintf("a PHP worker of pool %s crashed with signal %d", pool.Name, line.Signal)}
			if broke, _, ok := l.has(brokenKinds...); ok && within(broke.Time, line.Time, 3*time.Second) {
				found.Summary += " on " + uriOf(broke)
			}
			crashes, _ := kernelLines(ctx, f, errlog.Segfault) // unreadable: PHP-FPM's own line says enough
			for _, k := range crashes {
				if strings.Contains(k.text, fmt.Sprintf("[%d]", line.Worker)) {
					found.Evidence = append(found.Evidence, k.evidence())
				}
			}
			x := Fix{Title: "Restart PHP-FPM, then find the page or extension", Risk: Medium, Workaround: true}
			x = fpmRestart(p, x)
			found.Fix = x.Tell("%s", findCrash(p)).
				Tell("After a package upgrade a restart alone is the cure: the old libraries were still loaded")
			return found
		}),
	}
}

// findCrash tells how to find what crashes.
func findCrash(p *sysinfo.FPM) string {
	return fmt.Sprintf("If the same page crashes again: look at what it calls (a recursion without end, a plugin updated lately). If pages crash at random: switch the JIT off (opcache.jit=disable in %s), then OPcache, then extensions one by one", p.Version.Ini)
}
