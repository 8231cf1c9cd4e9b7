package checks

import (
	"context"
	"fmt"
	"strconv"

	"fix502/sysinfo"
)

// listenLost: Apache stands behind another gateway, has a virtual host for the port that is asked there, and its Listen line names the
// port of the gateway in front: an upgrade brought the packager's ports.conf back.
func listenLost(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, found *Finding, u sysinfo.Unit, taken sysinfo.Socket) bool {
	a, ok := g.Extra.(*sysinfo.Apache)
	if !ok {
		return false
	}
	hop, host := askedInVain(ctx, f, g, a)
	if hop == nil {
		return false
	}
	var lines []sysinfo.Place
	for _, l := range a.Config.Listens() {
		if l.Port == int(taken.Addr.Port()) {
			lines = append(lines, l.Place)
		}
	}
	if len(lines) != 1 {
		return false
	}
	at := lines[0]
	found.Where, found.Confidence = at, 0.97
	found.Covers = append(found.Covers, "upstream-port-nothing-listening")
	found.Summary = fmt.Sprintf("%s does not start: it wants port %d, which %s has, and should listen on %d", g.Title(), taken.Addr.Port(), hop.From, hop.Port)
	found.Evidence = append([]Evidence{lineOf(g.Root, at), lineOf(g.Root, host), lineOf(hop.Site.Gateway.Root, hop.Where)}, found.Evidence...)
	x := Fix{Title: "Let " + g.Title() + " listen where " + hop.From + " asks it", Risk: Low, Undo: setLine(g.Root, at, configLine(g.Root, at))}
	x = x.Do("Name that port", "%s", setLine(g.Root, at, fmt.Sprintf("Listen 127.0.0.1:%d", hop.Port)))
	x = x.Do("Test it", "%s", keeperOf(g).tested())
	if u.Name != "" {
		x.Steps = append(x.Steps, startUnit(u).Steps...)
	} else {
		x = x.Do("Start "+g.Title(), "%s", keeperOf(g).start)
	}
	found.Fix = x
	return true
}

// portInVain is the port of such a hop, in digits; empty when there is none.
func portInVain(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) string {
	if a, ok := g.Extra.(*sysinfo.Apache); ok {
		if hop, _ := askedInVain(ctx, f, g, a); hop != nil {
			return strconv.Itoa(hop.Port)
		}
	}
	return ""
}

// askedInVain is a hop of a running gateway to a port of this machine for which Apache has a virtual host and no Listen.
func askedInVain(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, a *sysinfo.Apache) (*sysinfo.Hop, sysinfo.Place) {
	all, err := f.Gateways(ctx)
	if err != nil {
		return nil, sysinfo.Place{}
	}
	for _, other := range all {
		if other == g || !other.Running() {
			continue
		}
		for _, h := range allHops(other) {
			if s := a.Config.Unopened(h.Port); h.Unix == "" && h.Host == "127.0.0.1" && s != nil {
				return h, s.Place
			}
		}
	}
	return nil, sysinfo.Place{}
}
