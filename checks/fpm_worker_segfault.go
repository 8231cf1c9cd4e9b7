package checks

import (
	"context"
	"fmt"
	"slices"
	"strconv"
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
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if found := fpmOutOfTime(ctx, f, l); found != nil && found.Status == Fail {
				return found
			}
			return fpmEventOf([]errlog.Kind{errlog.FPMCrash}, fpmCrashed)(ctx, f, l)
		}),
	}
}

// fpmCrashed judges a line about a worker that crashed.
func fpmCrashed(ctx context.Context, f *sysinfo.Facts, l *live, p *sysinfo.FPM, pool *phpfpm.Pool, line sysinfo.LogLine) *Finding {
	found := &Finding{Confidence: 0.95, Where: pool.Place, Summary: fmt.Sprintf("a PHP worker of pool %s crashed with signal %d", pool.Name, line.Signal)}
	broke, _, paged := l.has(brokenKinds...)
	if paged = paged && within(broke.Time, line.Time, 3*time.Second); paged {
		found.Summary += " on " + uriOf(broke)
	}
	blameCrash(ctx, f, l, p, pool, found, broke)
	return found
}

// blameCrash points at what crashes PHP: the script of a page by a recursion without end, as the kernel tells, or the extension that it names; without its
// word the page that crashed each time where others of the pool came well, or where none did the one extension that was changed just before.
func blameCrash(ctx context.Context, f *sysinfo.Facts, l *live, p *sysinfo.FPM, pool *phpfpm.Pool, found *Finding, broke sysinfo.LogLine) {
	lines, first := poolCrashes(ctx, f, pool.Name)
	crashes := workersCrashed(ctx, f, p, lines)
	if len(crashes) > 0 {
		found.Evidence = append(found.Evidence, crashes[len(crashes)-1].evidence())
	}
	root := f.Host.Root
	if p.Master != nil {
		root = f.RootOf(p.Master.PID)
	}
	page := withoutArguments(broke.URI)
	script := l.phpScript(page)
	other, same := l.cameWell(ctx, f, page, first)
	x, _, named := crashingExtension(root, p, crashes)
	inCode := named && calledByCode.MatchString(x.name())
	found.Fix = restartCrashing(p)
	switch {
	case script != "" && slices.ContainsFunc(crashes, func(k kernelLine) bool { return ranOutOfStack(k.text) }):
		found.Where = sysinfo.Place{File: script}
		found.Summary += fmt.Sprintf(", for want of stack: what %s runs calls itself without end", script)
		blameChange(f, root, l.Site.Root, first, found)
	case named && !inCode:
		found.Where = x.set.Place
		found.Summary += ", in " + x.loadedBy()
		found.Evidence = append(found.Evidence, lineOf(root, x.set.Place))
		found.Fix = x.without(root, p)
	case script != "" && other && !same && l.breaksAlways(page):
		found.Where = sysinfo.Place{File: script}
		found.Summary += fmt.Sprintf(", each time on that page: what %s runs does it", script)
		blameChange(f, root, l.Site.Root, first, found)
	case named:
		found.Where = x.set.Place
		found.Summary += ", in " + x.loadedBy()
		found.Evidence = append(found.Evidence, lineOf(root, x.set.Place))
		found.Fix = found.Fix.Tell("If it crashes again: install another version of %s, or the same anew. The code of sites calls it: without it their pages fail with 500", x.name())
	case l.hit && !other && !same:
		if x, ok := changedExtension(root, p, first); ok && !calledByCode.MatchString(x.name()) {
			found.Where, found.Confidence = x.set.Place, 0.8
			found.Summary += fmt.Sprintf("; no page of the pool came well since the first crash, %s after a change of %s", Span(first.Sub(x.changed)), x.loadedBy())
			found.Evidence = append(found.Evidence, lineOf(root, x.set.Place), Evidence{Source: "stat " + x.file, Text: "changed at " + x.changed.In(f.Host.Now().Location()).Format("15:04:05")})
			found.Fix = x.without(root, p)
		}
	}
	if l.hit && found.Where == pool.Place {
		blameChange(f, root, l.Site.Root, first, found)
	}
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

// restartCrashing restarts PHP, and tells how to find what crashes.
func restartCrashing(p *sysinfo.FPM) Fix {
	x := fpmRestart(p, Fix{Title: "Restart PHP-FPM, then find the page or extension", Risk: Medium, Workaround: true})
	return x.Tell("%s", findCrash(p)).Tell("After a package upgrade a restart alone is the cure: the old libraries were still loaded")
}

// findCrash tells how to find what crashes.
func findCrash(p *sysinfo.FPM) string {
	return fmt.Sprintf("If the same page crashes again: look at what it calls (a recursion without end, a plugin updated lately). If pages crash at random: switch the JIT off (opcache.jit=disable in %s), then OPcache, then extensions one by one", p.Version.Ini)
}
