package checks

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/nginx"
)

// maintenance503: somebody switched the site off, and it was not switched on again.
func maintenance503() Check {
	return Check{
		ID: "maintenance-503", Title: "The site is not in maintenance", Topic: Platform,
		Means: `The 503 is on purpose: a rule of the gateway (return 503), often behind a flag file, WordPress's .maintenance, Laravel's "down"
file, or a line in the settings of Nextcloud or Joomla. Deploys and updates set such flags and sometimes leave them behind when they fail.
Nothing is broken: finish the update, then remove the flag.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			a, bad := failsNow(ctx, f, s)
			down := bad && a.Status == http.StatusServiceUnavailable
			down = down && (nginxOf(s.Gateway) != nil || !upstreamSpoke(ctx, f, s, a)) // Apache's 503 is nginx's 502
			if flag, what := maintenanceFlag(f, s); flag != "" && (down || what != "WordPress" || !forgotten(s.Gateway.Root, flag, f.Host.Now())) {
				return unasked(ctx, f, s, flagged(f, s, flag, what, down))
			}
			if down {
				if found := closedInSettings(ctx, f, s); found != nil {
					return unasked(ctx, f, s, found)
				}
			}
			if !down || upstreamSpoke(ctx, f, s, a) {
				return nil
			}
			if found := siteAside(ctx, f, s, a.Question.Host); found != nil {
				return found
			}
			if nginxOf(s.Gateway) == nil {
				if found := closedByRule(ctx, f, s, a); found != nil {
					if namedIsWell(ctx, f, s, a) { // what is closed is another page than the one that was named
						found.Status, found.Site = Warn, s
					}
					return partClosed(ctx, f, s, len(locationAround(s, found.Where)) > 1, unasked(ctx, f, s, found))
				}
			}
			srv, ok := s.Extra.(*nginx.Server)
			if !ok {
				return nil
			}
			for _, r := range srv.Returns() {
				if r.Code == http.StatusServiceUnavailable && !ofAnotherPage(srv, r, a) {
					if found := returned(ctx, f, s, r); found != nil {
						return partClosed(ctx, f, s, r.Block.Name == "location", unasked(ctx, f, s, found))
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
			if len(g.Latest) > 0 && g.Latest[0].Status == http.StatusServiceUnavailable && g.Of(s) && !perhapsOurs(g) {
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

// partClosed makes a warning of a part of a site that answers 503 to all, where no page was named and the front page comes: it is closed on purpose, and
// whoever asks for it, robots mostly, is told so.
func partClosed(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, part bool, found *Finding) *Finding {
	if part && f.URL == "" && frontIsWell(ctx, f, s) {
		found.Status, found.Site = Warn, s
	}
	return found
}

// namedIsWell says that the page which the user named comes, and another one of the site has failed.
func namedIsWell(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, a sysinfo.Answer) bool {
	answers := f.Answers(ctx, s)
	return f.URL != "" && len(answers) > 0 && answers[0].Question.URI != a.Question.URI && answers[0].Status > 0 && answers[0].Status < http.StatusInternalServerError
}

// perhapsOurs says that a few lines of HAProxy's are all of requests from this machine: it does not tell who asked, and an earlier run of ours may have.
func perhapsOurs(g *sysinfo.LogGroup) bool {
	return g.Count < 10 && !slices.ContainsFunc(g.Latest, func(l sysinfo.LogLine) bool {
		a, err := netip.ParseAddr(l.Client)
		return l.Event.Source != errlog.HAProxy || err != nil || !a.IsLoopback()
	})
}

// ofAnotherPage says that a return stands in a location that the page which failed does not belong to.
func ofAnotherPage(srv *nginx.Server, r nginx.Return, a sysinfo.Answer) bool {
	path, _, _ := strings.Cut(a.Question.URI, "?")
	its, sure := srv.Locate(path)
	return sure && r.Block.Name == "location" && (its == nil || its.Block != r.Block)
}

// returned judges one `return 503`: unconditional, or behind a file that is there.
func returned(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, r nginx.Return) *Finding {
	at := r.Place
	root := s.Gateway.Root
	found := &Finding{Status: Fail, Confidence: 0.95, Where: at, Summary: fmt.Sprintf("nginx itself answers 503: %s at %s", configLine(root, at), at), Evidence: []Evidence{lineOf(root, at)}}
	x := Fix{Title: "Switch the site on again", Risk: Low}
	if r.Block.Name == "if" {
		if e := lineOf(root, r.Block.Place); !slices.Contains(found.Evidence, e) {
			found.Evidence = append(found.Evidence, e)
		}
		cond := conditionOf(r.Block)
		if file, set := flagFile(s, cond); file != "" {
			if !set {
				return nil // this rule is not taken now
			}
			return leftFlag(s, file, found)
		}
		if file, by := flagSets(s, cond); file != "" {
			found.Evidence = append(found.Evidence, lineOf(root, by))
			return leftFlag(s, file, found)
		}
		if closedByVariable(ctx, f, s, cond, found) {
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
		if about(line, a) && s.Wrote(&line) && (line.Upstream.Address != "" || line.Kind == errlog.RateLimited) {
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
