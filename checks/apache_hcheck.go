package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// hcheckWrong: the app answers, and the balancer's own health check (mod_proxy_hcheck) asks for a page that it does not have, or by a name that it
// does not take: the check asks by the member's address, whatever the site is called, and cannot be told another name.
func hcheckWrong(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) bool {
	x, _, _ := l.apacheHop()
	uri := x.Pass.Param(x.Target, "hcuri")
	if !uri.Set() || !l.reach.Open() || l.reach.Listener == nil {
		return false
	}
	said, err := l.askOnce(ctx, f, sysinfo.Question{Host: l.Address(), URI: uri.Value})
	if err != nil || wellSaid(said) {
		return false
	}
	root, at := l.Site.Gateway.Root, uri.Place
	found.Confidence, found.Where = 0.95, at
	found.Summary = fmt.Sprintf("the app at %s answers, but Apache's health check of it (%s) gets %d, so Apache asks it nothing", l.Address(), uri.Value, said.Status)
	found.Evidence = append(found.Evidence, lineOf(root, at))
	if x, ok := checkBehind(ctx, f, l, uri.Value, said.Status, found); ok {
		found.Fix = x
		return true
	}
	fix := Fix{Title: "Let the check ask for a page that the app has", Risk: Low}
	was, is, say := "hcuri="+uri.Value, "hcuri=/", ""
	if a, err := l.askOnce(ctx, f, sysinfo.Question{Host: l.Address(), URI: "/"}); err == nil && wellSaid(a) && uri.Value != "/" {
		say = fmt.Sprintf("%s gives %d, / gives %d: let the check ask for /", uri.Value, said.Status, a.Status)
	} else if a, err := l.frontPage(ctx, f); err == nil && wellSaid(a) {
		fix.Title = "Let the check look whether the app takes a connection"
		was, is = "hcmethod="+x.Pass.Param(x.Target, "hcmethod").Value, "hcmethod=TCP"
		say = fmt.Sprintf("Asked for %s the app gives / with %d, and by its address, as the check asks, it refuses it", a.Question.Host, a.Status)
	}
	undo := []string{}
	for _, m := range x.Target.Balancer.Members {
		p := m.Place
		if line := configLine(root, p); say != "" && strings.Contains(line, was) {
			undo = append(undo, setLine(root, p, line))
			fix = fix.Do(say, "%s", replace(root, p, was, is))
		}
	}
	if len(undo) == 0 {
		found.Fix = fix.Tell("Ask for %s yourself, by the address %s, and correct it at %s", uri.Value, l.Address(), at)
		return true
	}
	fix.Undo = undoAll(undo)
	found.Fix = reload(ctx, f, l.Site.Gateway, fix).Do("Give the checks time to pass", "sleep 5")
	return true
}
