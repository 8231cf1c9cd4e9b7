package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
)

// proxySection is where the members of a balancer stand.
var proxySection = whenAsked(`(?i)^\s*<Proxy\s+"?balancer://([\w.-]+)/?"?[\s>]`)

var offMember = whenAsked(`^#+\s*(BalancerMember\s+\S.*)$`)

// emptyBalancer is a balancer without a member, which no hop leads over: Apache answers 503 itself (AH01171).
func emptyBalancer(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	srv, ok := s.Extra.(*apache.Server)
	if !ok {
		return nil
	}
	for _, p := range srv.Passes {
		name, ok := strings.CutPrefix(strings.ToLower(p.URL), "balancer://")
		if !ok || len(p.Targets()) > 0 {
			continue
		}
		name, _, _ = strings.Cut(name, "/")
		root, at := s.Gateway.Root, p.Place
		found := &Finding{Status: Warn, Confidence: 0.96, Where: at, Site: s, Summary: fmt.Sprintf("balancer %s has no member: Apache has nobody to ask", name), Evidence: []Evidence{lineOf(root, at)}}
		if a, bad := failsNow(ctx, f, s); bad && a.Status == 503 {
			found.Status = Fail
			found.Evidence = append(found.Evidence, Evidence{Source: "GET " + a.Question.Page(), Text: "503 of Apache's own", Time: a.At})
		}
		if meant := meantName(name, namedBy(s.Gateway, proxySection)); meant != "" && meant != name && strings.Count(configLine(root, at), "://"+name+"/") == 1 && len(membersOff(root, at.File, name)) == 0 {
			found.Summary += fmt.Sprintf("; there is a balancer %s", meant)
			x := Fix{Title: "Name the balancer that is there", Risk: Low, Undo: setLine(root, at, configLine(root, at))}
			found.Fix = reload(ctx, f, s.Gateway, x.Do("Correct the slip: "+name+" is "+meant, "%s", replace(root, at, "://"+name+"/", "://"+meant+"/")))
			return found
		}
		x := Fix{Title: "Give balancer " + name + " its members", Risk: Low}
		for _, m := range membersOff(root, at.File, name) {
			line := configLine(root, m)
			found.Where = m
			found.Evidence = append(found.Evidence, lineOf(root, m))
			x.Undo = strings.TrimPrefix(x.Undo+"; "+setLine(root, m, line), "; ")
			x = x.Do("Switch the member on again", "%s", setLine(root, m, offMember.FindStringSubmatch(line)[1]))
		}
		if len(x.Steps) == 0 {
			x = x.Tell("Write a line BalancerMember http://ADDRESS for each app into <Proxy \"balancer://%s\"> (the ProxyPass to it is at %s)", name, at)
		}
		found.Fix = reload(ctx, f, s.Gateway, x)
		return found
	}
	return nil
}

// membersOff are the lines of members that somebody switched off inside a balancer's section.
func membersOff(r sysinfo.Root, file, name string) []sysinfo.Place {
	var out []sysinfo.Place
	in := false
	for at, line := range linesIn(r, file) {
		line = strings.TrimSpace(line)
		switch of := proxySection.FindStringSubmatch(line); {
		case of != nil:
			in = strings.EqualFold(of[1], name) // not that of app-2, of which another site's members are off
		case strings.HasPrefix(strings.ToLower(line), "</proxy"):
			in = false
		case in && offMember.MatchString(line):
			out = append(out, at)
		}
	}
	return out
}
