// Package visit looks at a 502 from the outside, as the visitor of a page meets it: it asks for the page a few
// times, tells who sent the error, and looks for what may stand in the way on this machine.
package visit

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"time"

	"fix502/checks"
	"fix502/checks/marks"
	"fix502/sysinfo"
)

// Topic is the wizard page these checks belong to.
const Topic checks.Topic = "visit"

const (
	tries = 4                      // requests of one run
	pause = 250 * time.Millisecond // between them
)

// Checks are the visitor's, in the order of the six steps.
func Checks() []checks.Check {
	return []checks.Check{repeat(), connection(), gateway(), local()}
}

// errNoPage says that nobody told which page fails.
var errNoPage = errors.New("no address was given")

// Tries asks for the page a few times, once a run.
func Tries(ctx context.Context, f *sysinfo.Facts) ([]sysinfo.Answer, error) {
	return sysinfo.Memo(f, "visit.tries", func() ([]sysinfo.Answer, error) {
		q, addrs, err := Question(ctx, f)
		if err != nil {
			return nil, err
		}
		var out []sysinfo.Answer
		for i := range tries {
			if i > 0 && !wait(ctx, pause) {
				break
			}
			q.Address = netip.AddrPortFrom(addrs[i%len(addrs)], portOf(q)).String()
			a, err := f.Host.Ask(ctx, q)
			if err != nil {
				return out, err
			}
			out = append(out, a)
			if a.TimedOut() {
				break // three more would say the same and cost a minute
			}
		}
		return out, nil
	})
}

func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func portOf(q sysinfo.Question) uint16 {
	if q.TLS {
		return portIn(q.Host, 443)
	}
	return portIn(q.Host, 80)
}

func portIn(host string, otherwise uint16) uint16 {
	if ap, err := netip.ParseAddrPort(host); err == nil {
		return ap.Port()
	}
	if _, p, err := net.SplitHostPort(host); err == nil {
		var n uint16
		if _, err := fmt.Sscan(p, &n); err == nil {
			return n
		}
	}
	return otherwise
}

// Question is the page as it is asked for, and the addresses its name stands for.
func Question(ctx context.Context, f *sysinfo.Facts) (sysinfo.Question, []netip.Addr, error) {
	u, err := url.Parse(f.URL)
	switch {
	case f.URL == "":
		return sysinfo.Question{}, nil, errNoPage
	case err != nil:
		return sysinfo.Question{}, nil, err
	case f.Offline:
		return sysinfo.Question{}, nil, sysinfo.ErrOffline
	}
	q := sysinfo.Question{Network: "tcp", TLS: u.Scheme == "https", Host: u.Host, URI: u.RequestURI(), Wait: 8 * time.Second}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil {
		return q, []netip.Addr{a.Unmap()}, nil
	}
	addrs, err := f.Host.Resolve(ctx, u.Hostname())
	if err == nil && len(addrs) == 0 {
		err = fmt.Errorf("%s has no address", u.Hostname())
	}
	out := make([]netip.Addr, len(addrs))
	for i, a := range addrs {
		out[i] = a.Unmap()
	}
	return q, out, err
}

// Bad says that an answer is a gateway's failure, or a page that breaks off.
func Bad(a sysinfo.Answer) bool {
	return a.Cut != "" || a.Status == 502 || a.Status == 503 || a.Status == 504 || a.Status >= 520 && a.Status <= 530
}

func repeat() checks.Check {
	return checks.Check{ID: "visit-repeat", Title: "The page answers, each time it is asked", For: checks.Visitor, Topic: Topic,
		Means: `Some failures last a second: a server that restarts, one of several machines that is ill. The page is asked for a few times, and how often
it fails tells a hiccup from a breakdown. When it fails every time for a quarter of an hour, waiting will not help: the owner has to act.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]checks.Finding, error) {
			all, err := Tries(ctx, f)
			if errors.Is(err, errNoPage) {
				return nil, nil
			}
			if err != nil {
				return nil, err
			}
			return []checks.Finding{judge(all)}, nil
		}}
}

// judge sums the answers up.
func judge(all []sysinfo.Answer) checks.Finding {
	bad, silent := 0, 0
	out := checks.Finding{Status: checks.Pass}
	for i, a := range all {
		said := fmt.Sprintf("try %d: %d in %d ms", i+1, a.Status, a.Took.Milliseconds())
		switch {
		case a.Status == 0:
			silent++
			said = fmt.Sprintf("try %d: no answer (%s)", i+1, checks.Quote(reason(a)))
		case a.Cut != "":
			bad++
			said += ", breaks off: " + a.Cut + " came"
		case Bad(a):
			bad++
		}
		out.Evidence = append(out.Evidence, checks.Evidence{Source: a.Question.Address, Text: said, Time: a.At})
	}
	switch n := len(all); {
	case n == 0:
		out.Status, out.Summary = checks.Unknown, "the page was not asked for"
	case silent == n:
		out.Status, out.Summary = checks.Fail, fmt.Sprintf("no answer at all, %d times out of %d: this is not a 502, the server or the way to it is down", silent, n)
	case bad == n:
		out.Status, out.Summary = checks.Fail, fmt.Sprintf("%s each time, %d tries out of %d%s", lastBad(all), bad, n, sentBy(all))
	case bad+silent > 0:
		out.Status, out.When, out.Summary = checks.Fail, checks.Intermittent, fmt.Sprintf("fails %d times out of %d: it comes and goes", bad+silent, n)
	default:
		out.Summary = fmt.Sprintf("answers %d, %d times out of %d", all[n-1].Status, n, n)
	}
	return out
}

// sentBy names whoever sent the error, for the end of a sentence.
func sentBy(all []sysinfo.Answer) string {
	for _, a := range all {
		if s := marks.Fingerprint(a); Bad(a) && a.Cut == "" && s.Name != "" {
			return "; sent by " + s.Name
		}
	}
	return ""
}

func lastBad(all []sysinfo.Answer) (says string) {
	for _, a := range all {
		switch {
		case a.Cut != "":
			says = fmt.Sprintf("a page that breaks off (%s)", a.Cut)
		case Bad(a):
			says = fmt.Sprint(a.Status)
		}
	}
	return says
}

// reason is why nothing came back, without Go's wrapping.
func reason(a sysinfo.Answer) string {
	var d *net.OpError
	switch {
	case a.Err == nil:
		return "empty"
	case a.TimedOut():
		return "silence for " + a.Question.Wait.String()
	case a.Refused():
		return "connection refused"
	case errors.As(a.Err, &d) && d.Err != nil:
		return d.Err.Error()
	}
	return a.Err.Error()
}

// Once asks for the page one time.
func Once(ctx context.Context, f *sysinfo.Facts) (sysinfo.Answer, error) {
	q, addrs, err := Question(ctx, f)
	if err != nil {
		return sysinfo.Answer{}, err
	}
	q.Address = netip.AddrPortFrom(addrs[0], portOf(q)).String()
	return f.Host.Ask(ctx, q)
}
