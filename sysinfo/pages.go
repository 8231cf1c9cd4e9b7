package sysinfo

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo/errlog"
	"fix502/sysinfo/late"
)

// pages are the paths worth asking for, the user's own first.
func (f *Facts) pages(ctx context.Context, s *Site) []string {
	first := "/"
	if u, err := url.Parse(f.URL); err == nil && f.URL != "" && u.RequestURI() != "" {
		first = u.RequestURI()
	}
	out := []string{first}
	add := func(uri string) {
		if len(out) < maxAsked && harmless(uri) && !OfRenewal(uri) && !slices.Contains(out, uri) {
			out = append(out, uri)
		}
	}
	if logs, err := f.Logs(ctx); err == nil {
		for _, uri := range f.failingPages(ctx, logs, s) {
			if f.URL == "" || !closedApart(s, first, uri) && !forMonitors.MatchString(uri) {
				add(uri)
			}
		}
	}
	for _, h := range s.Hops {
		if f.Reach(ctx, h).Broken() && !f.unvisited(ctx, h, first) {
			for _, uri := range f.sample(h) {
				add(uri)
			}
		}
	}
	return out
}

// forMonitors are pages by which an app tells balancers and watchers how it is: a 503 there is its word to them, and no visitor's trouble.
var forMonitors = late.New(`(?i)^/(?:[\w/-]*/)?(?:ready|readyz|readiness|live|livez|liveness|health|healthz|health-?check|ping)/?(?:\?|$)`)

// unvisited says that the page which was asked about, or the front page, goes elsewhere, and that no log has a visitor whom this hop failed: what
// is left in a configuration of something retired fails nobody. Where no page was asked about, there have to be visitors in the logs at all, or logs
// that only root may read: who asks for nothing else is not to be the first whom the hop fails.
func (f *Facts) unvisited(ctx context.Context, h *Hop, asked string) bool {
	page := f.PageOf(h.Site, asked)
	if page == nil || page == h || page.Block != "" && page.Block == h.Block {
		return false
	}
	logs, err := f.Logs(ctx)
	if f.URL == "" && (err != nil || logs.Total == 0 && !logs.closed()) {
		return false
	}
	return err != nil || !slices.ContainsFunc(logs.Groups, func(g *LogGroup) bool {
		return g.Of(h.Site) && slices.ContainsFunc(g.Latest, func(l LogLine) bool {
			return l.URI != "" && (l.Upstream.Address == h.Address() || f.PageOf(h.Site, l.URI) == h)
		})
	})
}

// closed says that a log could not be read for want of rights.
func (l *Logs) closed() bool {
	return slices.ContainsFunc(l.Read, func(r LogRead) bool { return errors.Is(r.Err, fs.ErrPermission) })
}

// failingPages are the latest pages that a gateway's error log names for this site, newest first, three at the most.
func (f *Facts) failingPages(ctx context.Context, logs *Logs, s *Site) []string {
	var lines []LogLine
	deadly := map[string]bool{} // not to be asked for again
	var ends []time.Time
	for _, g := range logs.Groups {
		if n := len(g.Latest); n > 0 && g.Of(s) {
			lines = append(lines, g.Latest[max(0, n-2):]...)
			for _, l := range g.Latest {
				deadly[l.URI] = deadly[l.URI] || !repeatable(l.Kind) || l.Kind == errlog.RateLimited // one more would only be turned away too
				if !repeatable(l.Kind) {
					ends = append(ends, l.Time)
				}
			}
		}
	}
	f.firstRefused(ctx, logs, s, deadly)
	for _, l := range lines { // Apache names no page of a connection that broke off, and its access log has the page with the status alone
		if l.Status >= 500 && slices.ContainsFunc(ends, func(t time.Time) bool { return l.Time.Sub(t).Abs() < 2*time.Second }) {
			deadly[l.URI] = true
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

// firstRefused adds the page at which an app that listens by now was first found dead: it may have ended it. A gateway that keeps connections tries a page
// once more on a new one when its old one breaks off (Go's net/http, Varnish), and says of the second try alone that it was refused.
func (f *Facts) firstRefused(ctx context.Context, logs *Logs, s *Site, deadly map[string]bool) {
	first := map[string]LogLine{} // by the address that refused
	for _, g := range logs.Groups {
		if !g.Of(s) {
			continue
		}
		for _, l := range g.Latest {
			if known, ok := first[l.Upstream.Address]; l.Kind == errlog.ConnectRefused && (!ok || known.URI == "" || l.Time.Before(known.Time)) {
				first[l.Upstream.Address] = l
			}
		}
	}
	if len(first) == 0 {
		return
	}
	for _, h := range s.Hops {
		if l, ok := first[h.Address()]; ok && l.URI != "" && f.Reach(ctx, h).Open() {
			deadly[l.URI] = true
		}
	}
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

// usualPages are what a site in PHP mostly has.
var usualPages = [...]string{"/index.php", "/info.php", "/app.php", "/index.html"}

// sample is a page that this hop would have to answer, as far as its location tells.
func (f *Facts) sample(h *Hop) []string {
	if d, ok := h.Site.Gateway.Extra.(dialect); ok {
		return d.sample(h)
	}
	return nil
}

// PageOf says which hop of its site a page is passed to, as far as the configuration tells.
func (f *Facts) PageOf(s *Site, uri string) *Hop {
	if d, ok := s.Gateway.Extra.(dialect); ok {
		return d.passes(s, uri)
	}
	return nil
}
