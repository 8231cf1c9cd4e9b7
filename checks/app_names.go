package checks

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo"
)

var (
	moduleObject = whenAsked(`(?:^|\s)([A-Za-z_][\w.]*):([A-Za-z_]\w*)(?:\s|$)`) // mian:app, and no address
	pathObject   = whenAsked(`\s((?:[\w.-]*/)+\w+):([A-Za-z_]\w*)(?:\s|$)`)      // the module by the path of its file, which Python takes for a name
	appObject    = whenAsked(`(?m)^(?:async )?(?:def |class )?(app|application|api|wsgi|asgi|server)\b\s*(?:=|\(|:)`)
)

// pythonName: the command, or uWSGI's file, names a module or an object of the app that is written otherwise: mian:app,
// main:application. The right one is in the app's folder.
func pythonName(f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine, found *Finding) bool {
	at, module, object := pythonTarget(f, u)
	if module == "" {
		return false
	}
	dir := pythonFolder(f, u, at.place)
	rightModule, rightObject := moduleOfPath(f, dir, module), object
	for _, line := range reversed(latest(lines)) {
		if m := noModule.FindStringSubmatch(line.Text); m != nil && rightModule == module {
			meant, perhaps := moduleMeant(f, dir, module, m[1]+m[2], object)
			if rightModule = cmp.Or(meant, module); meant == "" && perhaps != "" {
				found.Summary += fmt.Sprintf("; %s is not in %s, and %s has an object %s: whether that is the app a person has to know", module, dir, perhaps, object)
				return false
			}
		}
		if m := noObject.FindStringSubmatch(line.Text); m != nil && m[1]+m[2] == object {
			rightObject = cmp.Or(objectMeant(f, path.Join(dir, strings.ReplaceAll(module, ".", "/")+".py")), object)
		}
	}
	if rightModule == module && rightObject == object {
		return false
	}
	line := configLine(f.Host.Root, at.place)
	was, right := module+":"+object, rightModule+":"+rightObject
	if !strings.Contains(line, was) { // uWSGI looks for application by itself
		was, right = module, rightModule
	}
	if strings.Count(line, was) != 1 {
		return false
	}
	found.Where = at.place
	found.Summary += fmt.Sprintf("; it is told to load %s, and the app is %s", was, right)
	found.Evidence = append([]Evidence{lineOf(f.Host.Root, at.place)}, found.Evidence...)
	x := Fix{Title: "Name the app as it is written", Risk: Low, Undo: replace(f.Host.Root, at.place, right, was)}
	x = x.Do("Name "+right, "%s", replace(f.Host.Root, at.place, was, right))
	if at.unit || u.Manager != "" {
		x.Undo += "; systemctl daemon-reload"
		x = daemonReload(x)
	}
	found.Fix = startAnew(u, x, "Start it anew")
	return true
}

// moduleOfPath is the name by which Python finds a module that is named by the path of its file; any other stays as it is.
func moduleOfPath(f *sysinfo.Facts, dir, module string) string {
	file := module
	if !path.IsAbs(file) {
		file = path.Join("/", dir, file)
	}
	inside, ok := strings.CutPrefix(file, strings.TrimSuffix(dir, "/")+"/")
	if !strings.Contains(module, "/") || dir == "" || !ok || !f.Host.Root.Exists(file+".py") {
		return module
	}
	return strings.ReplaceAll(inside, "/", ".")
}

// renamed says that a module is another one under a new name: as people call the program of an app, a longer or shorter form of the old
// name, or the very file from which Python compiled the old one (PEP 552: time and size of the source stand in the compiled file).
func renamed(f *sysinfo.Facts, dir, old, now string) bool {
	if slices.Contains([]string{"app", "main", "application", "wsgi", "asgi", "server", "web", "site", "run", "index", "api"}, now) || strings.Contains(now, old) || strings.Contains(old, now) {
		return true
	}
	i, err := f.Host.Root.Stat(path.Join(dir, now+".py"))
	compiled, _ := f.Host.Root.Glob(path.Join(dir, "__pycache__", old+".cpython-*.pyc")) // none is common
	for _, file := range compiled {
		b, err2 := f.Host.Root.ReadFile(file)
		if err == nil && err2 == nil && len(b) > 16 && binary.LittleEndian.Uint32(b[4:]) == 0 && int64(binary.LittleEndian.Uint32(b[8:])) == i.ModTime.Unix() && int64(binary.LittleEndian.Uint32(b[12:])) == i.Size {
			return true
		}
	}
	return false
}

// objectMeant is the only object of a module that may be the app.
func objectMeant(f *sysinfo.Facts, file string) string {
	b, _ := f.Host.Root.ReadFile(file) // not there: no other name
	var have []string
	for _, o := range appObject.FindAllStringSubmatch(string(b), -1) {
		if !slices.Contains(have, o[1]) {
			have = append(have, o[1])
		}
	}
	if len(have) != 1 {
		return ""
	}
	return have[0]
}

// onlyWith is the only module of a folder that has an object of a name at its top level.
func onlyWith(f *sysinfo.Facts, dir string, modules []string, object string) string {
	makes := regexp.MustCompile(fmt.Sprintf(`(?m)^(?:async )?(?:def |class )?%[1]s\b\s*(?:=[^=]|\(|:)|^from .*\bimport\b.*\b%[1]s\b`, regexp.QuoteMeta(object)))
	found := ""
	for _, m := range modules[:min(len(modules), 100)] {
		b, err := f.Host.Root.ReadFile(path.Join(dir, m+".py"))
		if err != nil || !makes.Match(b) || strings.Contains(m, "conf") {
			continue
		}
		if found != "" {
			return ""
		}
		found = m
	}
	return found
}
