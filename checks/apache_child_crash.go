package checks

import (
	"context"
	"fmt"
	"slices"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// apacheChildCrash: a module of Apache's crashed, with PHP inside of it mostly.
func apacheChildCrash() Check {
	return Check{
		ID: "apache-child-crash", Title: "No child of Apache crashes", Topic: Upstreams,
		Means: `A child of Apache died (AH00051, AH00052): a module crashed, mod_php mostly. The visitor got no answer at all, and a gateway in front made a 502
of it. The line is in the main error log, not in the site's. As with PHP-FPM: an extension, the JIT, endless recursion, or libraries upgraded
under a running server.`,
		Run: perApache(crashes),
	}
}

func crashes(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, a *sysinfo.Apache) *Finding {
	line, n := latestWord(ctx, f, g, errlog.ApacheChildCrash)
	if n == 0 {
		if blind := unread(ctx, f, g.Logs); blind != nil {
			return blind
		}
		return pass(fmt.Sprintf("no child of Apache crashed within %s", Span(f.Since)))
	}
	found := &Finding{Status: Fail, When: Intermittent, Confidence: 0.93, Covers: []ID{"upstream-premature-close", "mid-body-failure"},
		Summary: fmt.Sprintf("children of Apache crash: %s, the last at %s (%s)", plural(n, "time", "times"), line.Time.Format("15:04:05"), signalOf(line)), Evidence: []Evidence{quoteLine(line)}}
	if line.Time.Before(g.Loaded) {
		found.Status = Warn
	}
	var site *sysinfo.Site
	page := ""
	for _, s := range f.Sites(ctx) {
		for _, answer := range f.Answers(ctx, s) {
			if s.Gateway == g && (answer.Cut != "" && during(line, answer) || answer.Status == 0 && answer.Err != nil && !answer.TimedOut() && !answer.Refused()) {
				found.When, found.Site, found.Status = Now, s, Fail
				site, page = s, withoutArguments(answer.Question.URI)
				found.Evidence = append(found.Evidence, pageSays(&answer, answerWord(answer)))
			}
		}
	}
	if l := brokenInFront(ctx, f, g, line); l != nil {
		found.When, found.Hop, found.Status = Now, l.Hop, Fail
		site, page = f.Inner(ctx, l.Hop), withoutArguments(l.answer.Question.URI)
	}
	if lines, err := f.Kernel(ctx); err == nil {
		for _, k := range lines {
			if d := k.Time.Sub(line.Time); k.PID == 0 && d > -3*time.Second && d < 3*time.Second && containsAny(k.Text, "segfault") && containsAny(k.Text, "apache2[", "httpd[") {
				found.Evidence = append(found.Evidence, Evidence{Source: "journalctl -k", Text: k.Text, Time: k.Time})
			}
		}
	}
	found.Fix = findCrashed(a, g)
	if site != nil {
		blamePage(ctx, f, g, a, site, page, found)
	}
	return found
}

// insideApache says that PHP runs as a module of Apache.
func insideApache(a *sysinfo.Apache) bool {
	return slices.ContainsFunc([]string{"php_module", "php7_module", "php5_module"}, a.Config.Has)
}

// findCrashed tells how to find what crashes.
func findCrashed(a *sysinfo.Apache, g *sysinfo.Gateway) Fix {
	x := Fix{Title: "Find out which page and which module", Risk: Low}.
		Tell("The access log of that second names the page: no line at all, or one with 0 bytes. The kernel's line names the library")
	if insideApache(a) {
		x = x.Tell("PHP runs inside of Apache here. Switch extensions off one by one (profilers first: xdebug, newrelic, ioncube), then opcache.jit=off; look for a recursion without end")
	}
	return x.Tell("Libraries upgraded under a running server end in the same way: then one restart helps, systemctl restart %s", unitOr(g, "apache2"))
}

// blamePage names the page that we asked for when a child crashed, the script that PHP runs for it, and what of the site changed just before the first crash.
func blamePage(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, a *sysinfo.Apache, site *sysinfo.Site, page string, found *Finding) {
	found.Summary += ", one as we asked for " + page
	script := site.Script(page)
	if script == "" || !insideApache(a) || pictured(site, page) {
		return
	}
	found.Where = sysinfo.Place{File: script}
	found.Summary += ", which " + script + " makes"
	x := Fix{Title: "Look for what crashes on that page", Risk: Low}.
		Tell("If other pages are well: look at what %s calls, a recursion without end above all", script).
		Tell("If all crash: switch PHP's extensions off one by one (profilers first: xdebug, newrelic, ioncube), then opcache.jit=off")
	found.Fix = x.Tell("After a change of the code, or where libraries were upgraded under the running server: systemctl restart %s", unitOr(g, "apache2"))
	blameChange(f, g.Root, site.Root, firstTold(ctx, f, g, errlog.ApacheChildCrash), found)
}

// firstTold is when a gateway's logs first tell of something; zero where they do not.
func firstTold(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, kind errlog.Kind) (first time.Time) {
	logs, err := f.Logs(ctx)
	if err != nil {
		return first
	}
	for _, group := range logs.Groups {
		if group.Kind == kind && len(group.Latest) > 0 && writes(g, group.Latest[0]) && (first.IsZero() || group.First.Before(first)) {
			first = group.First
		}
	}
	return first
}

// brokenInFront is the hop of another gateway to this Apache whose page breaks off now, and did just when a child crashed:
// Apache tells of a dead child a second after it.
func brokenInFront(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, line sysinfo.LogLine) *live {
	all, _ := hops(ctx, f) // none is none in front
	for i := range all {
		l := &all[i]
		in := f.Inner(ctx, l.Hop)
		if in == nil || in.Gateway != g || !l.hit || l.answer == nil {
			continue
		}
		broke := slices.Clone(l.fresh)
		for _, past := range l.past {
			broke = append(broke, past.Latest...)
		}
		if slices.ContainsFunc(broke, func(b sysinfo.LogLine) bool { return within(b.Time, line.Time, 3*time.Second) }) {
			return l
		}
	}
	return nil
}

func signalOf(line sysinfo.LogLine) string {
	switch line.Signal {
	case 11:
		return "signal 11, segmentation fault"
	case 6:
		return "signal 6, abort"
	case 9:
		return "signal 9, killed"
	}
	return fmt.Sprintf("signal %d", line.Signal)
}

// unitOr is a gateway's unit as people type it, or what it is mostly called.
func unitOr(g *sysinfo.Gateway, otherwise string) string {
	if g.Unit == "" {
		return otherwise
	}
	return sh(unitWord(g.Unit))
}
