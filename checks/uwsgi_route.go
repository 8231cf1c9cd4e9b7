package checks

import (
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// uwsgiRoute is a rule of uWSGI's own by which it answers a request itself, with a status (uwsgi-docs, InternalRouting.rst, "break").
var uwsgiRoute = whenAsked(`^\s*((?:final-|error-)?route(?:-\w+)*)\s*[=:]\s*(.*?)\bbreak:([45]\d\d)\b`)

// closedByRoute: uWSGI answers in the app's place, since a rule of its file says so.
func closedByRoute(f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) bool {
	if l.answer == nil || u.Name == "" || !strings.Contains(u.Exec, "uwsgi") {
		return false
	}
	r := f.Host.Root
	for _, file := range uwsgiFiles(f, l, u) {
		w, ok := lastLineWith(f, file, uwsgiRoute, "#", ";")
		if !ok || w.match[3] != fmt.Sprint(l.answer.Status) || strayLink(r, file) {
			continue
		}
		found.Where = w.place
		found.Summary = fmt.Sprintf("uWSGI at %s answers %d itself: a rule of %s says so, and the app is not asked", l.Address(), l.answer.Status, file)
		found.Evidence = append([]Evidence{lineOf(r, w.place)}, found.Evidence...)
		x := Fix{Title: "Let uWSGI ask the app again", Risk: Low, Undo: setLine(r, w.place, configLine(r, w.place)) + "; " + u.Command("restart")}
		x = x.Tell("Make sure that nobody is at work on the site right now: such a rule may be meant for that").
			Do("Switch the rule off", "%s", commentOut(r, w.place))
		found.Fix = x.Do("Start it anew", "%s && sleep 2", anew(u))
		return true
	}
	return false
}
