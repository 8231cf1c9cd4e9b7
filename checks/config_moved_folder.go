package checks

import (
	"path"
	"strings"

	"fix502/sysinfo"
)

// movedFolder is for a file that a line names in a folder that is gone, where one folder beside it has a file of that name: all lines that name
// files of the old folder name them in the new one.
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
		if old == "." || old == "/" || g.Root.Exists(whole(old)) || !strings.Contains(t.text, path.Base(name)) {
			continue
		}
		there, err := g.Root.Glob(path.Join(path.Dir(whole(old)), "*", path.Base(name)))
		if err != nil || len(there) != 1 {
			continue
		}
		now := path.Dir(there[0])
		if !path.IsAbs(old) {
			now = strings.TrimPrefix(now, home+"/")
		}
		var undo []string
		for at, raw := range linesIn(g.Root, configFiles(g)...) {
			for _, n := range pathsIn(withoutComment(strings.TrimSpace(raw))) {
				if path.Dir(n) == old && g.Root.Exists(whole(path.Join(now, path.Base(n)))) {
					x = x.Do("Its folder is called "+whole(now)+" now", "%s", replace(g.Root, at, n, path.Join(now, path.Base(n))))
					undo = append(undo, replace(g.Root, at, path.Join(now, path.Base(n)), n))
				}
			}
		}
		x.Undo = undoAll(undo)
		t.evidence = append(t.evidence, Evidence{Source: "ls -d " + whole(old) + " " + there[0], Text: "only " + there[0] + " is there"})
		return x, len(undo) > 0
	}
	return x, false
}

// pathsIn are the words of a line that name a file in a folder.
func pathsIn(line string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\"';,()", r) }) {
		if strings.Contains(w, "/") && !strings.Contains(w, "://") && !strings.HasSuffix(w, "/") && !strings.ContainsAny(w, "*{$") {
			out = append(out, w)
		}
	}
	return out
}
