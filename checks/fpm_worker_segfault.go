package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"
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
			broke, _, paged := l.has(brokenKinds...)
			if paged = paged && within(broke.Time, line.Time, 3*time.Second); paged {
				found.Summary += " on " + uriOf(broke)
			}
			crashes, _ := kernelLines(ctx, f, errlog.Segfault) // unreadable: PHP-FPM's own line says enough
			recursion := false
			for _, k := range crashes {
				if strings.Contains(k.text, fmt.Sprintf("[%d]", line.Worker)) {
					found.Evidence = append(found.Evidence, k.evidence())
					recursion = ranOutOfStack(k.text)
				}
			}
			if paged {
				blamePage(l, found, broke, recursion)
			}
			x := Fix{Title: "Restart PHP-FPM, then find the page or extension", Risk: Medium, Workaround: true}
			x = fpmRestart(p, x)
			found.Fix = x.Tell("%s", findCrash(p)).
				Tell("After a package upgrade a restart alone is the cure: the old libraries were still loaded")
			return found
		}),
	}
}

// blamePage points at the script of a page that ended its worker: by a recursion without end, as the kernel tells, or each time that something did.
func blamePage(l *live, found *Finding, broke sysinfo.LogLine, recursion bool) {
	page, _, _ := strings.Cut(broke.URI, "?")
	script := l.Site.Script(page)
	if script == "" || path.Ext(page) == ".php" && path.Base(page) != path.Base(script) {
		return
	}
	switch {
	case recursion:
		found.Summary += fmt.Sprintf(", for want of stack: what %s runs calls itself without end", script)
	case l.breaksAlways(page):
		found.Summary += fmt.Sprintf(", each time on that page: what %s runs does it", script)
	default:
		return
	}
	found.Where = sysinfo.Place{File: script}
}

// breaksAlways says that a connection broke off more than once, and on one page alone.
func (l *live) breaksAlways(page string) bool {
	n := 0
	for _, line := range l.lines() {
		if slices.Contains(brokenKinds, line.Kind) {
			if uri, _, _ := strings.Cut(line.URI, "?"); uri != page {
				return false
			}
			n++
		}
	}
	return n > 1
}

var segfaultAt = whenAsked(`segfault at ([0-9a-f]+) ip [0-9a-f]+ sp ([0-9a-f]+) error 6\b`)

// ranOutOfStack says that a program wrote just beside where its stack ends: the address it failed at is that of the stack's top (arch/x86/mm/fault.c,
// show_signal_msg; error 6 is a user's write to a page that is not there).
func ranOutOfStack(text string) bool {
	m := segfaultAt.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	at, err := strconv.ParseUint(m[1], 16, 64)
	top, err2 := strconv.ParseUint(m[2], 16, 64)
	const page = 4096
	return err == nil && err2 == nil && at+page >= top && at <= top+page
}

// findCrash tells how to find what crashes.
func findCrash(p *sysinfo.FPM) string {
	return fmt.Sprintf("If the same page crashes again: look at what it calls (a recursion without end, a plugin updated lately). If pages crash at random: switch the JIT off (opcache.jit=disable in %s), then OPcache, then extensions one by one", p.Version.Ini)
}
