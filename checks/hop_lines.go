package checks

import (
	"net/netip"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// named says whether a log's upstream is this hop's: its address, an address its name stands for, or its block.
func (l *live) named(upstream string) bool {
	if upstream == "" {
		return false
	}
	if upstream == l.Address() || l.Label != "" && (upstream == l.Label || upstream == l.Block+"/<NOSRV>") || l.Block != "" && strings.EqualFold(upstream, l.Block) || upstream == l.Host {
		return true
	}
	if l.Unix != "" {
		return upstream == "unix:"+l.Unix || strings.HasPrefix(upstream, "unix:"+l.Unix+"/")
	}
	for _, a := range l.Addrs {
		if upstream == netip.AddrPortFrom(a, uint16(l.Port)).String() {
			return true
		}
	}
	return strings.HasSuffix(upstream, ":0") && l.portDropped()
}

// elsewhere says that lines tell of pages which go by another line of the configuration, to the same address: what failed there did not fail here.
func (l *live) elsewhere(f *sysinfo.Facts, lines ...sysinfo.LogLine) bool {
	return !slices.ContainsFunc(lines, func(line sysinfo.LogLine) bool {
		page := f.PageOf(l.Site, line.URI)
		return line.URI == "" || page == nil || page.Pass == l.Pass || !slices.ContainsFunc(l.Site.Hops, func(h *sysinfo.Hop) bool {
			return h.Pass == page.Pass && h.Address() == l.Address()
		})
	})
}

// gatewayKind keeps groups that a gateway wrote about an upstream.
func gatewayKind(g *sysinfo.LogGroup) bool {
	if len(g.Latest) == 0 {
		return false
	}
	src := g.Latest[0].Event.Source
	return src == errlog.Nginx || src == errlog.Apache || src == errlog.HAProxy || src == errlog.Caddy || src == errlog.Traefik || src == errlog.LiteSpeed || src == errlog.Varnish
}

// ofRenewal says that who signs certificates, or a robot, found nobody at the pages of a renewal: no visitor's trouble.
func ofRenewal(g *sysinfo.LogGroup) bool {
	return len(g.Latest) > 0 && !slices.ContainsFunc(g.Latest, func(line sysinfo.LogLine) bool { return !sysinfo.OfRenewal(line.URI) })
}

// about says that a line was written because of this answer. Apache names no page: its failures of that moment count.
func about(line sysinfo.LogLine, a sysinfo.Answer) bool {
	if line.Event.Source != errlog.Apache || line.URI != "" {
		return line.URI == a.Question.URI
	}
	return (a.Status >= 500 || a.Status == 0) && during(line, a)
}

// during says that a line was written while we waited for an answer.
func during(line sysinfo.LogLine, a sysinfo.Answer) bool {
	return !line.Time.Before(a.At.Truncate(time.Second)) && !line.Time.After(a.At.Add(a.Took+time.Second))
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
	return line, ok && (l.late(line) || l.echoed(line)), ok
}

// lines are all that tell of the hop: those of our own questions, then those of the window.
func (l *live) lines() []sysinfo.LogLine {
	out := slices.Clone(l.fresh)
	for _, g := range l.past {
		out = append(out, g.Latest...)
	}
	return out
}

// late says that a page has just failed as a line tells that was there before: HAProxy hands its lines to syslog and Caddy to the journal, and the
// one about our own question may not be there yet.
func (l *live) late(line sysinfo.LogLine) bool {
	return (line.Event.Source == errlog.HAProxy || line.Event.Source == errlog.Caddy) && l.hit && line.Status > 0 && line.Status == l.answer.Status && l.after(line)
}

// echoed says that nginx has just refused a page without asking anybody ("no live upstreams") for what a line of a few seconds ago tells: after a
// failure a server is left alone for fail_timeout (ngx_http_upstream_round_robin.c), and the failure is still what visitors meet.
func (l *live) echoed(line sysinfo.LogLine) bool {
	return line.Event.Source == errlog.Nginx && l.after(line) && slices.ContainsFunc(l.fresh, func(echo sysinfo.LogLine) bool {
		return echo.Kind == errlog.NoLiveUpstreams && line.Kind != errlog.NoLiveUpstreams && echo.Time.Sub(line.Time) <= l.leftAlone()+time.Second
	})
}

// leftAlone is how long nginx leaves a server alone that failed: 10 s, unless its line says otherwise.
func (l *live) leftAlone() time.Duration {
	if h, ok := l.Extra.(sysinfo.NginxHop); ok && h.Target.Peer != nil {
		return h.Target.Peer.FailTimeout
	}
	return 10 * time.Second
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

// evidence quotes a log line.
func quoteLine(line sysinfo.LogLine) Evidence {
	text := line.Text
	if line.Event.Source == errlog.Caddy {
		text = withoutHeaders(text)
	}
	return Evidence{Source: line.Source, Text: text, Time: line.Time}
}

// passLine quotes the configuration line that names the hop's other end.
func passLine(l *live) Evidence {
	if l.lone() {
		return Evidence{Source: "GET " + l.Site.Name + l.Location, Text: "connection refused"}
	}
	if _, ok := l.Extra.(sysinfo.CaddyHop); ok && l.Where.Line == 0 {
		return caddySays(l.Site.Gateway, l.Raw)
	}
	e := lineOf(l.Site.Gateway.Root, l.Where)
	if line, word := configLine(l.Site.Gateway.Root, l.Where), strconv.Quote(l.Raw); OneLine(l.Where, line) && strings.Contains(line, word) {
		e.Text = "… " + word + " …"
	}
	return e
}

// OneLine says that a line is a whole configuration, as programs write JSON: much of it is nobody's business.
func OneLine(p sysinfo.Place, line string) bool {
	return path.Ext(p.File) == ".json" && len(line) > 200
}

// configLine reads one line of a file; empty when it cannot.
func configLine(r sysinfo.Root, p sysinfo.Place) string { return strings.TrimSpace(rawLine(r, p)) }

// rawLine is a line as it stands in the file, without its end.
func rawLine(r sysinfo.Root, p sysinfo.Place) string {
	for at, line := range linesIn(r, p.File) {
		if at.Line == p.Line {
			return strings.TrimRight(line, "\r\n")
		}
	}
	return ""
}
