package checks

import (
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// vassalLog is the log of its own that an emperor's app behind a hop writes; empty where it has none, and of other services.
func vassalLog(f *sysinfo.Facts, l *live, u sysinfo.Unit) string {
	if f.Emperor(u) == "" {
		return ""
	}
	for _, key := range []string{"logto", "logto2", "logger", "daemonize", "daemonize2"} {
		at := iniLine(f, l, u, key)
		if at.Line == 0 {
			continue
		}
		text, _ := f.Host.Root.ReadFile(at.File) // it was read a moment ago
		m := uwsgiSetting.FindStringSubmatch(spelledOut(path.Base(at.File), string(text), configLine(f.Host.Root, at)))
		if m == nil {
			continue
		}
		if log := strings.TrimPrefix(m[2], "file:"); path.IsAbs(log) && f.Host.Root.Exists(log) {
			return log
		}
	}
	return ""
}

// vassalAside: the emperor runs, and the file of the app that should listen was renamed in its folder, so that it is no vassal any more.
func vassalAside(f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) {
	dir := f.Emperor(u)
	if dir == "" || !onlyRoots(f.Host.Root, dir) {
		return // between this look and the paste its owner may put another file there
	}
	names, _ := f.Host.Root.ReadDir(dir) // gone: no file in it
	for _, n := range names {
		stem := strings.TrimSuffix(n, path.Ext(n))
		file, back := path.Join(dir, n), path.Join(dir, stem)
		if path.Ext(stem) != ".ini" || !asideName.MatchString(n) || f.Host.Root.Exists(back) || !onlyRoots(f.Host.Root, file) {
			continue
		}
		w, ok := lastLineWith(f, file, vassalSocket, "#", ";")
		text, err := f.Host.Root.ReadFile(file)
		if !ok || err != nil || !sameSocket(spelledOut(stem, string(text), w.match[1]), l) {
			continue
		}
		found.Where = sysinfo.Place{File: file}
		found.Confidence = 0.95
		found.Summary += fmt.Sprintf("; %s, which listens there, was renamed, and the emperor reads files that end in .ini", file)
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, w.place))
		found.Fix = Fix{Title: "Give the file its name back", Risk: Low, Undo: fmt.Sprintf("mv -nT %s %s", sh(back), sh(file))}.
			Do("The emperor starts it by himself, a few seconds later", "mv -nT %s %s && sleep 4", sh(file), sh(back))
		return
	}
}

// asideName is how people, dpkg and rpm call a file that they put aside.
var asideName = whenAsked(`\.(off|bak|disabled|old|orig|save|aside|inactive|dpkg-old|dpkg-bak|ucf-old|rpmsave)$`)
