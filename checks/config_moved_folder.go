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
	return x, false
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
