package checks

import (
	"context"
	"fmt"
	"net/netip"
	"slices"

	"fix502/sysinfo"
)

// worldShutOut warns of a filter that ends in a drop and admits nobody at all to the ports of a site, whoever he is.
func worldShutOut(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	if s.Gateway.Foreign || !s.Gateway.Running() || tunnelled(ctx, f) {
		return nil
	}
	if o, err := frontKeptOut(ctx, f, s); o != nil || err != nil {
		return nil
	}
	r, err := f.Host.Route(ctx, netip.AddrFrom4([4]byte{192, 88, 99, 1}))
	if err != nil || r.Kind != "unicast" {
		return nil // nobody comes from elsewhere
	}
	ports := shopWindows(ctx, f, s)
	if len(ports) == 0 {
		return nil
	}
	fw, err := filters(ctx, f)
	if err != nil {
		return nil
	}
	o := &keptOut{Site: s, Who: []sender{{Name: "the world"}}}
	for _, to := range ports {
		p, _ := incoming(ctx, f, netip.Addr{}, to)
		if !p.to.Unmap().Is4() || p.port != 80 && p.port != 443 {
			return nil
		}
		stop := fw.stops(p)
		if stop == nil || !stop.Sure || !stop.Policy() {
			return nil
		}
		if o.Rule = stop; !slices.Contains(o.Ports, p.port) {
			o.Ports = append(o.Ports, p.port)
		}
	}
	found := &Finding{Status: Warn, Where: savedEnd(f, o.Rule), Evidence: []Evidence{{Source: o.Rule.place(), Text: o.Rule.Verdict}},
		Summary: fmt.Sprintf("nobody outside this machine reaches %s: no rule of the firewall admits anybody to %s, and the end of chain %s is %s", s, portList(o.Ports), o.Rule.Chain, o.Rule.Verdict)}
	found.Fix = o.admit(ctx, f, Fix{Title: "Let visitors in", Risk: Low}, []string{"0.0.0.0/0"})
	return found
}
