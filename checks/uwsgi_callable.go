package checks

import (
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

var (
	noCallable   = whenAsked(`unable to find "(\w+)" callable in file (\S+)`)
	callableLine = whenAsked(`^\s*callable\s*[=:]\s*(\w+)\s*$`)
)

// uwsgiCallableMeant: uWSGI has read the app's file and does not find the app in it: it looks for "application", or for what callable says, and the file calls it otherwise, as Flask's
// own pages do (app). In what it says stands "application" in any case (plugins/python/pyloader.c).
func uwsgiCallableMeant(f *sysinfo.Facts, l *live, u sysinfo.Unit, lines []sysinfo.JournalLine, found *Finding) bool {
	said := lastSaid(lines, noCallable)
	if said == nil {
		return false
	}
	r := f.Host.Root
	file := noCallable.FindStringSubmatch(said.Text)[2]
	at := written{}
	for _, settings := range uwsgiFiles(f, l, u) {
		if w, ok := lastLineWith(f, settings, wsgiFileLine, "#", ";"); ok {
			at = w
			break
		}
	}
	if !path.IsAbs(file) {
		file = path.Join("/", pythonFolder(f, u, at.place), file)
	}
	now, was := objectMeant(f, file), "application"
	w := uwsgiLine(f, uwsgiFiles(f, l, u), callableLine)
	if w.place.Known() {
		was = w.match[1]
	}
	if now == "" || now == was || !at.place.Known() {
		return false
	}
	found.Where = at.place
	found.Summary += fmt.Sprintf("; it looks for %s in %s, where the app is called %s", was, file, now)
	found.Evidence = append([]Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}, lineOf(r, at.place)}, found.Evidence...)
	x := Fix{Title: "Name the app as its file calls it", Risk: Low}
	if w.place.Known() {
		found.Where = w.place
		found.Evidence = append(found.Evidence, lineOf(r, w.place))
		x.Undo = replace(r, w.place, now, was)
		x = x.Do("Name "+now, "%s", replace(r, w.place, was, now))
	} else {
		x.Undo = removeBelow(r, at.place, 1)
		x = x.Do("Name "+now, "%s", insertAfter(r, at.place, "callable = "+now))
	}
	found.Fix = startAnew(u, x, "Start it anew")
	return true
}
