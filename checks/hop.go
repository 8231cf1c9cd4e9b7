package checks

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// live is what is known of one hop at this moment: what the kernel says, what our own question brought to
// light, and what the logs of the window remember.
type live struct {
	*sysinfo.Hop
	reach     sysinfo.Reach
	hit       bool // a page we asked for failed at this hop
	begun     bool // a page of it had begun when it failed
	aside     bool // its gateway was told not to ask it
	silent    bool // a page we asked for had not been answered when we stopped waiting
	answer    *sysinfo.Answer
	fresh     []sysinfo.LogLine   // error lines of our own questions
	past      []*sysinfo.LogGroup // error lines of the window
	filesOnly bool                // a mounted disk: nothing runs, the logs alone say what happened
	onPath    bool                // the page this run is about goes through it
	visits    bool                // the logs have visitors' requests, or we were told which page to be one of
	unheard   bool                // the log that would tell could not be read, or is not kept
	began     time.Time           // since when its service runs, where only root may see who listens
	walled    time.Time           // since when the firewall's files are as they are
	shown     time.Time           // since when HAProxy sees the folder of the socket inside its chroot
	behind    time.Time           // since when the gateway behind it, and the one app of that, are what they are
	opened    time.Time           // since when the app may use the file that it was refused last, or has the one that it missed
}

// hops gives every hop of every gateway that this run is about.
func hops(ctx context.Context, f *sysinfo.Facts) ([]live, error) {
	return sysinfo.Memo(f, "hops", func() ([]live, error) {
		gateways, err := f.Gateways(ctx)
		if err != nil {
			return nil, err
		}
		if h := f.LoneDown(ctx); h != nil {
			return []live{loneHop(ctx, f, h)}, nil
		}
		logs, _ := f.Logs(ctx) // an unreadable log is the log checks' to tell
		target := f.Target(ctx)
		asked := map[*sysinfo.Site]bool{}
		for _, s := range f.Sites(ctx) {
			asked[s] = true
		}
		ask(ctx, f)
		var out []live
		quiet := map[leads]bool{}
		for _, g := range gateways {
			if u, known := f.Unit(ctx, g.Unit); known && !u.Meant() && f.ByItself(ctx) != nil {
				continue // a package that is off, where an app answers by itself
			}
			for _, s := range g.Sites {
				if target != nil && !asked[s] && !sameNames(s, target) {
					continue
				}
				if !asked[s] && nothingNew(s, logs, quiet) {
					continue
				}
				for _, l := range siteHops(ctx, f, s, logs, asked[s]) {
					key := leads{g, l.Scheme, l.Address()}
					if asked[s] || len(l.past) > 0 || !quiet[key] {
						out = append(out, l)
					}
					quiet[key] = true // of sites that nobody complains of, one speaks for all that lead there
				}
			}
		}
		return out, nil
	})
}

// leads is a way from a gateway, whichever site takes it.
type leads struct {
	gateway         *sysinfo.Gateway
	scheme, address string
}

// nothingNew says of a site that is not asked that no log complains of it and that others lead wherever it does: on a server of
// thousands that is most of them.
func nothingNew(s *sysinfo.Site, logs *sysinfo.Logs, quiet map[leads]bool) bool {
	if logs != nil && slices.ContainsFunc(logs.Groups, func(g *sysinfo.LogGroup) bool { return g.Of(s) }) {
		return false
	}
	return !slices.ContainsFunc(s.Hops, func(h *sysinfo.Hop) bool { return !quiet[leads{s.Gateway, h.Scheme, h.Address()}] })
}

// ask asks all sites of this run, a few at a time.
func ask(ctx context.Context, f *sysinfo.Facts) {
	var wg sync.WaitGroup
	turn := make(chan struct{}, 8)
	for _, s := range f.Sites(ctx) {
		wg.Go(func() {
			turn <- struct{}{}
			defer func() { <-turn }()
			f.Answers(ctx, s)
		})
	}
	wg.Wait()
}

// sameNames is true for the other server blocks of one site: its port 80 beside its port 443.
func sameNames(a, b *sysinfo.Site) bool { return a.Name == b.Name && a.Gateway == b.Gateway }

func siteHops(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, logs *sysinfo.Logs, asked bool) []live {
	var answers []sysinfo.Answer
	var fresh []sysinfo.LogLine
	if asked {
		answers = f.Answers(ctx, s)
		fresh = f.Fresh(ctx, s)
	}
	blind := asked && unheard(ctx, f, s) != nil
	pages := make([]*sysinfo.Hop, len(answers))
	for i, a := range answers {
		pages[i] = f.PageOf(s, a.Question.URI)
	}
	var out []live
	for _, h := range append(s.Hops[:len(s.Hops):len(s.Hops)], learnt(s, logs, fresh)...) {
		l := live{Hop: h, reach: f.Reach(ctx, h), filesOnly: f.Host.Files, visits: logs != nil && logs.Total > 0 || f.Target(ctx) != nil, unheard: blind}
		if logs != nil {
			for _, g := range logs.Groups {
				if gatewayKind(g) && g.Of(s) && !ofRenewal(g) && (l.named(g.Upstream) || nameless(g.Kind) && g.Upstream == "" || l.only(g.Latest[len(g.Latest)-1]) || l.ofPage(f, g.Latest[len(g.Latest)-1])) && !l.elsewhere(f, g.Latest...) {
					l.past = append(l.past, g)
				}
			}
		}
		l.began = serviceBegan(ctx, f, &l)
		if len(l.past) > 0 {
			l.walled = wallsWritten(f)
			l.opened = opened(ctx, f, &l)
			l.shown = shownSince(f, &l)
			l.behind = behindSince(ctx, f, h, 3)
		}
		for _, line := range fresh {
			if s.Wrote(&line) && (l.named(cmp.Or(line.Upstream.Address, line.Name)) || nameless(line.Kind) && line.Upstream.Address == "" || l.ofBlock(line) || l.only(line) || l.ofPage(f, line) || slices.Contains(pages, h) && l.fits(line)) && !l.elsewhere(f, line) {
				l.fresh = append(l.fresh, line)
			}
		}
		l.aside = l.putAsideByHand(ctx, f)
		for i := range answers {
			l.judge(ctx, f, pages[i], answers[i])
			l.judgeUntold(ctx, f, pages[i], &answers[i])
		}
		l.readCut()
		l.readWrapper(f)
		l.readFetchError(ctx, f)
		l.askAsGateway(ctx, f)
		out = append(out, l)
		if next := f.Forwarded(ctx, h); next != nil {
			out = append(out, live{Hop: next, reach: f.Reach(ctx, next), hit: l.hit, silent: l.silent, answer: l.answer, onPath: l.onPath})
		}
	}
	shareFailures(out)
	forgetFallbacks(out)
	return out
}

// nameless are lines that tell of all of a site's upstreams and name none: Caddy's "no upstreams available".
func nameless(k errlog.Kind) bool { return k == errlog.NoHealthyUpstream }

// ofPage says that a line of Caddy's that names no upstream (a timeout, an answer that broke off) is about this hop: its
// page goes there.
func (l *live) ofPage(f *sysinfo.Facts, line sysinfo.LogLine) bool {
	if line.Event.Source != errlog.Caddy || line.Upstream.Address != "" || line.URI == "" || nameless(line.Kind) {
		return false
	}
	return len(l.Site.Hops) == 1 || f.PageOf(l.Site, line.URI) == l.Hop
}

// judge notes whether an answer was this hop's, and whether it failed. page is the hop that should have given it.
func (l *live) judge(ctx context.Context, f *sysinfo.Facts, page *sysinfo.Hop, a sysinfo.Answer) {
	well := a.Status > 0 && a.Status < 500 && a.Cut == ""
	mine, said := page == l.Hop || well && l.beside(page) || l.hidden(a) || l.besideUnheard(ctx, f, page, a), false
	for _, line := range l.fresh {
		if about(line, a) {
			mine, said = true, true
		}
	}
	if !mine {
		return
	}
	l.onPath = true
	failed := said && a.Status >= 400 || a.Failed() || a.Status == 9 || a.Status == 0 && a.Err != nil && !a.Refused() && !a.TimedOut()
	l.silent = l.silent || a.TimedOut()
	failed = failed || l.masked(a) || l.hidden(a) || a.TimedOut() && l.reach.Broken() // HAProxy tries a refused server for three seconds
	if failed && !l.hit {
		l.hit, l.answer = true, &a
	}
	if l.answer == nil || a.TimedOut() && !l.hit && !l.answer.TimedOut() { // of two pages the one that is still waited for tells more
		l.answer = &a
	}
}

// besideUnheard says that a page which its gateway made itself may have failed at this server, not at the other one of its block: it cannot be reached,
// the gateway tries no second one, and what it logged is not known.
func (l *live) besideUnheard(ctx context.Context, f *sysinfo.Facts, page *sysinfo.Hop, a sysinfo.Answer) bool {
	return l.unheard && l.beside(page) && page != l.Hop && l.reach.Broken() && l.triedOnce() && l.madeByGateway(ctx, f, &a)
}

// beside says that two hops are servers of one block: a page that came back well by one of them came by the other,
// as far as visitors are concerned.
func (l *live) beside(other *sysinfo.Hop) bool {
	if other != nil && l.Site.Gateway.Kind == "varnish" {
		return takenInTurn(l.Site.Gateway, l.Block, other.Block)
	}
	return other != nil && l.Block != "" && other.Block == l.Block && other.Pass == l.Pass
}
