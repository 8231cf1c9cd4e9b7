package sysinfo

import (
	"context"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo/errlog"
	"fix502/sysinfo/nginx"
)

// firstWait is how long the page of the run may take, secondWait each further one.
const (
	firstWait  = 3 * time.Second
	secondWait = 1500 * time.Millisecond
)

// maxAsked is how many pages of one site are asked for in one run.
const maxAsked = 6

// Answers asks a site through its own gateway: the page the user named or the front page, the pages that
// failed lately, and one page of each hop that looks broken. GET only, a handful, each once.
func (f *Facts) Answers(ctx context.Context, s *Site) []Answer {
	all, _ := f.asked.get(s, func() ([]Answer, error) {
		if f.Host.Files || !s.Gateway.Running() || len(s.Listen) == 0 {
			return nil, nil
		}
		_, _ = f.Logs(ctx) // read before asking, so that what we cause is told apart
		var out []Answer
		for i, uri := range f.pages(ctx, s) {
			wait := secondWait
			if i == 0 {
				wait = firstWait
			}
			a, ok := f.ask(ctx, s, uri, wait)
			if !ok {
				break
			}
			out = append(out, a)
			if a.Refused() || a.TimedOut() {
				break
			}
		}
		return out, nil
	})
	return all
}

// pages are the paths worth asking for, the user's own first.
func (f *Facts) pages(ctx context.Context, s *Site) []string {
	first := "/"
	if u, err := url.Parse(f.URL); err == nil && f.URL != "" && u.RequestURI() != "" {
		first = u.RequestURI()
	}
	out := []string{first}
	add := func(uri string) {
		if len(out) < maxAsked && harmless(uri) && !slices.Contains(out, uri) {
			out = append(out, uri)
		}
	}
	if logs, err := f.Logs(ctx); err == nil {
		for _, uri := range failing(logs, s) {
			add(uri)
		}
	}
	for _, h := range s.Hops {
		if f.Reach(ctx, h).Broken() {
			for _, uri := range f.sample(h) {
				add(uri)
			}
		}
	}
	return out
}

// failing are the latest pages that a gateway's error log names for this site, newest first, three at the most.
func failing(logs *Logs, s *Site) []string {
	var lines []LogLine
	deadly := map[string]bool{}
	for _, g := range logs.Groups {
		if n := len(g.Latest); n > 0 && s.Called(g.Site) {
			lines = append(lines, g.Latest[max(0, n-2):]...)
			for _, l := range g.Latest {
				deadly[l.URI] = deadly[l.URI] || !repeatable(l.Kind)
			}
		}
	}
	slices.SortStableFunc(lines, func(a, b LogLine) int { return b.Time.Compare(a.Time) })
	var out []string
	for _, l := range lines {
		if deadly[l.URI] || l.Method != "GET" && l.Method != "HEAD" || l.URI == "" || slices.Contains(out, l.URI) || l.Upstream.Address == "" && l.Status < 500 {
			continue
		}
		if out = append(out, l.URI); len(out) == 3 {
			break
		}
	}
	return out
}

// repeatable are failures that asking once more cannot make worse: a page that killed a worker, or held it until the
// gateway gave up, is not asked for again.
func repeatable(k errlog.Kind) bool {
	switch k {
	case errlog.ReadReset, errlog.PrematureClose, errlog.ReadTimeout, errlog.ReadResetBody, errlog.PrematureCloseBody, errlog.ReadTimeoutBody, errlog.SendReset:
		return false
	}
	return true
}

// Called says whether a log means this site by that name.
func (s *Site) Called(name string) bool {
	return name == s.Name || slices.Contains(s.Names, name) || name == "" || name == "_"
}

// harmless pages may be asked for again: no file names that change something, no credentials.
func harmless(uri string) bool {
	if !strings.HasPrefix(uri, "/") || len(uri) > 500 {
		return false
	}
	low := strings.ToLower(uri)
	for _, w := range []string{"delete", "remove", "logout", "action=", "do=", "cron", "token", "key=", "nonce", "confirm", "unsubscribe", "purge", "reset", "pay", "checkout", "order", "sess", "auth", "password"} {
		if strings.Contains(low, w) {
			return false
		}
	}
	return true
}

// sample is a page that this hop would have to answer, as far as its location tells.
func (f *Facts) sample(h *Hop) []string {
	x, ok := h.Extra.(NginxHop)
	if !ok || x.Pass.Location == nil {
		return nil
	}
	l := x.Pass.Location
	switch l.Modifier {
	case "", "=", "^~":
		return []string{l.Pattern}
	case "~", "~*":
		for _, try := range []string{"/index.php", "/info.php", "/app.php", "/index.html"} {
			if found, sure := x.Pass.Server.Locate(try); sure && found == l && h.Site.Gateway.Root.Exists(path.Join(x.Pass.Root().Value(), try)) {
				return []string{try}
			}
		}
	}
	return nil
}

// ask puts one question to the site's own listener; ok is false when it has none that can be asked.
func (f *Facts) ask(ctx context.Context, s *Site, uri string, wait time.Duration) (Answer, bool) {
	q, ok := f.question(s, uri)
	if !ok {
		return Answer{}, false
	}
	q.Wait = wait
	a, err := f.Host.Ask(ctx, q)
	if err != nil {
		return a, false
	}
	for range 2 {
		next, to := f.redirected(ctx, s, a)
		if to == nil {
			break
		}
		q, ok := f.question(to, next)
		if !ok {
			break
		}
		q.Wait = wait
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
	n, ok := s.Gateway.Extra.(*Nginx)
	if !ok {
		return "", nil
	}
	srv, _ := n.Config.Match(to.Scheme, "", 0, to.Hostname())
	for _, other := range s.Gateway.Sites {
		if srv != nil && other.Extra == any(srv) && harmless(to.RequestURI()) {
			return to.RequestURI(), other
		}
	}
	return "", nil
}

func (f *Facts) question(s *Site, uri string) (Question, bool) {
	l, ok := f.listener(s)
	if !ok {
		return Question{}, false
	}
	q := Question{Network: "tcp", TLS: l.TLS, Host: s.Name, URI: uri, PID: s.Gateway.Net}
	if u, err := url.Parse(f.URL); err == nil && u.Hostname() != "" && s.Called(u.Hostname()) {
		q.Host = u.Hostname()
	}
	if l.Unix != "" {
		q.Network, q.Address = "unix", l.Unix
		return q, true
	}
	a := l.Addr.Addr()
	switch {
	case !a.IsValid():
		return q, false
	case a.IsUnspecified() && a.Is4():
		a = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	case a.IsUnspecified():
		a = netip.IPv6Loopback()
	}
	q.Address = netip.AddrPortFrom(a, l.Addr.Port()).String()
	if p := l.Addr.Port(); p != 80 && p != 443 && !strings.Contains(q.Host, ":") {
		q.Host = q.Host + ":" + q.Address[strings.LastIndexByte(q.Address, ':')+1:]
	}
	return q, true
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

// PageOf says which hop of its site a page is passed to, as far as the configuration tells.
func (f *Facts) PageOf(s *Site, uri string) *Hop {
	srv, ok := s.Extra.(*nginx.Server)
	if !ok {
		return nil
	}
	p, _ := srv.PassFor(uri, func(name string) bool { return s.Gateway.Root.Exists(name) })
	if p == nil {
		return nil
	}
	for _, h := range s.Hops {
		if x, ok := h.Extra.(NginxHop); ok && x.Pass == p {
			return h
		}
	}
	return nil
}

// noisiest puts the sites that fail in the logs first and keeps as many as one run asks.
func (f *Facts) noisiest(ctx context.Context, sites []*Site) []*Site {
	logs, err := f.Logs(ctx)
	if err != nil {
		return sites[:maxSites]
	}
	last := map[string]time.Time{}
	for _, g := range logs.Groups {
		if g.Kind != errlog.Unknown && g.Upstream != "" && g.Last.After(last[g.Site]) {
			last[g.Site] = g.Last
		}
	}
	out := slices.Clone(sites)
	slices.SortStableFunc(out, func(a, b *Site) int { return last[b.Name].Compare(last[a.Name]) })
	return out[:maxSites]
}
