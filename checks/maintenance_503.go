package checks

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/nginx"
)

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
			down = down && (nginxOf(s.Gateway) != nil || !upstreamSpoke(ctx, f, s, a)) // Apache's 503 is nginx's 502
			if flag, what := maintenanceFlag(f, s); flag != "" && (down || what != "WordPress" || !forgotten(s.Gateway.Root, flag, f.Host.Now())) {
				return unasked(ctx, f, s, flagged(f, s, flag, what, down))
			}
			if down && nginxOf(s.Gateway) == nil && !upstreamSpoke(ctx, f, s, a) {
				if found := closedByRule(ctx, f, s, a); found != nil {
					return unasked(ctx, f, s, found)
				}
			}
			srv, ok := s.Extra.(*nginx.Server)
			if !ok || !down || upstreamSpoke(ctx, f, s, a) {
				return nil
			}
			for _, r := range srv.Returns() {
				if r.Code == http.StatusServiceUnavailable {
					if found := returned(ctx, f, s, r); found != nil {
						return unasked(ctx, f, s, found)
					}
				}
			}
			return nil
		}),
	}
}

// unasked makes a warning of a site that is closed while nobody asked for it: where no page was named, another site of the
// machine answers, and no visitor met the 503, it is closed on purpose and not what somebody is looking for.
func unasked(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, found *Finding) *Finding {
	if f.URL != "" || found.Status != Fail {
		return found
	}
	if logs, err := f.Logs(ctx); err == nil {
		for _, g := range logs.Groups {
			if len(g.Latest) > 0 && g.Latest[0].Status == http.StatusServiceUnavailable && s.Called(g.Site) {
				return found
			}
		}
	}
	for _, other := range f.Sites(ctx) {
		if other == s {
			continue
		}
		if a := f.Answers(ctx, other); len(a) > 0 && a[0].Status > 0 && a[0].Status < 500 {
			found.Status, found.Site = Warn, s
			return found
		}
	}
	return found
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

// wpGivesUp is after how long WordPress takes no notice of its flag any more (wp_is_maintenance_mode).
const wpGivesUp = 10 * time.Minute

var upgrading = whenAsked(`\$upgrading\s*=\s*(\d+)`)

// forgotten says that the moment written into WordPress's flag is so long ago that it does not count; code in it, time()
// say, renews it for ever.
func forgotten(r sysinfo.Root, file string, now time.Time) bool {
	b, err := r.ReadFile(file)
	if m := upgrading.FindSubmatch(b); err == nil && m != nil {
		n, _ := strconv.ParseInt(string(m[1]), 10, 64)
		return now.Sub(time.Unix(n, 0)) > wpGivesUp
	}
	return false
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
	found.Fix = reload(ctx, f, s.Gateway, x)
	return found
}

// upstreamSpoke says that a 503 is not the gateway's own rule: a line of the error log names an upstream, or a limit.
func upstreamSpoke(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, a sysinfo.Answer) bool {
	for _, line := range f.Fresh(ctx, s) {
		if about(line, a) && s.Called(line.Site()) && (line.Upstream.Address != "" || line.Kind == errlog.RateLimited) {
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
