package checks

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

// moduleSet: a variable of the service names a module that is not there, and one of nearly that name is: DJANGO_SETTINGS_MODULE=shop.settings.prodution.
func moduleSet(f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine, found *Finding) bool {
	last := lastSaid(latest(lines), noModule)
	if last == nil || u.Folder() == "" || strings.Contains(last.Text, "(") {
		return false
	}
	m := noModule.FindStringSubmatch(last.Text)
	missing := m[1] + m[2]
	w, ok := inEnvironment(f, u, regexp.MustCompile(`(?:^|[\s"'])\w+=["']?(`+regexp.QuoteMeta(missing)+`(?:\.[\w.]+)?)["']?\s*(?:["']|$)`))
	if !ok || !onlyRoots(f.Host.Root, realFile(f.Host.Root, w.place.File)) || strings.Count(configLine(f.Host.Root, w.place), w.match[1]) != 1 {
		return false
	}
	dir := pythonFolder(f, u, sysinfo.Place{File: u.Fragment})
	found.Where = w.place
	found.Evidence = append([]Evidence{lineOf(f.Host.Root, w.place)}, found.Evidence...)
	meant := moduleNear(f.Host.Root, dir, missing, strings.TrimPrefix(w.match[1], missing))
	if meant == "" {
		found.Summary += fmt.Sprintf("; %s names it, and %s has no such module", w.place, dir)
		found.Fix = namesModule(f, u, found.Fix, w, missing)
		return true
	}
	found.Summary += fmt.Sprintf("; it is told to load %s, and there is %s", w.match[1], meant)
	x := Fix{Title: "Name the module as it is written", Risk: Low, Undo: replace(f.Host.Root, w.place, meant, w.match[1])}
	x = x.Do("Name "+meant, "%s", replace(f.Host.Root, w.place, w.match[1], meant))
	found.Fix = startWith(u, x, w.unit, "Start it anew")
	return true
}

// namesModule is a repair in whose first words the line stands that names the module.
func namesModule(f *sysinfo.Facts, u sysinfo.Unit, x Fix, w written, missing string) Fix {
	if len(x.Steps) > 0 && x.Steps[0].Command == "" {
		x.Steps[0].Say = fmt.Sprintf("Install the Python module %s in the app's virtual environment, or correct its name at %s", missing, w.place)
	}
	return x
}

// moduleNear is the module that is there instead of one that is not, with what a name has behind it; "" where it would not be there either.
func moduleNear(r sysinfo.Root, dir, missing, rest string) string {
	parent, last := "", missing
	if i := strings.LastIndexByte(missing, '.'); i >= 0 {
		parent, last = missing[:i+1], missing[i+1:]
	}
	folder := path.Join("/", dir, strings.ReplaceAll(parent, ".", "/"))
	names, _ := r.ReadDir(folder) // not there: no other name
	var have []string
	for _, n := range names {
		stem, py := strings.CutSuffix(n, ".py")
		if there := path.Join(folder, n); py && n != "__init__.py" || !strings.Contains(n, ".") && r.Exists(path.Join(there, "__init__.py")) {
			have = append(have, stem)
		}
	}
	near := spelling.Closest(last, have)
	if near == "" {
		near = shortForm(last, have)
	}
	whole := path.Join(folder, near, strings.ReplaceAll(rest, ".", "/"))
	if near == "" || !r.Exists(whole+".py") && !r.Exists(path.Join(whole, "__init__.py")) {
		return ""
	}
	return parent + near + rest
}

// shortForm is the only name of a list that is a shorter or longer form of a word: prod and production, dev and development.
func shortForm(word string, list []string) string {
	found := ""
	for _, name := range list {
		long, short := word, name
		if len(long) < len(short) {
			long, short = short, long
		}
		rest, form := strings.CutPrefix(long, short)
		if len(short) < 3 || rest == "" || !form || strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz") != "" { // production_old is another one
			continue
		}
		if found != "" {
			return ""
		}
		found = name
	}
	return found
}
