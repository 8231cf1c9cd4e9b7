package checks

import (
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// phpScript is the script that PHP runs for a page, empty where the page is another one's.
func (l *live) phpScript(page string) string {
	script := l.Site.Script(page)
	if page == "" || path.Ext(page) == ".php" && path.Base(page) != path.Base(script) {
		return ""
	}
	return script
}

// breaksAlways says that a connection broke off more than once, and on one page alone.
func (l *live) breaksAlways(page string) bool {
	n := 0
	for _, line := range l.lines() {
		if slices.Contains(brokenKinds, line.Kind) {
			if withoutArguments(line.URI) != page {
				return false
			}
			n++
		}
	}
	return n > 1
}

// cameWell says whether other pages of a pool came well since a time, and whether that page did: those that we asked for, and those of the access logs.
func (l *live) cameWell(ctx context.Context, f *sysinfo.Facts, page string, since time.Time) (other, same bool) {
	count := func(s *sysinfo.Site, uri string, status int, at time.Time) {
		if h := f.PageOf(s, uri); status < 200 || status >= 400 || h == nil || h.Address() != l.Address() || pictured(s, uri) {
			return
		}
		switch {
		case s != l.Site || withoutArguments(uri) != page:
			other = true
		case !l.brokeAt(at): // of one that breaks off in the middle the log says 200, too
			same = true
		}
	}
	for _, a := range f.Answers(ctx, l.Site) {
		if a.Cut == "" {
			count(l.Site, a.Question.URI, a.Status, a.At)
		}
	}
	parser := errlog.NewParser(f.Host.Now().Location())
	for _, s := range l.Site.Gateway.Sites {
		if !slices.ContainsFunc(s.Hops, func(h *sysinfo.Hop) bool { return h.Address() == l.Address() }) {
			continue
		}
		for _, text := range accessTails(s) {
			for line := range strings.Lines(text) {
				if ev := parser.Parse(strings.TrimSpace(line)); ev.Kind == errlog.AccessOK && ev.Time.After(since) && (ev.Server == "" || s.Called(ev.Server)) {
					count(s, ev.URI, ev.Status, ev.Time)
				}
			}
		}
	}
	return other, same
}

// brokeAt says that a connection broke off at about a time.
func (l *live) brokeAt(t time.Time) bool {
	return slices.ContainsFunc(l.lines(), func(line sysinfo.LogLine) bool {
		return slices.Contains(brokenKinds, line.Kind) && within(line.Time, t, 2*time.Second)
	})
}

// pictured says that a page is a file of the site's folder that no program makes: a picture, a style.
func pictured(s *sysinfo.Site, uri string) bool {
	name := path.Join(s.Root, path.Clean("/"+withoutArguments(uri)))
	i, err := s.Gateway.Root.Stat(name)
	return path.Ext(name) != ".php" && err == nil && i.Mode.IsRegular()
}
