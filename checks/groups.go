package checks

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// LogGroup is what the logs of the window say of one cause at one site and upstream.
type LogGroup struct {
	ID             ID
	Says           string // what the lines say, where the cause is only guessed by them
	Upstream, Site string
	Count          int
	First, Last    time.Time
	Minutes        map[int64]int // how many in a minute, by the Unix second of its start
}

// Groups sums the failures in the logs up by their likeliest cause, most frequent first. Lines that only look
// alarming are left out, and so are our own requests, what another server made good, and
// those whom a limit told with 429 to come more slowly, and who asked for the pages of a renewal while there was none.
func Groups(ctx context.Context, f *sysinfo.Facts) []LogGroup {
	logs, err := f.LogsAbout(ctx)
	if err != nil {
		return nil
	}
	return groupsOf(logs, func(g *sysinfo.LogGroup) bool { return !madeGood(ctx, f, g) && !slowedDown(ctx, f, g) && !ofRenewal(g) })
}

// MadeGood sums up what the logs tell of single servers in whose place another one answered.
func MadeGood(ctx context.Context, f *sysinfo.Facts) []LogGroup {
	logs, err := f.LogsAbout(ctx)
	if err != nil {
		return nil
	}
	return groupsOf(logs, func(g *sysinfo.LogGroup) bool { return madeGood(ctx, f, g) })
}

// GroupsOf are the groups of some logs.
func GroupsOf(logs *sysinfo.Logs) []LogGroup {
	return groupsOf(logs, func(*sysinfo.LogGroup) bool { return true })
}

func groupsOf(logs *sysinfo.Logs, wanted func(*sysinfo.LogGroup) bool) []LogGroup {
	type key struct {
		id                   ID
		says, upstream, site string
	}
	sum := map[key]*LogGroup{}
	events := onlyEvents(logs)
	for _, g := range logs.Groups {
		id := groupID(g)
		if id == "" || events(g) || g.Count == g.Own || g.Kind == errlog.FPMStopping && cameBack(logs, g) || !wanted(g) {
			continue
		}
		k := key{id, saysOf(g), g.Upstream, g.Site}
		s := sum[k]
		if s == nil {
			s = &LogGroup{ID: id, Says: k.says, Upstream: g.Upstream, Site: g.Site, First: g.First, Minutes: map[int64]int{}}
			sum[k] = s
		}
		s.Count += g.Count - g.Own
		for m, n := range g.Minutes {
			s.Minutes[m] += n
		}
		if g.First.Before(s.First) {
			s.First = g.First
		}
		if g.Last.After(s.Last) {
			s.Last = g.Last
		}
	}
	out := make([]LogGroup, 0, len(sum))
	for _, s := range sum {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b LogGroup) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Says, b.Says), cmp.Compare(a.Upstream, b.Upstream), cmp.Compare(a.Site, b.Site))
	})
	return out
}

// onlyEvents tells lines of HAProxy's about its servers ("Server web/a is DOWN") from those of requests: where requests are logged, they are what failed.
// Caddy logs every request that failed, so that its own checks of a server are never more than events.
func onlyEvents(logs *sysinfo.Logs) func(*sysinfo.LogGroup) bool {
	requests := slices.ContainsFunc(logs.Groups, func(g *sysinfo.LogGroup) bool {
		return len(g.Latest) > 0 && g.Latest[0].Event.Source == errlog.HAProxy && g.Latest[0].Status > 0 && groupID(g) != ""
	})
	return func(g *sysinfo.LogGroup) bool {
		return requests && g.Latest[0].Event.Source == errlog.HAProxy && g.Latest[0].Status == 0 || ofCaddysCheck(g)
	}
}

// ofCaddysCheck says that lines are those of a health check of Caddy's.
func ofCaddysCheck(g *sysinfo.LogGroup) bool {
	return !slices.ContainsFunc(g.Latest, func(l sysinfo.LogLine) bool {
		return l.Event.Source != errlog.Caddy || l.URI != "" || l.Status > 0 || !strings.Contains(l.Text, "reverse_proxy.health_checker.")
	})
}

// Nameless says that lines which name no site are of this one: they name a server or a block of its.
func (g LogGroup) Nameless(s *sysinfo.Site) bool {
	return g.Site == "" && slices.ContainsFunc(s.Hops, func(h *sysinfo.Hop) bool { l := live{Hop: h}; return l.named(g.Upstream) })
}

// cameBack says that a PHP-FPM that wrote of its end wrote of its start after that, in the same log: somebody restarted it.
func cameBack(logs *sysinfo.Logs, stop *sysinfo.LogGroup) bool {
	n := len(stop.Latest)
	return n > 0 && slices.ContainsFunc(logs.Groups, func(g *sysinfo.LogGroup) bool {
		return g.Kind == errlog.Started && slices.ContainsFunc(g.Latest, func(l sysinfo.LogLine) bool {
			return !l.Time.Before(stop.Last) && logOf(l) == logOf(stop.Latest[n-1])
		})
	})
}

// logOf is the log that a line stands in.
func logOf(line sysinfo.LogLine) string {
	if i := strings.LastIndexByte(line.Source, ':'); i >= 0 {
		return line.Source[:i]
	}
	return line.Source
}

// groupID is the likeliest cause of a group of error lines, empty for noise, for access logs (HAProxy has one log for both), and for the second
// line that Apache writes of one failure. A page that PHP-FPM noted as slow may have been served well; where it was not, the gateway's line tells.
func groupID(g *sysinfo.LogGroup) ID {
	if len(g.Latest) == 0 || noiseID(g.Kind) != "" || ofVisit(g) || g.Kind == errlog.ConnectFollow || g.Kind == errlog.ReadFollow || g.Kind == errlog.FPMSlowRequest {
		return ""
	}
	if g.Kind == errlog.AccessGateway || g.Kind == errlog.AccessError {
		return "upstream-returned-5xx" // HAProxy got a whole answer and handed it on
	}
	leads := meaning(&g.Latest[len(g.Latest)-1].Event).leads
	if len(leads) == 0 {
		return ""
	}
	return leads[0].ID
}

// ofVisit says that lines are those of an access log: where the gateway keeps a log of its failures as well, each is in it once more. HAProxy has one
// log for both, and Caddy gives a failure's status beside its cause.
func ofVisit(g *sysinfo.LogGroup) bool {
	switch g.Latest[0].Event.Source {
	case errlog.HAProxy:
		return false
	case errlog.Caddy:
		return g.Kind == errlog.AccessGateway || g.Kind == errlog.AccessError || g.Kind == errlog.AccessForbidden
	}
	return g.Latest[0].Status > 0
}

// Minutes are the failed requests per minute of the window, by Unix second of the minute's start: from the access
// logs where they are kept, else from the error logs.
func Minutes(ctx context.Context, f *sysinfo.Facts) map[int64]int {
	logs, err := f.LogsAbout(ctx)
	if err != nil {
		return nil
	}
	return MinutesOf(logs, len(logs.Failed) > 0)
}

// MinutesOf are the failed requests per minute of some logs: of their access lines, or else of their error lines. Never of
// both: each failure has a line in either.
func MinutesOf(logs *sysinfo.Logs, access bool) map[int64]int {
	if access {
		return logs.Failed
	}
	out := map[int64]int{}
	events := onlyEvents(logs)
	for _, g := range logs.Groups {
		if groupID(g) == "" || events(g) {
			continue
		}
		for m, n := range g.Minutes {
			if n > 0 {
				out[m] += n
			}
		}
	}
	return out
}
