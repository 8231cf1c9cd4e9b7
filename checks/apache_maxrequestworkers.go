package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// apacheMaxRequestWorkers: Apache itself is full.
func apacheMaxRequestWorkers() Check {
	return Check{
		ID: "apache-maxrequestworkers", Title: "Apache has workers to spare", Topic: Server,
		Means: `All of Apache's own workers are busy (AH00161, AH00484): new visitors wait in the kernel's queue until somebody in front gives up. A slow backend
that holds them is the usual reason, or keep-alive connections with the prefork MPM; raise MaxRequestWorkers only as far as the memory goes. The
line appears once until the next restart.`,
		Run: perApache(workersLeft),
	}
}

func workersLeft(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, a *sysinfo.Apache) *Finding {
	waiting, slow := queued(ctx, f, g), false
	for _, s := range f.Sites(ctx) {
		for _, answer := range f.Answers(ctx, s) {
			slow = slow || s.Gateway == g && answer.TimedOut()
		}
	}
	line, n := latestWord(ctx, f, g, errlog.MaxRequestWorkers)
	set := a.Config.Base().Last("MaxRequestWorkers")
	if set == nil {
		set = a.Config.Base().Last("MaxClients")
	}
	known, full := n > 0 && !line.Time.Before(g.Started), slow && waiting > 0
	if !known && !(full && unread(ctx, f, g.Logs) != nil) { // a queue that nobody takes from tells of itself where the log is root's
		if blind := unread(ctx, f, g.Logs); blind != nil {
			return blind
		}
		return pass(fmt.Sprintf("Apache never ran out of its workers since its start at %s", g.Started.Format("2006-01-02 15:04")))
	}
	found := &Finding{Status: Fail, Confidence: 0.93, When: Intermittent, Summary: "all of Apache's workers were busy: new visitors had to wait"}
	if known {
		found.Evidence = []Evidence{quoteLine(line)}
	}
	if full {
		found.When, found.Summary = Now, fmt.Sprintf("all of Apache's workers are busy, and %s waiting", plural(waiting, "visitor is", "visitors are"))
		found.Evidence = append(found.Evidence, Evidence{Source: "ss -ltn", Text: fmt.Sprintf("%d connections wait to be accepted", waiting)})
		found.Covers = []ID{"upstream-read-timeout", "listen-backlog-full-tcp", "host-overloaded"}
	}
	if !slow && (line.Time.Before(g.Loaded) || strings.Contains(line.Text, "AH10159")) {
		found.Status = Warn // before the last reload; or close to the limit, and not at it
	}
	usual := usualWorkers(a)
	if set == nil || set.Number(usual) >= usual {
		found.Fix = Fix{Title: "Find out what holds the workers", Risk: Low}.
			Tell("apache2ctl fullstatus (mod_status) shows what each worker does. W on one page of one backend: that backend is slow. K everywhere with prefork: lower KeepAliveTimeout").
			Tell("Only when the memory allows it: one worker's size (ps -o rss) times MaxRequestWorkers has to fit")
		return found
	}
	at := set.Place
	found.Where = at
	found.Evidence = append(found.Evidence, lineOf(g.Root, at))
	fix := Fix{Title: fmt.Sprintf("Give Apache the workers it has by default: %d are few", set.Number(0)), Risk: Medium, Undo: setLine(g.Root, at, configLine(g.Root, at))}
	fix = roomFor(g, a, at, fix.Do("Raise the limit", "%s", replace(g.Root, at, set.Name+" "+set.Arg(0), fmt.Sprintf("%s %d", set.Name, usual))), usual)
	fix = fix.Do("Test the configuration before it is used", "%s", keeperOf(g).tested())
	if g.Unit == "" {
		found.Fix = fix.Tell("Restart Apache: ServerLimit is read at a start only")
		return found
	}
	found.Fix = fix.Do("Restart Apache: these limits are read at a start only", "systemctl restart %s", sh(unitWord(g.Unit))).
		Tell("If they fill up again, a backend holds them: apache2ctl fullstatus shows on which pages")
	return found
}

// usualWorkers is httpd's own limit: 256 processes with prefork, 16 times 25 threads with the others.
func usualWorkers(a *sysinfo.Apache) int {
	if a.Config.Has("mpm_prefork_module") {
		return 256
	}
	return 400
}

// roomFor lifts the limit of processes where it would hold more workers back.
func roomFor(g *sysinfo.Gateway, a *sysinfo.Apache, limit sysinfo.Place, x Fix, workers int) Fix {
	base := a.Config.Base()
	threads, own := 1, 256
	if !a.Config.Has("mpm_prefork_module") {
		threads, own = max(1, base.Last("ThreadsPerChild").Number(25)), 16
	}
	need := (workers + threads - 1) / threads
	d := base.Last("ServerLimit")
	switch {
	case d != nil && d.Number(need) < need:
		at := d.Place
		x.Undo = undoAll([]string{x.Undo, setLine(g.Root, at, configLine(g.Root, at))})
		return x.Do("Raise the limit of processes with it", "%s", replace(g.Root, d.Place, d.Name+" "+d.Arg(0), fmt.Sprintf("%s %d", d.Name, need)))
	case d == nil && need > own:
		x.Undo = undoAll([]string{x.Undo, removeBelow(g.Root, limit, 1)})
		return x.Do("Allow as many processes as that takes", "%s", insertAfter(g.Root, limit, fmt.Sprintf("ServerLimit %d", need)))
	}
	return x
}

// queued is how many connections wait for a gateway to take them.
func queued(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) int {
	all, err := f.Listeners(ctx, g)
	if err != nil {
		return 0
	}
	n := 0
	for _, s := range all {
		for _, site := range g.Sites {
			for _, l := range site.Listen {
				if s.Network == "tcp" && s.Addr.Port() == l.Addr.Port() {
					n = max(n, s.Queue)
				}
			}
		}
	}
	return n
}
