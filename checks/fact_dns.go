package checks

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"fix502/sysinfo"
)

func dnsFact() Check {
	return Check{
		ID: "dns", Title: "The name leads here", Topic: Network,
		Means: `The site's name, asked of each name server in /etc/resolv.conf, side by side. After a move some still hand out the old address. The address is this
machine's, a content network's, or another one: a balancer or the provider's NAT is fine, an old server is not. Not asked with --offline.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			if f.Offline || f.Host.Files {
				return nil, nil
			}
			name, s := f.PublicSite(ctx)
			servers := sysinfo.NameServers(f.Host.Root)
			if name == "" || len(servers) == 0 {
				return nil, nil
			}
			said := make([]string, len(servers))
			failed := make([]error, len(servers))
			var wg sync.WaitGroup
			for i, server := range servers {
				wg.Go(func() {
					var addrs []netip.Addr
					addrs, failed[i] = f.AskResolver(ctx, netip.AddrPortFrom(server, 53), name)
					said[i] = addrWords(ctx, f, addrs)
				})
			}
			wg.Wait()
			found := Finding{Site: s, Status: Pass}
			var different []string
			for i, server := range servers {
				text := said[i]
				if failed[i] != nil {
					text = failed[i].Error()
				} else if !slices.Contains(different, text) {
					different = append(different, text)
				}
				found.Evidence = append(found.Evidence, Evidence{Source: "name server " + server.String(), Text: text})
			}
			switch len(different) {
			case 0:
				return []Finding{{Site: s, Status: Unknown, Summary: fmt.Sprintf("no name server told where %s leads: %v", name, failed[0]), Evidence: found.Evidence}}, nil
			case 1:
				found.Summary = fmt.Sprintf("%s is %s", name, different[0])
			default:
				found.Status, found.Summary = Warn, fmt.Sprintf("name servers disagree where %s leads: %s", name, strings.Join(different, " or "))
			}
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
