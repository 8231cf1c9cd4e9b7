package checks

import (
	"strings"

	"fix502/sysinfo"
)

// wholeValue is a setting with all that goes on in the lines below it.
func wholeValue(r sysinfo.Root, at sysinfo.Place) string {
	var words []string
	end := valueEnd(r, at)
	for p, line := range linesIn(r, at.File) {
		if line = strings.TrimSpace(line); p.Line >= at.Line && p.Line <= end.Line && !strings.HasPrefix(line, ";") {
			words = append(words, withoutComment(line))
		}
	}
	return strings.Join(words, " ")
}

// valueEnd is the last line of a value in the files of Python's programs, supervisord's and fail2ban's: it goes on in those below that are
// indented, with comments in between (configparser, "Supported INI File Structure").
func valueEnd(r sysinfo.Root, at sysinfo.Place) sysinfo.Place {
	last := at
	for p, line := range linesIn(r, at.File) {
		code := strings.TrimSpace(line)
		switch {
		case p.Line <= at.Line || code == "" || strings.ContainsAny(code[:1], ";#"):
		case code[0] == line[0]:
			return last
		default:
			last = p
		}
	}
	return last
}
