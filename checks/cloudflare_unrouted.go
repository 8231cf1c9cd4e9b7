package checks

import (
	"context"
	"fmt"
	"net/netip"

	"fix502/sysinfo"
)

// cloudflareUnrouted looks at the way from here to Cloudflare, by which its connections are answered. The address in its record no machine of the origin's knows.
func cloudflareUnrouted() Check {
	return Check{
		ID: "cloudflare-523-unreachable", Title: "There is a way to the origin's address", Topic: CDN,
		Means: `Cloudflare finds no way to the address in its DNS record. Which one that is only its dashboard tells (DNS → Records): compare it with this server's own
public address. Looked at here: whether this server has a way back to Cloudflare, and from which address it would answer.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			if inFrontOf(ctx, f, s) != "Cloudflare" || tunnelled(ctx, f) {
				return nil
			}
			to, r, err := wayTo(ctx, f, "Cloudflare")
			if err != nil {
				return &Finding{Status: Unknown, Summary: why(err)}
			}
			text := r.Kind
			if r.Dev != "" && r.Src.IsValid() {
				text = fmt.Sprintf("%s, by %s, from %s", r.Kind, r.Dev, r.Src)
			}
			ev := []Evidence{{Source: "ip route get " + to.String(), Text: text}}
			switch {
			case r.Kind != "unicast" || r.Dev == "":
				return &Finding{Status: Warn, Evidence: ev, Summary: fmt.Sprintf("%s: this server has no way to Cloudflare (%s): it cannot answer, and visitors see its 523 or 522", s, r.Kind),
					Fix: Fix{Title: "Find the way out that is lost", Risk: Low}.Tell("ip route show default shows it; where it is missing, bring the network up again as this machine does (netplan, networkd, ifupdown)")}
			case !r.Src.IsValid():
				return nil
			case behindNAT(r.Src):
				return pass(fmt.Sprintf("%s: there is a way to Cloudflare, from %s, which is no public address: its record has to hold the provider's own for this server", s, r.Src))
			}
			return pass(fmt.Sprintf("%s: there is a way to Cloudflare, from %s: its record has to hold this address, if no other leads here", s, r.Src))
		}),
	}
}

// wayTo is the kernel's way to a content network: by IPv4, or by IPv6 where there is no other.
func wayTo(ctx context.Context, f *sysinfo.Facts, name string) (netip.Addr, sysinfo.Route, error) {
	var to netip.Addr
	var way sysinfo.Route
	for _, a := range sysinfo.CDNAsks(name) {
		if to.IsValid() && to.Is4() == a.Is4() {
			continue
		}
		r, err := f.Host.Route(ctx, a)
		if err != nil {
			return a, r, err
		}
		if to, way = a, r; r.Kind == "unicast" {
			break
		}
	}
	return to, way, nil
}
