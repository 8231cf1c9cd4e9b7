package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// listenSpare: one of several ports of Apache's is held by an app of the admin's own, and nothing that is known to be asked needs it. One
// Listen that fails keeps all sites down (listen.c: make_sock), so that line goes, and the app keeps the port that it had first.
func listenSpare(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, found *Finding, u sysinfo.Unit, taken sysinfo.Socket) bool {
	a, ok := g.Extra.(*sysinfo.Apache)
	p, owned := f.OwnerOf(ctx, taken)
	if !ok || !owned {
		return false
	}
	port := int(taken.Addr.Port())
	holder, _ := f.Unit(ctx, f.UnitOf(p.PID))
	at, others := onlyListen(a, port)
	if !at.Known() || others == 0 || !holder.AdminMade() || strings.Contains(f.URL, fmt.Sprintf(":%d", port)) || port == 80 || port == 443 {
		return false
	}
	if all, err := f.Gateways(ctx); err != nil || ledTo(all, port) {
		return false
	}
	line := configLine(g.Root, at)
	found.Where, found.Confidence = at, 0.97
	found.Summary = fmt.Sprintf("%s does not start: %s asks for port %d, which %s (pid %d) has", g.Title(), at, port, unitWord(holder.Name), p.PID)
	found.Evidence = append([]Evidence{lineOf(g.Root, at), {Source: "ss -ltnp", Text: fmt.Sprintf("LISTEN %s %s (pid %d)", taken.Addr, p.Name, p.PID)}}, found.Evidence...)
	x := Fix{Title: "Let " + g.Title() + " start without that port", Risk: Low, Undo: setLine(g.Root, at, line)}
	x = x.Do("Take the line out: one port that cannot be had keeps all sites down", "%s", commentOut(g.Root, at)).Do("Test it", "%s", keeperOf(g).tested())
	if u.Name != "" {
		x.Steps = append(x.Steps, startUnit(u).Steps...)
	} else {
		x = x.Do("Start "+g.Title(), "%s", keeperOf(g).start)
	}
	found.Fix = x.Tell("What was meant to be there needs a free port: write it at %s and in its <VirtualHost>", at)
	return true
}

// onlyListen is the one line by which Apache listens at a port, and how many lines it has for others.
func onlyListen(a *sysinfo.Apache, port int) (at sysinfo.Place, others int) {
	n := 0
	for _, l := range a.Config.Listens() {
		if l.Port != port {
			others++
			continue
		}
		at = l.Place
		n++
	}
	if n > 1 {
		at = sysinfo.Place{}
	}
	return at, others
}

// ledTo says that a gateway sends visitors to a port of this machine.
func ledTo(all []*sysinfo.Gateway, port int) bool {
	for _, g := range all {
		for _, h := range allHops(g) {
			if h.Unix == "" && h.Port == port {
				return true
			}
		}
	}
	return false
}
