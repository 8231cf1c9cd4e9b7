package checks

import (
	"strings"

	"fix502/sysinfo"
)

// mergeMarks are the lines that git leaves where two sides of a merge meet; diff3 writes what both came from between them.
var mergeMarks = whenAsked(`^(<<<<<<< |\|\|\|\|\|\|\||=======$|>>>>>>> )`)

// unmerge keeps the upper side of a merge, and switches the rest off. A mark that was forgotten goes alone.
func unmerge(t *poolTrouble, x Fix) Fix {
	switch marks, whole, guard := mergeIn(t.root, t.d.place.File); {
	case marks == 1:
		return x.Do("Take out the mark that git left; all other lines stay", "%s", t.set(";"+t.old))
	case !whole || guard:
		x.Undo = ""
		return x.Tell("git left its marks in %s, and which lines count a person has to say: they may keep the pool's scripts from something", t.d.place.File)
	}
	file := sh(realFile(t.root, t.d.place.File))
	x.Undo = "sed -i " + sh(`/^;<<<<<<< /s/^;//;/^;\(|||||||.*\|=======\)$/,/^;>>>>>>> /s/^;//`) + " " + file
	return x.Tell("git left both sides of a merge in the file: this keeps the upper one; look whether it is the right one").
		Do("Take the lower side out, and git's marks", "sed -i %s %s", sh(`/^<<<<<<< /s/^/;/;/^\(|||||||.*\|=======\)$/,/^>>>>>>> /s/^/;/`), file)
}

// mergeIn counts git's marks in a file, and says whether each merge has all of its own, and whether a lower side has a line that guards.
func mergeIn(r sysinfo.Root, file string) (marks int, whole, guard bool) {
	const outside, upper, lower = 0, 1, 2
	side := outside
	whole = true
	for _, line := range linesIn(r, file) {
		line = strings.TrimRight(line, "\r\n")
		mark := mergeMarks.FindString(line)
		if mark == "" {
			guard = guard || side == lower && guardsPool(strings.TrimSpace(line))
			continue
		}
		marks++
		switch mark[0] {
		case '<':
			whole, side = whole && side == outside, upper
		case '>':
			whole, side = whole && side == lower, outside
		default:
			whole, side = whole && side != outside, lower
		}
	}
	return marks, whole && side == outside, guard
}
