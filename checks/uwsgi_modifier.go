package checks

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

var otherModifier = whenAsked(`unavailable modifier requested: ([1-9]\d*)`)

// uwsgiModifier: nginx tells uWSGI by a number which of its plugins shall have the request (uwsgi_modifier1, uwsgi-docs, Protocol.rst), and uWSGI runs without that one: it hangs up. The app's own is 0
// for Python, and needs no line.
func uwsgiModifier(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, lines []sysinfo.JournalLine) *Finding {
	said := lastSaid(latest(lines), otherModifier)
	if said == nil || l.Site.Gateway.Kind != "nginx" {
		return nil
	}
	number := otherModifier.FindStringSubmatch(said.Text)[1]
	r := l.Site.Gateway.Root
	at, many := sysinfo.Place{}, 0
	sets := regexp.MustCompile(`^\s*uwsgi_modifier1\s+` + number + `\s*;\s*(?:#.*)?$`)
	for place, line := range linesIn(r, l.Where.File) {
		if sets.MatchString(line) {
			at, many = place, many+1
		}
	}
	if many != 1 || strayLink(r, at.File) {
		return nil
	}
	found := &Finding{Confidence: 0.96, Where: at, Summary: fmt.Sprintf("nginx asks uWSGI for its plugin with the number %s, without which that runs: it hangs up", number),
		Evidence: []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}, lineOf(r, at), unitSays(u), passLine(l)}}
	x := Fix{Title: "Let uWSGI's app have the request", Risk: Low, Undo: setLine(r, at, configLine(r, at))}
	found.Fix = reload(ctx, f, l.Site.Gateway, x.Do("Leave the number out: an app in Python has none", "%s", commentOut(r, at)))
	return found
}
