package checks

import (
	"strings"

	"fix502/sysinfo"
)

// byteOrder is the mark that some editors put before a file's first letter; no gateway's parser skips it.
const byteOrder = "\ufeff"

// cureFile mends what is wrong with a file as a whole: a mark at its beginning, or a last line that was cut off.
func (t *confError) cureFile(g *sysinfo.Gateway, x Fix) (Fix, bool) {
	b, err := g.Root.ReadFile(t.place.File)
	if err != nil || t.place.Line == 0 {
		return x, false
	}
	file, last := sh(realFile(g.Root, t.place.File)), strings.Count(string(b), "\n")+1
	switch {
	case strings.HasPrefix(string(b), byteOrder):
		t.place.Line = 1
		x.Undo = `sed -i '1s/^/\xef\xbb\xbf/' ` + file
		return x.Do("Take the mark away that an editor put before the first letter (a BOM): "+g.Title()+" takes it for a part of the first word", `sed -i '1s/^\xef\xbb\xbf//' %s`, file), true
	case g.Kind == "haproxy" && t.place.Line == last && !strings.HasPrefix(t.text, "Missing LF") && !guards(configLine(g.Root, t.place)):
		x.Risk, x.Workaround = Medium, true
		return x.Do("The file was cut off in this line. Write it to its end, or take the line out until somebody knows what it said", "%s", commentOut(g.Root, t.place)).
			Do("And end it: HAProxy takes a file whose last line does not for one that was cut off", "echo >>%s", file), true
	}
	return x, false
}
