package checks

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// mendCaddyHealth: the app answers, and Caddy asks it nothing: its health check is wrong, or it remembers a failure for long.
func mendCaddyHealth(ctx context.Context, f *sysinfo.Facts, l *live, x sysinfo.CaddyHop, found *Finding) {
	if tooSlowForCaddy(ctx, f, l, x, found) {
		return
	}
	root, set := l.Site.Gateway.Root, x.Pass.Settings
	uri, checked := set["health_uri"]
	if !checked {
		uri, checked = set["health_path"]
	}
	memory, remembers := set["fail_duration"]
	port, other := set["health_port"]
	switch {
	case checked && other && port.Text != strconv.Itoa(l.Port):
		found.Summary = fmt.Sprintf("the app at %s answers, but Caddy's health check of it goes to port %s", l.Address(), port.Text)
		caddyWithout(ctx, f, l, port.Place, "Let the check ask where the pages come from", found)
		return
	case !checked && remembers:
		found.Where, found.Confidence = memory.Place, 0.95
		found.Summary = fmt.Sprintf("the app at %s answers, but it failed a while ago, and Caddy asks nobody for %s after a failure (fail_duration)", l.Address(), memory.Text)
		found.Evidence = append(found.Evidence, lineOf(root, found.Where))
		fix := Fix{Title: "Let Caddy forget failures sooner", Risk: Low, Undo: setLine(root, found.Where, configLine(root, found.Where))}
		fix = fix.Do("Ten seconds are enough to spare an app that fails", "%s", replace(root, found.Where, memory.Text, "10s"))
		found.Fix = reload(ctx, f, l.Site.Gateway, fix).
			Tell("Then see why the app failed before: its own log, and the dial errors in Caddy's (journalctl -u caddy)")
		return
	case !checked:
		return
	}
	found.Where, found.Confidence = uri.Place, 0.95
	found.Summary = fmt.Sprintf("the app at %s answers, but Caddy's health check of it (%s) fails", l.Address(), uri.Text)
	found.Evidence = append(found.Evidence, lineOf(root, found.Where))
	page, pageErr := l.pageOfApp(ctx, f, uri.Text)
	if fix, ok := checkTurnedAway(ctx, f, l, uri.Text, page.Status, found); ok {
		found.Fix = fix
		return
	}
	if fix, ok := checkBehind(ctx, f, l, uri.Text, page.Status, found); ok {
		found.Fix = fix
		return
	}
	if a := page; pageErr == nil && a.Status >= 200 && a.Status < 300 {
		for _, key := range []string{"health_status", "health_body", "health_headers"} {
			want, ok := set[key]
			if !ok || key == "health_status" && (want.Text == strconv.Itoa(a.Status) || want.Text == "2xx") || key == "health_body" && strings.Contains(string(a.Body), want.Text) {
				continue
			}
			found.Summary = fmt.Sprintf("the app at %s answers, but not as Caddy's health check wants it: %s %s, and %s gives %d", l.Address(), key, want.Text, uri.Text, a.Status)
			caddyWithout(ctx, f, l, want.Place, "Without the line any 2xx is good", found)
			return
		}
		if caddyByName(ctx, f, l, uri.Place, a, found) {
			return
		}
	}
	fix := Fix{Title: "Let the check ask for a page that the app has", Risk: Low, Undo: setLine(root, found.Where, configLine(root, found.Where))}
	a, err := l.frontPage(ctx, f)
	if err != nil || a.Status < 200 || a.Status > 299 || uri.Text == "/" {
		if _, told := set["health_status"]; !told && pageErr == nil && slices.Contains([]int{301, 302, 307, 308, 401, 403}, page.Status) {
			fix.Undo = removeBelow(root, found.Where, 1)
			found.Fix = reload(ctx, f, l.Site.Gateway, fix.Do(fmt.Sprintf("%s gives %d, so the app is alive: take that for good", uri.Text, page.Status), "%s", insertAfter(root, found.Where, fmt.Sprintf("health_status %d", page.Status)))).
				Do("Give its first check, which comes at once, time to pass", "sleep 3")
			return
		}
		fix.Undo = ""
		found.Fix = fix.Tell("Ask for %s yourself and correct it at %s; it has to answer with 2xx", uri.Text, found.Where)
		return
	}
	fix = fix.Do(fmt.Sprintf("%s fails, / gives %d: let the check ask for /", uri.Text, a.Status), "%s", replace(root, found.Where, uri.Text, "/"))
	if _, told := set["health_headers"]; !told && caddyByName(ctx, f, l, uri.Place, a, found) { // its front page, too, is for those alone who name the site
		if by := found.Fix; by.Undo != "" {
			found.Fix.Steps, found.Fix.Undo = append(slices.Clone(fix.Steps), by.Steps...), also(fix.Undo, by.Undo)
		}
		return
	}
	found.Fix = reload(ctx, f, l.Site.Gateway, fix).
		Do("Give its first check, which comes at once, time to pass", "sleep 3")
}

// caddyByName: the app has the page for those who ask by the site's name, and Caddy's check asks by the app's address unless a Host
// among health_headers says otherwise (Caddy's manual, "reverse_proxy").
func caddyByName(ctx context.Context, f *sysinfo.Facts, l *live, at sysinfo.Place, page sysinfo.Answer, found *Finding) bool {
	name, uri := page.Question.Host, page.Question.URI
	by, err := l.askApp(ctx, f, sysinfo.Question{Host: l.Address(), URI: uri})
	if err != nil || by.Status >= 200 && by.Status <= 299 || !nameOfSite.MatchString(name) {
		return false
	}
	root := l.Site.Gateway.Root
	found.Summary = fmt.Sprintf("the app at %s answers, but not to the name by which Caddy's health check asks: %s gives %d for %s, and %d for %s", l.Address(), uri, by.Status, l.Address(), page.Status, name)
	x := Fix{Title: "Let the check ask by the site's name", Risk: Low}
	if at.File != l.Where.File || at.Line < l.Where.Line { // a snippet's, maybe of several sites
		found.Fix = x.Tell("Give the check at %s a name that the app takes (health_headers with Host %s), or let the app take %s, too", at, name, l.Address())
		return true
	}
	x.Undo = removeBelow(root, at, 3)
	found.Fix = reload(ctx, f, l.Site.Gateway, x.Do("Name the site in the check", "%s", insertAfter(root, at, "health_headers {\n\tHost "+name+"\n}"))).
		Do("Give its first check, which comes at once, time to pass", "sleep 3")
	return true
}

// caddyWithout switches a line of the health check off.
func caddyWithout(ctx context.Context, f *sysinfo.Facts, l *live, at sysinfo.Place, say string, found *Finding) {
	root := l.Site.Gateway.Root
	found.Where, found.Confidence = at, 0.95
	found.Evidence = append(found.Evidence, lineOf(root, at))
	x := Fix{Title: "Correct the health check", Risk: Low, Undo: setLine(root, at, configLine(root, at))}
	if strings.HasSuffix(configLine(root, at), "{") {
		found.Fix = x.Tell("Correct %s", at)
		return
	}
	found.Fix = reload(ctx, f, l.Site.Gateway, x.Do(say, "%s", commentOut(root, at))).Do("Give its first check, which comes at once, time to pass", "sleep 3")
}
