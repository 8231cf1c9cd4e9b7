package checks

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fix502/sysinfo"
)

func dnsFact() Check {
	return Check{
		ID: "dns", Title: "The name leads here", Topic: Network,
		Means: `The site's name, asked of each name server in /etc/resolv.conf and of two public ones (1.1.1.1 and 8.8.8.8), side by side, for IPv4 and IPv6. After a move some still hand out the old address. The address is this
machine's, a content network's, or another one: a balancer or the provider's NAT is fine, an old server is not. An IPv6 address (AAAA) that leads elsewhere than the other, or where nothing listens, breaks the site for those who have IPv6. Not asked with --offline.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			if f.Offline || f.Host.Files {
				return nil, nil
			}
			name, s := f.PublicSite(ctx)
			own := sysinfo.NameServers(f.Host.Root)
			if name == "" || len(own) == 0 {
				return nil, nil
			}
			all := askedAll(ctx, f, name, own)
			found := Finding{Site: s, Status: Pass}
			var told []resolverSays
			for _, r := range all {
				if r.err != nil && r.public {
					continue // nobody has to be able to ask them
				}
				text := resolverText(ctx, f, r)
				if r.err == nil {
					told = append(told, r)
				}
				found.Evidence = append(found.Evidence, Evidence{Source: r.title(), Text: text})
			}
			if len(told) == 0 {
				return []Finding{{Site: s, Status: Unknown, Summary: fmt.Sprintf("no name server told where %s leads: %v", name, all[0].err), Evidence: found.Evidence}}, nil
			}
			found.Summary = fmt.Sprintf("%s is %s", name, addrWords(ctx, f, told[0].addrs))
			if i := slices.IndexFunc(told, func(r resolverSays) bool { return !told[0].agrees(r) }); i > 0 {
				found.Status = Warn
				found.Summary = fmt.Sprintf("name servers disagree where %s leads: %s or %s", name, addrWords(ctx, f, told[0].addrs), addrWords(ctx, f, told[i].addrs))
				return []Finding{found}, nil
			}
			sixAstray(ctx, f, s, told, &found)
			return []Finding{found}, nil
		},
	}
}

// addrWords are addresses in order, and whose they are.
func addrWords(ctx context.Context, f *sysinfo.Facts, addrs []netip.Addr) string {
	if len(addrs) == 0 {
		return "without an IPv4 address"
	}
	slices.SortFunc(addrs, netip.Addr.Compare)
	var out []string
	for _, a := range addrs {
		text := a.String()
		if by := sysinfo.CDN(a); by != "" {
			text += " (" + by + ")"
		} else if local(ctx, f, a) {
			text += " (this machine)"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}
