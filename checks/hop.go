package checks

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
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
	silent    bool // a page we asked for had not been answered when we stopped waiting
	answer    *sysinfo.Answer
	fresh     []sysinfo.LogLine   // error lines of our own questions
	past      []*sysinfo.LogGroup // error lines of the window
	filesOnly bool                // a mounted disk: nothing runs, the logs alone say what happened
	onPath    bool                // the page this run is about goes through it
}

// hops gives every hop of every gateway that this run is about.
func hops(ctx context.Context, f *sysinfo.Facts) ([]live, error) {
	return sysinfo.Memo(f, "hops", func() ([]live, error) {
		gateways, err := f.Gateways(ctx)
		if err != nil {
			return nil, err
		}
		logs, _ := f.Logs(ctx) // an unreadable log is the log checks' to tell
		target := f.Target(ctx)
		asked := map[*sysinfo.Site]bool{}
		for _, s := range f.Sites(ctx) {
			asked[s] = true
		}
		ask(ctx, f)
		var out []live
		quiet := map[string]bool{}
		for _, g := range gateways {
			for _, s := range g.Sites {
				if target != nil && !asked[s] && !sameNames(s, target) {
					continue
				}
				for _, l := range siteHops(ctx, f, s, logs, asked[s]) {
					key := fmt.Sprintf("%p %s %s", g, l.Scheme, l.Address())
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
	var out []live
	for _, h := range s.Hops {
		l := live{Hop: h, reach: f.Reach(ctx, h), filesOnly: f.Host.Files}
		if logs != nil {
			for _, g := range logs.Groups {
				if s.Called(g.Site) && l.named(g.Upstream) && gatewayKind(g) {
					l.past = append(l.past, g)
				}
			}
		}
		for _, line := range fresh {
			if s.Called(line.Site()) && l.named(line.Upstream.Address) {
				l.fresh = append(l.fresh, line)
			}
		}
		for i := range answers {
			l.judge(f, answers[i])
		}
		out = append(out, l)
	}
	return out
}

// judge notes whether an answer was this hop's, and whether it failed.
func (l *live) judge(f *sysinfo.Facts, a sysinfo.Answer) {
	page := f.PageOf(l.Site, a.Question.URI)
	well := a.Status > 0 && a.Status < 500
	mine, said := page == l.Hop || well && l.beside(page), false
	for _, line := range l.fresh {
		if line.URI == a.Question.URI {
			mine, said = true, true
		}
	}
	if !mine {
		return
	}
	l.onPath = true
	failed := said && a.Status >= 400 || a.Status == 500 || a.Status == 502 || a.Status == 503 || a.Status == 504 || a.Status == 9 || a.Status == 0 && a.Err != nil && !a.Refused() && !a.TimedOut()
	l.silent = l.silent || a.TimedOut()
	failed = failed || l.masked(a)
	if failed && !l.hit {
		l.hit, l.answer = true, &a
	}
	if l.answer == nil {
		l.answer = &a
	}
}

// beside says that two hops are servers of one block: a page that came back well by one of them came by the other,
// as far as visitors are concerned.
func (l *live) beside(other *sysinfo.Hop) bool {
	return other != nil && l.Block != "" && other.Block == l.Block && other.Pass == l.Pass
}

// named says whether a log's upstream is this hop's: its address, an address its name stands for, or its block.
func (l *live) named(upstream string) bool {
	if upstream == "" {
		return false
	}
	if upstream == l.Address() || l.Block != "" && strings.EqualFold(upstream, l.Block) || upstream == l.Host {
		return true
	}
	if l.Unix != "" {
		return upstream == "unix:"+l.Unix
	}
	for _, a := range l.Addrs {
		if upstream == netip.AddrPortFrom(a, uint16(l.Port)).String() {
			return true
		}
	}
	return false
}

// gatewayKind keeps groups that a gateway wrote about an upstream.
func gatewayKind(g *sysinfo.LogGroup) bool {
	if len(g.Latest) == 0 {
		return false
	}
	src := g.Latest[0].Event.Source
	return src == errlog.Nginx
}

// errno is what connect(2) answers the gateway: from a line that our own question caused, else from the kernel's
// state. ok is false when nobody knows.
func (l *live) errno() (syscall.Errno, bool) {
	for _, line := range l.fresh {
		if e, ok := connectErrno(line.Kind, line.Errno); ok {
			return e, true
		}
	}
	if l.reach.Err == nil {
		return l.reach.Errno, true
	}
	return 0, false
}

func connectErrno(k errlog.Kind, errno int) (syscall.Errno, bool) {
	switch k {
	case errlog.ConnectUnixMissing, errlog.ConnectUnixDenied, errlog.ConnectUnixRefused, errlog.ConnectUnixFull, errlog.ConnectUnixWrongType,
		errlog.ConnectRefused, errlog.ConnectDenied, errlog.ConnectNoRoute, errlog.ConnectNetUnreachable, errlog.ConnectNoAddress,
		errlog.ConnectInvalid, errlog.ConnectTimedOut, errlog.ConnectFailed:
		return syscall.Errno(errno), errno != 0
	case errlog.ConnectTimeout:
		return syscall.ETIMEDOUT, true
	}
	return 0, false
}

// has finds the latest line of some kinds: of our own questions first, then of the window.
func (l *live) has(kinds ...errlog.Kind) (line sysinfo.LogLine, now, ok bool) {
	for _, k := range kinds {
		for i := len(l.fresh) - 1; i >= 0; i-- {
			if l.fresh[i].Kind == k {
				return l.fresh[i], true, true
			}
		}
	}
	for _, k := range kinds {
		for _, g := range l.past {
			if g.Kind == k && g.Last.After(line.Time) && len(g.Latest) > 0 {
				line, ok = g.Latest[len(g.Latest)-1], true
			}
		}
	}
	return line, false, ok
}

// count sums the window's lines of some kinds.
func (l *live) count(kinds ...errlog.Kind) int {
	n := 0
	for _, g := range l.past {
		for _, k := range kinds {
			if g.Kind == k {
				n += g.Count
			}
		}
	}
	return n
}

// settled is the moment since when this hop is what it is now: a start or reload of either end. Lines from
// before it are history.
func (l *live) settled() time.Time {
	t := l.Site.Gateway.Loaded
	if o := l.reach.Owner; o != nil && o.Start.After(t) {
		t = o.Start
	}
	if l.reach.File != nil && l.reach.Listener != nil && l.reach.File.ModTime.After(t) {
		t = l.reach.File.ModTime
	}
	return t
}

// after says that a line was written since the hop is what it is now. Within one second nginx's lines tell by the
// worker that wrote them: one that is gone had the old configuration.
func (l *live) after(line sysinfo.LogLine) bool {
	g := l.Site.Gateway
	if line.Event.Source == errlog.Nginx && line.PID > 0 && len(g.Workers) > 0 && line.Time.Equal(g.Loaded.Truncate(time.Second)) {
		return slices.Contains(g.Workers, line.PID) && l.since(line.Time)
	}
	return l.since(line.Time)
}

// since says that t is not before the hop became what it is now; logs know whole seconds only.
func (l *live) since(t time.Time) bool { return !t.Before(l.settled().Truncate(time.Second)) }

// broken gives the status of a finding about a hop that cannot be reached: a cause when visitors meet it, worth
// a warning when nobody asks for it.
func (l *live) broken() Status {
	if l.hit {
		return Fail
	}
	for _, g := range l.past {
		if l.since(g.Last) && (l.Site.Gateway.Running() || l.filesOnly) && !l.answersNow() {
			return Fail
		}
	}
	return Warn
}

// answersNow says that a page which goes through this hop was asked for and came back well.
func (l *live) answersNow() bool {
	return l.answer != nil && !l.hit && !l.silent && l.answer.Status > 0 && l.answer.Status < 500
}

// comesAndGoes judges lines of the window that our own question did not bring about again: a cause that comes
// and goes, unless either end was restarted or reloaded after the last of them.
func (l *live) comesAndGoes(line sysinfo.LogLine) (When, Status) {
	if l.after(line) {
		return Intermittent, Fail
	}
	return Intermittent, Warn
}

// evidence quotes a log line.
func quoteLine(line sysinfo.LogLine) Evidence {
	return Evidence{Source: line.Source, Text: line.Text, Time: line.Time}
}

// passLine quotes the configuration line that names the hop's other end.
func passLine(l *live) Evidence {
	return Evidence{Source: l.Where.String(), Text: configLine(l.Site.Gateway.Root, l.Where)}
}

// configLine reads one line of a file; empty when it cannot.
func configLine(r sysinfo.Root, p sysinfo.Place) string { return strings.TrimSpace(rawLine(r, p)) }

// rawLine is a line as it stands in the file, without its end.
func rawLine(r sysinfo.Root, p sysinfo.Place) string {
	b, err := r.ReadFile(p.File)
	if err != nil {
		return ""
	}
	n := 0
	for line := range strings.Lines(string(b)) {
		if n++; n == p.Line {
			return strings.TrimRight(line, "\r\n")
		}
	}
	return ""
}
