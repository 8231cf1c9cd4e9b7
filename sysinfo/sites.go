package sysinfo

import (
	"context"
	"fmt"
	"slices"
)

// maxSites is how many sites one run asks; more are judged from their configuration and logs alone.
const maxSites = 40

// maxCounted is how many one run asks of those that count how often each visitor comes: to them it is one visitor, whom they would turn away.
const maxCounted = 4

// Sites are the sites this run is about: the one of the URL, or else all that can fail, the ones with failures
// in the logs first.
func (f *Facts) Sites(ctx context.Context) []*Site {
	sites, _ := f.sites.get(func() ([]*Site, error) { return f.findSites(ctx), nil }) // none is an answer
	return sites
}

func (f *Facts) findSites(ctx context.Context) []*Site {
	gateways, err := f.Gateways(ctx)
	if err != nil {
		return nil
	}
	if s := f.Target(ctx); s != nil {
		return f.chain(ctx, []*Site{s}, 0)
	}
	var out []*Site
	for _, g := range gateways {
		out = append(out, g.Sites...)
	}
	if len(out) <= maxSites && len(few(out)) == len(out) {
		return out
	}
	return few(f.noisiest(ctx, out))
}

// UnaskedSites is how many sites of this machine a run about all of them does not ask for a page: there are too many, or they count their visitors.
func (f *Facts) UnaskedSites(ctx context.Context) int {
	gateways, err := f.Gateways(ctx)
	if err != nil || f.Target(ctx) != nil {
		return 0
	}
	n := 0
	for _, g := range gateways {
		n += len(g.Sites)
	}
	return n - len(f.Sites(ctx))
}

// few are the first of some sites, as many as one run asks.
func few(sites []*Site) []*Site {
	var out []*Site
	counted := 0
	for _, s := range sites {
		if len(out) == maxSites {
			break
		}
		if s.counts() {
			if counted++; counted > maxCounted {
				continue
			}
		}
		out = append(out, s)
	}
	return out
}

// maxTiers bounds how many gateways one request is followed through: a loop has no end.
const maxTiers = 5

// chain adds the sites of inner gateways that a site's requests are passed to.
func (f *Facts) chain(ctx context.Context, sites []*Site, tier int) []*Site {
	if tier == maxTiers {
		return sites
	}
	last := sites[len(sites)-1]
	for _, h := range last.Hops {
		if in := f.Inner(ctx, h); in != nil && !slices.Contains(sites, in) {
			sites = f.chain(ctx, append(sites, in), tier+1)
		}
	}
	return sites
}

// Beyond are the sites of gateways on this machine that a hop's requests may come to, the next one first.
func (f *Facts) Beyond(ctx context.Context, h *Hop) []*Site {
	in := f.Inner(ctx, h)
	if in == nil {
		return nil
	}
	all, _ := Memo(f, fmt.Sprintf("beyond %p", in), func() ([]*Site, error) { return f.chain(ctx, []*Site{in}, 1), nil }) // thousands of hops may lead to one
	return all
}

// Serves says that at least one gateway was found here.
func (f *Facts) Serves(ctx context.Context) bool {
	g, err := f.Gateways(ctx)
	return err == nil && len(g) > 0
}
