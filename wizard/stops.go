package wizard

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"fix502/checks"
	"fix502/sysinfo"
)

// asked is for how many sites it is looked up what stands in front and behind.
const asked = 40

// paths draws each asked site's way, with the state of every hop; stores says that the run asks databases.
func paths(ctx context.Context, f *sysinfo.Facts, causes []checks.Cause, stores bool) []Path {
	out := []Path{}
	if l := f.ByItself(ctx); l != nil && len(causes) == 0 {
		return append(out, lonePath(l))
	}
	if h := f.LoneDown(ctx); h != nil {
		return append(out, Path{Site: checks.Quote(h.Site.Name), Hops: []Stop{hopStop(ctx, f, h, causes)}})
	}
	for _, s := range f.Sites(ctx) {
		p := Path{Site: checks.Quote(f.Title(ctx, s)), Hops: []Stop{gatewayStop(ctx, f, s)}, Log: errorLog(s)}
		seen, to := map[string]int{}, turnedTo(ctx, f, s)
		for _, h := range s.Hops {
			key := h.Scheme + h.Address()
			if seen[key] == 0 {
				stop := hopStop(ctx, f, h, causes)
				stop.aside = true
				p.Hops = append(p.Hops, stop)
				seen[key] = len(p.Hops) - 1
			}
			if slices.Contains(to, h) {
				p.Hops[seen[key]].aside = false
			}
		}
		p.blame(s, causes)
		if len(out) < asked {
			if p.Front = front(ctx, f, s); stores {
				p.Behind = behind(ctx, f, s, causes)
			}
		}
		out = append(out, p)
	}
	for i := range out {
		out[i].Through = through(out, i)
	}
	return out
}

// turnedTo are the hops that visitors of the first page that was asked for are sent to.
func turnedTo(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) []*sysinfo.Hop {
	all := f.Answers(ctx, s)
	if len(all) == 0 {
		return s.Hops
	}
	return f.TurnedTo(ctx, s, all[0].Question.URI, all[0].Status > 0 && all[0].Status < 500)
}

// through are the gateways in front of a path's own: those of the paths that lead to where it listens.
func through(all []Path, i int) []Stop {
	var out []Stop
	seen := []int{i} // a circle of proxies has no end
	for {
		at := slices.IndexFunc(all, func(q Path) bool { return q.leadsTo(all[seen[len(seen)-1]]) })
		if at < 0 || slices.Contains(seen, at) {
			return out
		}
		out, seen = append([]Stop{all[at].Hops[0]}, out...), append(seen, at)
	}
}

// leadsTo says that a hop of p ends where the gateway of inner listens.
func (p Path) leadsTo(inner Path) bool {
	for _, l := range strings.Split(inner.Hops[0].Address, ", ") {
		for _, h := range p.Hops[1:] {
			near := loopback(h.Address) && unspecified(l) || strings.HasPrefix(h.Address, "localhost:") && loopback(l)
			if h.Address == l || near && portOf(h.Address) != "" && portOf(h.Address) == portOf(l) {
				return l != ""
			}
		}
	}
	return false
}

// portOf is what stands behind the last colon; empty without one.
func portOf(addr string) string {
	i := strings.LastIndexByte(addr, ':')
	if i < 0 {
		return ""
	}
	return addr[i+1:]
}

func loopback(addr string) bool {
	return strings.HasPrefix(addr, "127.") || strings.HasPrefix(addr, "[::1]:") || strings.HasPrefix(addr, "localhost:")
}

func unspecified(addr string) bool {
	return strings.HasPrefix(addr, "0.0.0.0:") || strings.HasPrefix(addr, "[::]:")
}

// errorLog is the file in which a site's failures are written; empty where it is none.
func errorLog(s *sysinfo.Site) string {
	for _, l := range slices.Concat(s.Logs, s.Gateway.Logs) {
		if l.Kind == "error" && strings.HasPrefix(l.Path, "/") && !strings.HasPrefix(l.Path, "/dev/") {
			return checks.Quote(l.Path)
		}
	}
	return ""
}

func gatewayStop(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) Stop {
	g := s.Gateway
	st := Stop{Kind: g.Kind, Address: listenText(s), Status: checks.Pass, Says: "running", Where: placeOf(s.Where)}
	if !g.Running() {
		st.Status, st.Says = checks.Fail, "not running"
	}
	for _, a := range f.Answers(ctx, s) {
		fails := f.URL == "" && a.Status >= 500 // nobody named a page: one that fails says more than one that does not
		if a.Status > 0 && (st.MS == 0 || fails) {
			st.MS = float64(a.Took.Microseconds()) / 1000
			st.Says = "answers " + a.Word()
			if fails {
				break
			}
		}
	}
	return st
}

// blame marks the cause that lies in a site's own configuration and not at one of its hops: behind the gateway when it
// answers, for then a request comes so far, and else at the gateway itself.
func (p *Path) blame(s *sysinfo.Site, causes []checks.Cause) {
	for _, c := range causes {
		if c.Finding.Hop != nil || c.Finding.Site != s || p.Broken() {
			continue
		}
		if c.Finding.Before {
			p.Hops[0].Status, p.Hops[0].Says, p.Hops[0].MS = checks.Fail, "not reached", 0
			continue
		}
		at := 0
		if len(p.Hops) > 1 && strings.HasPrefix(p.Hops[0].Says, "answers") {
			at = 1
		}
		p.Hops[at].Status = checks.Fail
		switch {
		case at == 1 && c.Finding.Reached && atStore(c.Check.ID):
			p.Hops[at].Says, p.Hops[at].MS = "fails at its "+storeWord(c.Check.ID), 0
		case at == 1 && c.Finding.Reached:
			p.Hops[at].Says, p.Hops[at].MS = "its code fails", 0
		case at == 1:
			p.Hops[at].Says, p.Hops[at].MS = "not reached", 0
		case !strings.HasPrefix(p.Hops[0].Says, "answers"):
			p.Hops[0].Says = checks.Quote(c.Finding.Summary)
		}
	}
}

func hopStop(ctx context.Context, f *sysinfo.Facts, h *sysinfo.Hop, causes []checks.Cause) Stop {
	st := Stop{Kind: f.Peer(ctx, h), Address: checks.Quote(h.Address()), Where: placeOf(h.Where), Status: checks.Pass, Says: "listens"}
	r := f.Reach(ctx, h)
	switch {
	case r.Err != nil:
		st.Status, st.Says = checks.Unknown, checks.Quote(r.Err.Error())
	case r.Errno != 0 && f.ForRenewal(h):
		st.Says = "there while a certificate is renewed"
	case r.Errno != 0 && checks.TakenOut(h):
		st.Says = "taken out: nobody is sent there"
	case r.Errno != 0:
		st.Status, st.Says = checks.Warn, strings.TrimSuffix(r.Errno.Error(), " or directory")
	}
	failed := 0.0                              // after how many ms a page that goes this way failed
	for _, a := range f.Answers(ctx, h.Site) { // what a page took that goes this way; all but the gateway's own share of it
		if a.Status == 0 || f.PageOf(h.Site, a.Question.URI) != h {
			continue
		}
		if took := float64(a.Took.Microseconds()) / 1000; a.Status >= 500 {
			failed = took
		} else if st.Status == checks.Pass || st.Status == checks.Unknown && a.Status < 400 && !checks.KeepsAnswers(h) { // what stands on another machine, the page that came from there tells
			st.Status, st.Says, st.MS = checks.Pass, "answers", took
			break
		}
	}
	for _, c := range causes {
		if atStore(c.Check.ID) && st.Status == checks.Pass { // the app is reached; what it waits for is behind it
			if c.Finding.At() == h.Site {
				st.MS, st.Says = 0, "waits for its "+storeWord(c.Check.ID)
			}
			continue
		}
		if o := c.Finding.Hop; o != nil && (o == h || o.Address() == h.Address() && o.Site == h.Site) {
			if st.Status = checks.Fail; r.Errno == 0 {
				st.Says = checks.Quote(c.Finding.Summary)
			}
			st.MS = failed
			break
		}
	}
	if failed > 0 && st.Status == checks.Pass && len(causes) == 0 { // whether it is this one, nothing says
		st.Status, st.Says = checks.Unknown, st.Says+", and the page fails"
	}
	return st
}

func storeWord(id checks.ID) string {
	if strings.HasPrefix(string(id), "cache-") {
		return "cache"
	}
	return "database"
}

func listenText(s *sysinfo.Site) string {
	var out []string
	for _, l := range s.Listen {
		if l.Unix != "" {
			out = append(out, "unix:"+l.Unix)
		} else if l.Addr != (netip.AddrPort{}) {
			out = append(out, l.Addr.String())
		}
	}
	return checks.Quote(strings.Join(out, ", "))
}

// name gives the groups of a broken hop the cause that was proven, where the one guessed from the line alone was not.
func (e *Errors) name(causes []checks.Cause, found map[checks.ID][]checks.Finding) {
	failed := func(f checks.Finding) bool { return f.Status == checks.Fail }
	for i, g := range e.Groups {
		if slices.ContainsFunc(found[g.ID], failed) {
			e.Groups[i].Says = ""
			continue
		}
		for _, c := range causes {
			if h := c.Finding.Hop; h != nil && c.Now() && g.Upstream == checks.Quote(h.Address()) {
				e.Groups[i].ID, e.Groups[i].Says = c.Check.ID, ""
				break
			}
		}
	}
}
