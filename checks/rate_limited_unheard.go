package checks

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/nginx"
)

// limitUnheard is for an nginx whose log only root may read: it answers 503 itself, and does so for its limits alone where no return says it
// (ngx_http_limit_req_module.c, ngx_http_limit_conn_module.c). Of several limits the first is as likely as any.
func limitUnheard(ctx context.Context, f *sysinfo.Facts, n *sysinfo.Nginx, s *sysinfo.Site) *Finding {
	l := answeredItself(ctx, f, s, http.StatusServiceUnavailable)
	if l == nil {
		return nil
	}
	x, ok := l.Extra.(sysinfo.NginxHop)
	if !ok || slices.ContainsFunc(x.Pass.Server.Returns(), func(r nginx.Return) bool { return r.Code == http.StatusServiceUnavailable }) {
		return nil
	}
	if l.setting("intercept_errors").Value() == "on" && l.Scheme != "http" {
		return nil // the page may stand for the app's own
	}
	zones := limitsWith503(x.Pass.Block)
	if len(zones) == 0 {
		return nil
	}
	found, rate := limited(ctx, f, n, s, zones[0])
	if perVisitor(configLine(s.Gateway.Root, rate)) && servedNow(ctx, f, s) {
		return nil
	}
	found.Status, found.Confidence = Fail, 0.9
	if len(zones) > 1 {
		found.Confidence = 0.6
	}
	found.Evidence = append(found.Evidence, pageSays(l.answer, "503 by nginx itself, and no return says so"))
	return found
}

// limitsWith503 are the zones of the limits that hold in a block and turn away with 503, their usual status.
func limitsWith503(b *nginx.Block) []string {
	var zones []string
	for _, name := range []string{"limit_req", "limit_conn"} {
		if status := b.Get(name + "_status"); status.Set() && status.Value() != "503" || b.Get(name+"_dry_run").Value() == "on" {
			continue
		}
		for _, set := range b.All(name) {
			for i, word := range set.Args {
				zone, named := strings.CutPrefix(word, "zone=")
				if named || name == "limit_conn" && i == 0 {
					zones = append(zones, zone)
				}
			}
		}
	}
	return zones
}
