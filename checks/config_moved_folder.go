package checks

import (
	"path"
	"strings"

	"fix502/sysinfo"
)

// movedFolder is for a file that a line names and that is gone, where one folder beside its own has a file of that name, or it is known where it went: all
// lines that name files of the old folder that are in the new one name them there.
func (t *confError) movedFolder(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	home := path.Dir(g.Config)
	whole := func(name string) string {
		if path.IsAbs(name) {
			return name
		}
		return path.Join(home, name)
	}
	for _, name := range pathsIn(line) {
		old := path.Dir(name)
		if old == "." || old == "/" || g.Root.Exists(whole(name)) || !strings.Contains(t.text, path.Base(name)) {
			continue
		}
		there := ""
		if found, err := g.Root.Glob(path.Join(path.Dir(whole(old)), "*", path.Base(name))); err == nil && len(found) == 1 && !g.Root.Exists(whole(old)) {
			there = found[0]
		} else if there = movedTo(g.Root, whole(name)); there == "" || !onlyRoots(g.Root, there) {
			continue
		}
		now := path.Dir(there)
		if !path.IsAbs(old) {
			now = strings.TrimPrefix(now, home+"/")
		}
		var undo []string
		for at, raw := range linesIn(g.Root, configFiles(g)...) {
			for _, n := range pathsIn(withoutComment(strings.TrimSpace(raw))) {
				if path.Dir(n) == old && !g.Root.Exists(whole(n)) && g.Root.Exists(whole(path.Join(now, path.Base(n)))) {
					x = x.Do("Its folder is called "+whole(now)+" now", "%s", replace(g.Root, at, n, path.Join(now, path.Base(n))))
					undo = append(undo, replace(g.Root, at, path.Join(now, path.Base(n)), n))
				}
			}
		}
		x.Undo = undoAll(undo)
		t.evidence = append(t.evidence, Evidence{Source: "ls " + whole(name) + " " + there, Text: "only " + there + " is there"})
		return x, len(undo) > 0
	}
	return t.renamedFile(g, x, line, whole)
}

// renamedFile is for a file that a line names and that has a longer or a shorter name now: the only one of its kind in the folder that is called after it, and
// that no other line names.
func (t *confError) renamedFile(g *sysinfo.Gateway, x Fix, line string, whole func(string) string) (Fix, bool) {
	for _, name := range pathsIn(line) {
		file := whole(name)
		if g.Root.Exists(file) || !strings.Contains(t.text, path.Base(file)) || strings.Count(line, name) != 1 {
			continue
		}
		names, _ := g.Root.ReadDir(path.Dir(file)) // no folder has none
		var like []string
		for _, n := range names {
			full := path.Join(path.Dir(file), n)
			if path.Ext(n) == path.Ext(file) && longerOrShorter(strings.TrimSuffix(n, path.Ext(n)), strings.TrimSuffix(path.Base(file), path.Ext(file))) && isFile(g.Root, full) && onlyRoots(g.Root, full) && !namedAlready(g, full) {
				like = append(like, n)
			}
		}
		if len(like) != 1 {
			continue
		}
		now := path.Join(path.Dir(name), like[0])
		x.Undo = replace(g.Root, t.place, now, name)
		t.evidence = append(t.evidence, Evidence{Source: "ls " + path.Dir(file), Text: like[0] + " is there, and no other line names it"})
		return x.Do("The file is called "+like[0]+" now: look into it first", "%s", replace(g.Root, t.place, name, now)), true
	}
	return x, false
}

// namedAlready says that a line of a gateway's configuration names a file.
func namedAlready(g *sysinfo.Gateway, file string) bool {
	names := wholePath(file)
	for _, line := range linesIn(g.Root, configFiles(g)...) {
		if names.MatchString(" " + withoutComment(line)) {
			return true
		}
	}
	return false
}

// pathsIn are the words of a line that name a file in a folder.
func pathsIn(line string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\"';,()|", r) }) {
		if strings.Contains(w, "/") && !strings.Contains(w, "://") && !strings.HasSuffix(w, "/") && !strings.ContainsAny(w, "*{$") {
			out = append(out, w)
		}
	}
	return out
}
