package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

// movedPort: nobody is at the port that the gateway asks, and the only container that serves the site and that no site asks has another one of the machine's: it was made
// anew so.
func movedPort(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	if len(l.reach.Others) > 0 || f.AppFor(ctx, l.Hop).Unit.Name != "" {
		return nil
	}
	addr, because := rightful(ctx, f, l)
	s, ok := theStray(ctx, f, l)
	if !ok || !s.isProxy || s.addr != addr {
		return nil
	}
	found := &Finding{Status: l.broken(), Confidence: 0.92, Where: l.Where, Covers: []ID{"upstream-port-nothing-listening", "docker-localhost-upstream"},
		Summary:  fmt.Sprintf("%s asks %s, where nobody listens; %s", l.From, l.Address(), because),
		Evidence: []Evidence{passLine(l), {Source: s.in.Engine + " port " + s.in.Name, Text: publishedAs(s.in, addr)}}, Fix: pointTo(ctx, f, l, addr)}
	if found.Fix.Risk == Low && !calledAfter(l.Site.Name, s.in.Name) {
		found.Fix.Risk = Medium
		found.Fix = found.Fix.Tell("By its name %s need not be this site's app: no other program here serves pages and is asked by nobody", s.in.Name)
	}
	pointMoved(ctx, f, l, addr, found)
	return withLine(found, l, connectKinds...)
}

// publishedAs is the line of an engine's "port" for an address of the machine.
func publishedAs(c sysinfo.Container, addr string) string {
	for _, p := range c.Ports {
		if samePort(addr, fmt.Sprintf("0.0.0.0:%d", p.Host)) {
			return fmt.Sprintf("%d/tcp -> %s:%d", p.Port, p.IP, p.Host)
		}
	}
	return ""
}
