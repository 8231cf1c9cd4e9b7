package checks

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
	"fix502/sysinfo/nginx"
)

// balancer is a cloud's own and how long it keeps an idle connection to a server, to use it again.
type balancer struct {
	name, checker string // the checker is how it calls itself when it asks for health
	keeps         time.Duration
}

var balancers = []balancer{
	{"AWS's load balancer", "ELB-HealthChecker/", time.Minute}, // docs.aws.amazon.com, Application Load Balancers: idle_timeout.timeout_seconds
	{"Google's load balancer", "GoogleHC/", 10 * time.Minute},  // cloud.google.com/load-balancing/docs/https: the backend keepalive timeout, which nobody can change
}

// frontIdle: a gateway closes idle connections sooner than the balancer in front does. A request that is on its way just then is lost, and the visitor
// gets the balancer's own 502, of which no log here knows.
func frontIdle(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
	var out []Finding
	seenLogs := map[string]bool{}
	for _, s := range f.Sites(ctx) {
		if !s.Gateway.Running() || !checkedByBalancer(s, seenLogs) {
			continue
		}
		at, seen := frontOf(s)
		own, ok := visitorIdle(s)
		if at.keeps == 0 || !ok || own.lasts == 0 || own.lasts > at.keeps {
			continue
		}
		found := Finding{Status: Warn, Where: own.where,
			Summary:  fmt.Sprintf("%s keeps idle connections for %s, and %s closes them after %s: now and then a visitor gets the balancer's 502, of which no log here knows", at.name, seconds(at.keeps), own.owner, seconds(own.lasts)),
			Evidence: []Evidence{seen}, Fix: keepLonger(ctx, f, s, own, at)}
		if own.where.Known() {
			found.Evidence = append(found.Evidence, lineOf(s.Gateway.Root, own.where))
		}
		out = append(out, found)
		if own.where.Known() { // the others mostly share the line
			return out, nil
		}
	}
	return out, nil
}

// mostLogs is how many access logs are looked at for balancers: who has one has it before all.
const mostLogs = 40

// checkedByBalancer says that a site's access log, if it was not seen for another, has a balancer's health checks.
func checkedByBalancer(s *sysinfo.Site, seen map[string]bool) bool {
	if len(seen) >= mostLogs || !slices.ContainsFunc(s.Logs, func(l sysinfo.LogFile) bool { return l.Kind == "access" && !seen[l.Path] }) {
		return false
	}
	for path, text := range accessTails(s) {
		seen[path] = true
		if slices.ContainsFunc(balancers, func(b balancer) bool { return strings.Contains(text, b.checker) }) {
			return true
		}
	}
	return false
}

// frontOf is the balancer that brings a site its visitors: one that also asks for its health. A balancer that only passes connections on is never seen
// with a visitor's request.
func frontOf(s *sysinfo.Site) (balancer, Evidence) {
	_, _, checked, many := comers(s)
	for a, line := range peers(s) {
		if a = a.Unmap(); !many[a] || !checked[a] {
			continue
		}
		for _, x := range balancers {
			if strings.Contains(line, x.checker) {
				return x, Evidence{Source: "access log of " + s.Title(), Text: fmt.Sprintf("%s asks for its health from %s, and brings visitors from there", x.name, a)}
			}
		}
	}
	return balancer{}, Evidence{}
}

// visitorIdle is how long a gateway keeps a visitor's idle connection; false where that is not known, or where it keeps none.
func visitorIdle(s *sysinfo.Site) (idleTime, bool) {
	switch x := s.Extra.(type) {
	case *nginx.Server:
		set := x.Get("keepalive_timeout")
		if !set.Set() {
			return idleTime{lasts: 75 * time.Second, owner: "nginx"}, true // ngx_http_core_module
		}
		d, ok := set.Duration()
		return idleTime{d, set.Place, "nginx"}, ok
	case *apache.Server:
		if on := x.Get("KeepAlive"); on != nil && len(on.Args) > 0 && strings.EqualFold(on.Args[0], "off") {
			return idleTime{}, false
		}
		set := x.Get("KeepAliveTimeout")
		if set == nil || len(set.Args) == 0 {
			return idleTime{lasts: 5 * time.Second, owner: "Apache"}, true // core.html
		}
		if ms, ok := strings.CutSuffix(set.Args[0], "ms"); ok {
			n, err := strconv.Atoi(ms)
			return idleTime{time.Duration(n) * time.Millisecond, set.Place, "Apache"}, err == nil
		}
		n, err := strconv.Atoi(set.Args[0])
		return idleTime{time.Duration(n) * time.Second, set.Place, "Apache"}, err == nil
	}
	return idleTime{}, false
}

// keepLonger lets a gateway wait a little longer than its balancer does.
func keepLonger(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, own idleTime, at balancer) Fix {
	root, longer := s.Gateway.Root, at.keeps+5*time.Second
	if at.keeps > time.Minute {
		longer = at.keeps + 20*time.Second // what its own pages advise
	}
	line := fmt.Sprintf("keepalive_timeout %s;", seconds(longer))
	if own.owner == "Apache" {
		line = fmt.Sprintf("KeepAliveTimeout %d", int(longer.Seconds()))
	}
	x := Fix{Title: "Let " + own.owner + " keep idle connections longer than the balancer does", Risk: Low}
	srv, ok := s.Extra.(*nginx.Server)
	switch {
	case own.where.Known() && wholeLine(s.Gateway.Kind, configLine(root, own.where)):
		x.Undo = setLine(root, own.where, configLine(root, own.where))
		x = x.Do("Set the time at "+own.where.String(), "%s", setLine(root, own.where, line))
	case !own.where.Known() && ok && len(srv.Own("listen")) > 0:
		edit, undo := addBehind(root, srv.Own("listen")[0].Place, "listen", []string{line})
		x.Undo = undo
		x = x.Do("Say it for this site", "%s", edit)
	default:
		return x.Tell("Set %s in %s, and reload it", strings.TrimSuffix(line, ";"), own.owner)
	}
	return reload(ctx, f, s.Gateway, x).Tell("A balancer that was set to another idle time wants that one and some more; with mpm_prefork each idle connection holds a process of Apache's")
}
