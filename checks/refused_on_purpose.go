package checks

import (
	"context"
	"fmt"
	"net/http"
	"path"
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
			found.Fix = nginxReload(ctx, f, s.Gateway, x)
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

// maintenance503: somebody switched the site off, and it was not switched on again.
func maintenance503() Check {
	return Check{
		ID: "maintenance-503", Title: "The site is not in maintenance", Topic: Platform,
		Means: `The 503 is on purpose: a rule of the gateway (return 503), often behind a flag file, WordPress's .maintenance, or Laravel's "down"
file. Deploys and updates set such flags and sometimes leave them behind when they fail. Nothing is broken: finish the update, then remove
the flag.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			a, bad := failsNow(ctx, f, s)
			down := bad && a.Status == http.StatusServiceUnavailable
			if flag, what := maintenanceFlag(f, s); flag != "" {
				return flagged(f, s, flag, what, down)
			}
			srv, ok := s.Extra.(*nginx.Server)
			if !ok || !down || upstreamSpoke(ctx, f, s, a) {
				return nil
			}
			for _, r := range srv.Returns() {
				if r.Code == http.StatusServiceUnavailable {
					if found := returned(ctx, f, s, r); found != nil {
						return found
					}
				}
			}
			return nil
		}),
	}
}

// maintenanceFlag finds a flag file that the applications themselves know.
func maintenanceFlag(f *sysinfo.Facts, s *sysinfo.Site) (file, what string) {
	root := s.Root
	if root == "" || strings.Contains(root, "$") {
		return "", ""
	}
	for _, try := range []struct{ file, what string }{
		{root + "/.maintenance", "WordPress"},
		{path.Dir(root) + "/storage/framework/down", "Laravel"},
		{path.Dir(root) + "/storage/framework/maintenance.php", "Laravel"},
		{path.Dir(root) + "/var/.maintenance.flag", "Magento"},
		{root + "/var/.maintenance.flag", "Magento"},
	} {
		if s.Gateway.Root.Exists(try.file) {
			return try.file, try.what
		}
	}
	return "", ""
}

func flagged(f *sysinfo.Facts, s *sysinfo.Site, file, what string, down bool) *Finding {
	found := &Finding{Status: Warn, Confidence: 0.96, Where: sysinfo.Place{File: file}, Summary: fmt.Sprintf("%s's maintenance flag %s is set", what, file)}
	if i, err := s.Gateway.Root.Stat(file); err == nil {
		found.Summary += ", since " + i.ModTime.Format("2006-01-02 15:04")
		found.Evidence = []Evidence{{Source: "ls -l " + file, Text: "changed " + i.ModTime.Format("2006-01-02 15:04:05"), Time: i.ModTime}}
	}
	if down {
		found.Status = Fail
		found.Evidence = append(found.Evidence, Evidence{Source: "GET /", Text: "503"})
	}
	found.Fix = Fix{Title: "Finish the update, then remove the flag", Risk: Low}.
		Tell("Make sure that no update or deploy is running right now (ps aux | grep -e deploy -e wp -e artisan)").
		Do("Remove the flag", "rm %s", sh(file))
	return found
}

// returned judges one `return 503`: unconditional, or behind a file that is there.
func returned(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, r nginx.Return) *Finding {
	at := sysinfo.Place(r.Place)
	root := s.Gateway.Root
	found := &Finding{Status: Fail, Confidence: 0.95, Where: at, Summary: fmt.Sprintf("nginx itself answers 503: %s at %s", configLine(root, at), at), Evidence: []Evidence{lineOf(root, at)}}
	x := Fix{Title: "Switch the site on again", Risk: Low}
	if r.Block.Name == "if" {
		found.Evidence = append(found.Evidence, lineOf(root, sysinfo.Place(r.Block.Place)))
		cond := strings.Fields(strings.Trim(strings.Join(r.Block.Args, " "), "() "))
		if len(cond) == 2 && (cond[0] == "-f" || cond[0] == "-e" || cond[0] == "-d") {
			file := strings.Trim(strings.NewReplacer("$document_root", s.Root, "${document_root}", s.Root, "$realpath_root", s.Root).Replace(cond[1]), `"'`)
			info, err := root.Stat(file)
			if err != nil {
				return nil // this rule is not taken now
			}
			found.Summary = fmt.Sprintf("the maintenance flag %s is set, so nginx answers 503", file)
			found.Where = sysinfo.Place{File: file}
			found.Evidence = append(found.Evidence, Evidence{Source: "ls -l " + file, Text: "made " + info.ModTime.Format("2006-01-02 15:04:05"), Time: info.ModTime})
			x.Title = "Finish the deploy, then remove the flag"
			x.Undo = "touch " + sh(file)
			found.Fix = x.Tell("Make sure that no deploy is running right now").Do("Remove the flag", "rm %s", sh(file))
			return found
		}
		found.Confidence = 0.8
	}
	x.Undo = setLine(root, at, configLine(root, at))
	if alone(configLine(root, at)) {
		x = x.Do("Take the line out", "%s", commentOut(root, at))
	} else {
		x = x.Tell("Take the return 503 out at %s", at)
	}
	found.Fix = nginxReload(ctx, f, s.Gateway, x)
	return found
}

// upstreamSpoke says that a 503 is not the gateway's own rule: a line of the error log names an upstream, or a limit.
func upstreamSpoke(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, a sysinfo.Answer) bool {
	for _, line := range f.Fresh(ctx, s) {
		if line.URI == a.Question.URI && s.Called(line.Site()) && (line.Upstream.Address != "" || line.Kind == errlog.RateLimited) {
			return true
		}
	}
	return false
}

// between is the text between two others; empty when it is not there.
func between(s, from, to string) string {
	_, rest, ok := strings.Cut(s, from)
	if !ok {
		return ""
	}
	out, _, ok := strings.Cut(rest, to)
	if !ok {
		return ""
	}
	return out
}
