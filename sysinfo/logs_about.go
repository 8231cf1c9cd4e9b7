package sysinfo

import (
	"context"
	"slices"
	"time"
)

// LogsAbout are the logs as far as they tell of the sites of this run: of a page's address, what is on its way, and
// nothing of its neighbours.
func (f *Facts) LogsAbout(ctx context.Context) (*Logs, error) {
	return Memo(f, "logs-about", func() (*Logs, error) {
		l, err := f.Logs(ctx)
		if err != nil {
			return l, err
		}
		return f.about(ctx, l), nil
	})
}

func (f *Facts) about(ctx context.Context, l *Logs) *Logs {
	if f.Target(ctx) == nil {
		return l
	}
	sites := f.Sites(ctx)
	out := newLogs()
	out.Read = l.Read
	for _, g := range l.Groups {
		if slices.ContainsFunc(sites, func(s *Site) bool { return g.Of(s) }) {
			out.Groups = append(out.Groups, g)
		}
	}
	for path, here := range l.each {
		if !f.belongs(ctx, path, sites) {
			continue
		}
		for m, n := range here.asked {
			out.Total += n
			out.Asked[m] += n
		}
		for m, n := range here.failed {
			out.Failed[m] += n
		}
	}
	return out
}

// belongs says that only these sites write an access log: of one that others share nobody can say whose its lines are.
func (f *Facts) belongs(ctx context.Context, path string, sites []*Site) bool {
	writers, err := Memo(f, "access-log-writers", func() (map[string][]*Site, error) {
		out := map[string][]*Site{}
		gateways, err := f.Gateways(ctx)
		for _, g := range gateways {
			for _, s := range g.Sites {
				for _, l := range s.Logs {
					name := g.Root.LogName(l.Path)
					out[name] = append(out[name], s)
				}
			}
		}
		return out, err
	})
	if err != nil || len(writers[path]) == 0 {
		return false
	}
	return !slices.ContainsFunc(writers[path], func(s *Site) bool {
		return !slices.ContainsFunc(sites, func(mine *Site) bool { return mine == s || mine.Name != "" && mine.Name == s.Name })
	})
}

// ServedSince says that requests to a site went well after a moment, by an access log that is its own: of a minute in which
// more was asked than failed. A site without such a log is not known to have served anybody.
func (f *Facts) ServedSince(ctx context.Context, s *Site, since time.Time) bool {
	l, err := f.Logs(ctx)
	if err != nil && l == nil {
		return false
	}
	for path, here := range l.each {
		if !f.belongs(ctx, path, []*Site{s}) {
			continue
		}
		for minute, n := range here.asked {
			if minute >= since.Unix() && n > here.failed[minute] {
				return true
			}
		}
	}
	return false
}

// AllServed says of some minutes, with how many lines tell of a failure in each, that the access logs of a hop have as many requests in
// each of them, and none that failed.
func (f *Facts) AllServed(ctx context.Context, h *Hop, minutes map[int64]int) bool {
	l, err := f.Logs(ctx)
	if err != nil || len(minutes) == 0 {
		return false
	}
	logs := h.accessLogs()
	for minute, lines := range minutes {
		asked := 0 // of the log that has most
		for _, path := range logs {
			here := l.each[path]
			if here.failed[minute] > 0 {
				return false
			}
			asked = max(asked, here.asked[minute])
		}
		if asked < lines {
			return false
		}
	}
	return true
}

// accessLogs are the files in which a hop's requests are noted, as its gateway has them: nginx by location, others by site.
func (h *Hop) accessLogs() []string {
	var out []string
	if x, ok := h.Extra.(NginxHop); ok {
		for _, to := range x.Pass.AccessLogs() {
			out = append(out, h.Site.Gateway.Root.LogName(to.Path))
		}
		return out
	}
	for _, to := range h.Site.Logs {
		if to.Kind == "access" {
			out = append(out, h.Site.Gateway.Root.LogName(to.Path))
		}
	}
	return out
}
