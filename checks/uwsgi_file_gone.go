package checks

import (
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

var (
	uwsgiNoFile    = whenAsked(`failed to open python file (\S+)`)
	wsgiFileLine   = whenAsked(`^\s*(?:wsgi-file|file|mount)\s*[=:]\s*(?:\S*=)?(\S+\.(?:py|wsgi))\s*$`)
	wsgiFileFlag   = whenAsked(`--(?:wsgi-file|file)[= ](\S+)`)
	uwsgiCallable  = whenAsked(`^\s*callable\s*[=:]\s*(\w+)`)
	uwsgiNamesFile = whenAsked(`%[a-z(]`)
)

// uwsgiFileGone: uWSGI is told to load a file that is not there. The app may have another name in that folder: then the line takes that.
func uwsgiFileGone(f *sysinfo.Facts, l *live, u sysinfo.Unit, lines []sysinfo.JournalLine, found *Finding) bool {
	said := lastSaid(recent(lines), uwsgiNoFile)
	if said == nil {
		return false
	}
	word := uwsgiNoFile.FindStringSubmatch(said.Text)[1]
	at, object := written{}, "application"
	for _, file := range uwsgiFiles(f, l, u) {
		if w, ok := lastLineWith(f, file, wsgiFileLine, "#", ";"); ok && (path.Base(w.match[1]) == path.Base(word) || uwsgiNamesFile.MatchString(w.match[1])) {
			at = w
			if c, ok := lastLineWith(f, file, uwsgiCallable, "#", ";"); ok {
				object = c.match[1]
			}
			break
		}
	}
	if w, ok := inCommand(f, u, wsgiFileFlag); !at.place.Known() && ok && path.Base(w.match[1]) == path.Base(word) {
		at = w
	}
	file := word
	if !path.IsAbs(file) {
		file = path.Join("/", pythonFolder(f, u, at.place), file)
	}
	if !at.place.Known() || f.Host.Root.Exists(file) {
		return false
	}
	found.Where, found.Confidence = at.place, 0.97
	found.Summary += fmt.Sprintf("; uWSGI is told to load %s, which does not exist", file)
	found.Evidence = append([]Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}, lineOf(f.Host.Root, at.place)}, found.Evidence...)
	x := Fix{Title: "Name the app's file as it is called", Risk: Low}
	old := strings.TrimSuffix(path.Base(file), path.Ext(file))
	meant, perhaps := moduleMeant(f, path.Dir(file), old, old, object)
	now := path.Join(path.Dir(word), meant+".py")
	if meant == "" || strings.Count(configLine(f.Host.Root, at.place), at.match[1]) != 1 || at.match[1] != word {
		say := fmt.Sprintf("Bring %s back, or name at %s the file with the app", file, at.place)
		if perhaps != "" {
			say += fmt.Sprintf(": perhaps %s.py, which has an object %s", path.Join(path.Dir(file), perhaps), object)
		}
		found.Fix = startAnew(u, x.Tell("%s", say), "Start it anew")
		return true
	}
	found.Summary += fmt.Sprintf("; did you mean %s.py", meant)
	x.Undo = replace(f.Host.Root, at.place, now, word)
	x = x.Do(fmt.Sprintf("Name %s, the only file there that has an object %s", now, object), "%s", replace(f.Host.Root, at.place, word, now))
	if at.unit || u.Manager != "" && at.place.File == u.Fragment {
		x.Undo += "; systemctl daemon-reload"
		x = daemonReload(x)
	}
	found.Fix = startAnew(u, x, "Start it anew")
	return true
}
