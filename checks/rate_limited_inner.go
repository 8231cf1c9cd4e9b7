package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

var (
	tracksSource = whenAsked(`\btrack-sc\d+\s+src\b`)
	inHTTP       = whenAsked(`^\s*http-request\s`)
	// passesVisitor is nginx's line that says who the visitor is; Apache's mod_proxy_http, Caddy and Varnish say it unasked.
	passesVisitor = whenAsked(`(?i)^[^#]*\bproxy_set_header\s+X-Forwarded-For\s+"?\$(proxy_add_x_forwarded_for|remote_addr)"?\s*;`)
)

// countVisitors lets a frontend that only gateways of this machine reach count whom those name as the visitor: it counts the gateway itself,
// which is one address for everybody. The last name in the header is theirs, and no visitor can write it.
func countVisitors(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, found *Finding) (Fix, bool) {
	outer := gatewayBefore(ctx, f, s)
	track := ownTrack(s)
	if outer == nil || !track.Known() {
		return Fix{}, false
	}
	root := s.Gateway.Root
	found.Where = track
	found.Summary = fmt.Sprintf("HAProxy counts all visitors as one, for %s in front is who connects, and turns them away: %s", outer.Title(), configLine(root, found.Where))
	found.Evidence = append(found.Evidence, lineOf(root, track))
	x := Fix{Title: "Count each visitor by his own address", Risk: Low}
	if outer.Kind == "nginx" && !seekLine(outer, passesVisitor).Known() {
		return x.Tell("Let %s say who the visitor is (proxy_set_header X-Forwarded-For $remote_addr;), and count req.hdr_ip(X-Forwarded-For,-1) instead of src at %s", outer.Title(), track), true
	}
	if !inHTTP.MatchString(configLine(root, track)) { // HAProxy refuses a header where only a connection is known, and may not have it yet in tcp-request content
		return x.Tell("Count whom %s names, who alone can reach this frontend: http-request track-sc… req.hdr_ip(X-Forwarded-For,-1) in the place of %s", outer.Title(), track), true
	}
	word := tracksSource.FindString(configLine(root, track))
	x.Undo = setLine(root, track, configLine(root, track))
	x = x.Do(fmt.Sprintf("Count whom %s names, who alone can reach this frontend", outer.Title()), "%s", replace(root, track, word, strings.TrimSuffix(word, "src")+"req.hdr_ip(X-Forwarded-For,-1)"))
	return reload(ctx, f, s.Gateway, x), true
}

// ownTrack is the line of a site's own frontend by which it counts who connects: another one may be everybody's, who can write any header.
func ownTrack(s *sysinfo.Site) sysinfo.Place {
	front, ok := s.Extra.(*haproxy.Section)
	if !ok {
		return sysinfo.Place{}
	}
	for _, name := range []string{"http-request", "tcp-request"} {
		for _, d := range front.All(name) {
			if tracksSource.MatchString(configLine(s.Gateway.Root, d.Place)) {
				return d.Place
			}
		}
	}
	return sysinfo.Place{}
}

// gatewayBefore is the gateway of this machine through which all visitors of a site come: nobody else reaches the addresses it listens at.
func gatewayBefore(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *sysinfo.Gateway {
	gateways, err := f.Gateways(ctx)
	if err != nil || len(s.Listen) == 0 || !fromHere(s) {
		return nil
	}
	for _, g := range gateways {
		for _, site := range g.Sites {
			for _, h := range site.Hops {
				if g != s.Gateway && f.Inner(ctx, h) == s {
					return g
				}
			}
		}
	}
	return nil
}
