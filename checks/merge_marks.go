package checks

import (
	"strings"

	"fix502/sysinfo"
)

// mergeMarks are the lines that git leaves where two sides of a merge meet; diff3 writes what both came from between them.
var mergeMarks = whenAsked(`^(<<<<<<< |\|\|\|\|\|\|\||=======$|>>>>>>> )`)

// mergeIn counts git's marks in a file, and says whether each merge has all of its own, and whether a lower side has a line that guards.
func mergeIn(r sysinfo.Root, file string, guards func(line string) bool) (marks int, whole, guard bool) {
	const outside, upper, lower = 0, 1, 2
	side := outside
	whole = true
	for _, line := range linesIn(r, file) {
		line = strings.TrimRight(line, "\r\n")
		mark := mergeMarks.FindString(line)
		if mark == "" {
			guard = guard || side == lower && guards(strings.TrimSpace(line))
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
