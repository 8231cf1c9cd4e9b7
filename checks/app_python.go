package checks

import (
	"path"
	"regexp"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

// The words of gunicorn, uvicorn and uWSGI for a module or an object in it that is not there.
var (
	noModule = whenAsked(`No module named '?([\w.]+)'?|Could not import module "([\w.]+)"`)
	noObject = whenAsked(`(?:Failed to find attribute|has no attribute) '(\w+)'|Attribute "(\w+)" not found in module`)
)

// moduleMeant is the module that a command means which names one that is not there, or a package of it: one of that name but for a slip,
// else the only one with the app's object, where that is known to be the former one: perhaps it is.
func moduleMeant(f *sysinfo.Facts, dir, named, missing, object string) (meant, perhaps string) {
	if missing != named && !strings.HasPrefix(named, missing+".") {
		return "", ""
	}
	parent, last := "", named
	if i := strings.LastIndexByte(named, '.'); i >= 0 {
		parent, last = named[:i], named[i+1:]
	}
	if parent != "" && missing != named { // the package itself has another name, or there is none
		if alone := onlyWith(f, dir, []string{last}, object); alone != "" && !f.Host.Root.Exists(path.Join(dir, missing)) {
			return alone, alone
		}
		other := packageMeant(f, dir, missing, strings.TrimPrefix(named, missing))
		if old, _, _ := strings.Cut(other, "."); strings.Contains(old, missing) || strings.Contains(missing, old) || spelling.Closest(missing, []string{old}) != "" || old == path.Base(dir) && old != "" { // Django's startproject calls both alike
			return other, other
		}
		return "", other
	}
	folder := path.Join(dir, strings.ReplaceAll(parent, ".", "/"))
	modules := modulesIn(f, folder)
	in := func(module string) string {
		if module == "" || parent == "" {
			return module
		}
		return parent + "." + module
	}
	if near := spelling.Closest(last, modules); near != "" {
		meant = onlyWith(f, folder, []string{near}, object)
	}
	if meant == "" {
		perhaps = onlyWith(f, folder, modules, object)
		if perhaps != "" && renamed(f, folder, last, perhaps) {
			meant = perhaps
		}
	}
	return in(meant), in(perhaps)
}

// modulesIn are the names of Python's files in a folder.
func modulesIn(f *sysinfo.Facts, dir string) []string {
	names, _ := f.Host.Root.ReadDir(dir) // not there: no other name
	var out []string
	for _, n := range names {
		if stem, py := strings.CutSuffix(n, ".py"); py && stem != "__init__" {
			out = append(out, stem)
		}
	}
	return out
}

// packageMeant is the only folder that has the module which a package that is gone had.
func packageMeant(f *sysinfo.Facts, dir, missing, rest string) string {
	names, _ := f.Host.Root.ReadDir(dir) // not there: no other name
	found := ""
	for _, n := range names {
		if n != missing && f.Host.Root.Exists(path.Join(dir, n, strings.ReplaceAll(rest, ".", "/")+".py")) {
			if found != "" {
				return ""
			}
			found = n + rest
		}
	}
	return found
}

// pythonTarget is the line that names the app of a Python server, and the words of it: the command's main:app, uWSGI's module.
func pythonTarget(f *sysinfo.Facts, u sysinfo.Unit) (at written, module, object string) {
	if l, ok := setBy(f, u, "ExecStart"); ok && strings.HasPrefix(l.File, "/etc/") {
		for _, names := range []pattern{moduleObject, djangoModule, pathObject} {
			m := names.FindStringSubmatch(l.Value)
			if m == nil {
				continue
			}
			object, word := "application", m[1]
			if len(m) > 2 {
				object, word = m[2], m[1]+":"+m[2]
			}
			return written{lineWith(f.Host.Root, l.Place, word), m, u.Manager == ""}, m[1], object
		}
	}
	for _, m := range uwsgiFile.FindAllStringSubmatch(u.Exec, -1) {
		file := m[1]
		if !path.IsAbs(file) {
			file = path.Join("/", u.Folder(), file)
		}
		if w, ok := lastLineWith(f, file, uwsgiModule, "#", ";"); ok {
			object := w.match[2]
			if object == "" {
				object = "application"
			}
			return w, w.match[1], object
		}
	}
	return written{}, "", ""
}

// lineWith is the line with a word, of a command that begins at a place and goes on where a line ends in a backslash; its first where none has it.
func lineWith(r sysinfo.Root, at sysinfo.Place, word string) sysinfo.Place {
	for line := at; line.Line < at.Line+50; line.Line++ {
		text := configLine(r, line)
		if strings.Contains(text, word) {
			return line
		}
		if !strings.HasSuffix(text, `\`) {
			break
		}
	}
	return at
}

var (
	// djangoModule is gunicorn's without a colon, as Django's own pages have it: the object is called application then.
	djangoModule = whenAsked(`gunicorn\b.*\s([A-Za-z_]\w*(?:\.\w+)+)\s*$`)

	uwsgiModule = whenAsked(`^\s*(?:module|wsgi)\s*[=:]\s*([A-Za-z_][\w.]*)(?::([A-Za-z_]\w*))?\s*$`)
	uwsgiChdir  = whenAsked(`^\s*chdir2?\s*[=:]\s*(/\S+)`)
)

// pythonFolder is where the app's modules lie: the folder of the service, or the one that uWSGI's file or gunicorn's command goes to.
func pythonFolder(f *sysinfo.Facts, u sysinfo.Unit, at sysinfo.Place) string {
	if w, ok := lastLineWith(f, at.File, uwsgiChdir, "#", ";"); ok && strings.Contains(u.Exec, "uwsgi") {
		return w.match[1]
	}
	if m := chdirFlag.FindStringSubmatch(u.Exec); m != nil {
		return m[1]
	}
	return u.Folder()
}

var chdirFlag = whenAsked(`--(?:chdir|app-dir)[= ](/\S+)`)

var refusedValue = whenAsked(`(?:literal for \w+\(\).*|No module named|Invalid value for \w+:?) '?([\w.]+)'?$`)

// settingSaid is the line of gunicorn's own settings with the value that its last error names.
func settingSaid(f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine) sysinfo.Place {
	settings := gunicornSettings(f, u)
	if !runsGunicorn(f, u) || settings == "" {
		return sysinfo.Place{}
	}
	for _, l := range reversed(recent(lines)) {
		m := refusedValue.FindStringSubmatch(strings.TrimSpace(l.Text))
		if m == nil {
			continue
		}
		if w, ok := lastLineWith(f, settings, regexp.MustCompile(`=\s*["']`+regexp.QuoteMeta(m[1])+`["']`), "#"); ok {
			return w.place
		}
	}
	return sysinfo.Place{}
}
