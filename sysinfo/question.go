package sysinfo

import (
	"context"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// ask puts one question to the site's own listener; ok is false when it has none that can be asked.
func (f *Facts) ask(ctx context.Context, s *Site, uri string, wait, linger time.Duration) (Answer, bool) {
	q, ok := f.question(ctx, s, uri)
	if !ok {
		return Answer{}, false
	}
	q.Wait, q.Linger = wait, linger
	a, err := f.Host.Ask(ctx, q)
	if err != nil {
		return a, false
	}
	for range 2 {
		next, to := f.redirected(ctx, s, a)
		if to == nil {
			break
		}
		q, ok := f.question(ctx, to, next)
		if !ok {
			break
		}
		q.Wait, q.Linger = wait, linger
		b, err := f.Host.Ask(ctx, q)
		if err != nil {
			break
		}
		a, s = b, to
	}
	return a, true
}

// redirected gives where an answer sends us, when that is a site of the same gateway.
func (f *Facts) redirected(_ context.Context, s *Site, a Answer) (string, *Site) {
	if a.Status < 301 || a.Status > 308 || a.Status == 304 {
		return "", nil
	}
	base := "http://" + a.Question.Host + a.Question.URI
	if a.Question.TLS {
		base = "https" + base[4:]
	}
	from, err := url.Parse(base)
	if err != nil {
		return "", nil
	}
	to, err := from.Parse(a.Header.Get("Location"))
	if err != nil || !s.Called(to.Hostname()) || to.String() == base {
		return "", nil
	}
	if other := s.Gateway.answers(to.Scheme, "", 0, to.Hostname()); other != nil && harmless(to.RequestURI()) {
		return to.RequestURI(), other
	}
	return "", nil
}

func (f *Facts) question(ctx context.Context, s *Site, uri string) (Question, bool) {
	l, ok := f.listener(s)
	if !ok {
		return Question{}, false
	}
	q := Question{Network: "tcp", TLS: l.TLS, URI: uri, PID: s.Gateway.Net}
	var asVisitor bool // by the page's own name, as gateways in front pass it on: without a port
	if q.Host, asVisitor = f.visitedAs(ctx, s); f.Target(ctx) == s {
		u := f.AskedURL() // of which the target was found
		q.Host, asVisitor = u.Hostname(), u.Port() == ""
	}
	if l.Unix != "" {
		q.Network, q.Address = "unix", l.Unix
		return q, true
	}
	a := l.Addr.Addr()
	switch {
	case !a.IsValid():
		return q, false
	case a.IsUnspecified():
		a = f.oneOf(ctx, s, l, q.Host)
	}
	q.Address = netip.AddrPortFrom(a, l.Addr.Port()).String()
	if p := l.Addr.Port(); p != 80 && p != 443 && !asVisitor && !strings.Contains(q.Host, ":") {
		q.Host = q.Host + ":" + q.Address[strings.LastIndexByte(q.Address, ':')+1:]
	}
	return q, true
}

// oneOf is an address of this machine at which a site that listens on all of them really answers: another server block
// may have one of them to itself.
func (f *Facts) oneOf(ctx context.Context, s *Site, l Listen, host string) netip.Addr {
	all := []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}
	if l.Addr.Addr().Is6() {
		slices.Reverse(all)
	}
	scheme := "http"
	if l.TLS {
		scheme = "https"
	}
	answers := func(a netip.Addr) bool {
		return s.Gateway.answers(scheme, a.String(), int(l.Addr.Port()), host) == s && slices.ContainsFunc(s.Listen, func(o Listen) bool { return o.Addr.Port() == l.Addr.Port() && o.Addr.Addr().Is4() == a.Is4() })
	}
	for _, a := range all {
		if answers(a) {
			return a
		}
	}
	if own, err := netip.ParseAddr(f.cameBy(ctx, host)); err == nil && answers(own) {
		return own
	}
	return all[0]
}

// listener picks the address to ask: the URL's scheme and port where there is one, IPv4 before IPv6.
func (f *Facts) listener(s *Site) (Listen, bool) {
	u, _ := url.Parse(f.URL)
	var best Listen
	score := -1
	for _, l := range s.Listen {
		n := 1
		if f.URL != "" && u != nil && l.TLS == (u.Scheme == "https") {
			n += 4
		}
		if l.Addr.IsValid() && l.Addr.Addr().Is4() {
			n += 2
		}
		if n > score && (l.Addr.IsValid() || l.Unix != "") {
			best, score = l, n
		}
	}
	return best, score >= 0
}
