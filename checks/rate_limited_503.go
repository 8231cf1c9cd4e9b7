package checks

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/nginx"
)

// rateLimited503: nginx turns visitors away by its own limits.
func rateLimited503() Check {
	return Check{
		ID: "rate-limited-503", Title: "No visitor is turned away by a rate limit", Topic: Platform,
		Means: `limit_req and limit_conn turn requests away that come too fast, with a 503 unless another status is set. The app never hears of them.
The limit may be too tight, or count all visitors as one: behind a CDN or balancer every request has the same address, unless real_ip is
set up. Then widen it (burst, nodelay), count by the visitor's own address, and let it answer 429.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			n := nginxOf(s.Gateway)
			if n == nil {
				return nil
			}
			line, ok := says(ctx, f, s, errlog.RateLimited)
			if !ok {
				if a, bad := failsNow(ctx, f, s); bad && a.Status == http.StatusServiceUnavailable {
					return pass("no request was turned away by limit_req or limit_conn")
				}
				return nil
			}
			zone := between(line.Message, `zone "`, `"`)
			found := &Finding{Confidence: 0.96, Summary: fmt.Sprintf("nginx's own limit, zone %s, turns visitors away", zone)}
			where, rate := limitPlaces(n, s, zone)
			found.Where = where
			for _, p := range []sysinfo.Place{where, rate} {
				if p.Known() {
					found.Evidence = append(found.Evidence, lineOf(s.Gateway.Root, p))
				}
			}
			x := Fix{Title: "Widen the limit, or count visitors one by one", Risk: Low}
			x = x.Tell("At %s: use a key that tells visitors apart ($binary_remote_addr; behind a CDN with set_real_ip_from and real_ip_header), and a rate that a page with all its images keeps", rate)
			x = x.Tell("At %s: allow a burst (limit_req zone=%s burst=20 nodelay;), and limit_req_status 429; so that nobody takes it for an outage", where, zone)
			found.Fix = reload(ctx, f, s.Gateway, x)
			if line.judge(found); found.When == Intermittent {
				found.Status = Warn // a limit that does its work
			}
			return found
		}),
	}
}

// limitPlaces are the line that applies a zone in a site, and the one that sets its rate.
func limitPlaces(n *sysinfo.Nginx, s *sysinfo.Site, zone string) (use, rate sysinfo.Place) {
	names := func(set nginx.Setting) bool {
		return slices.ContainsFunc(set.Args, func(a string) bool {
			return a == zone || a == "zone="+zone || strings.HasPrefix(a, "zone="+zone+":")
		})
	}
	for _, http := range n.Config.Main.Blocks {
		for _, name := range []string{"limit_req_zone", "limit_conn_zone"} {
			for _, set := range http.Own(name) {
				if names(set) {
					rate = sysinfo.Place(set.Place)
				}
			}
		}
		for _, name := range []string{"limit_req", "limit_conn"} {
			for _, set := range http.Own(name) {
				if names(set) {
					use = sysinfo.Place(set.Place)
				}
			}
		}
	}
	if srv, ok := s.Extra.(*nginx.Server); ok {
		blocks := []*nginx.Block{srv.Block}
		for i := 0; i < len(blocks); i++ {
			blocks = append(blocks, blocks[i].Blocks...)
			for _, name := range []string{"limit_req", "limit_conn"} {
				for _, set := range blocks[i].Own(name) {
					if names(set) {
						use = sysinfo.Place(set.Place)
					}
				}
			}
		}
	}
	return use, rate
}
