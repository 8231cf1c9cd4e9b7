package checks

import (
	"strings"

	"fix502/sysinfo"
)

// cutShort are the words nginx has for a directive that goes on into the next line.
var cutShort = []string{"invalid number of arguments", "is not terminated by", `unexpected "}"`, "invalid parameter", `expecting ";" or "}"`}

// withoutEnd is the line above a syntax error that lacks its semicolon: nginx names the line where it noticed, not the
// one that is wrong.
func withoutEnd(r sysinfo.Root, text string, at sysinfo.Place) (sysinfo.Place, bool) {
	if !at.Known() || !containsAny(text, cutShort...) {
		return sysinfo.Place{}, false
	}
	for at.Line--; at.Line > 0; at.Line-- {
		line := withoutComment(configLine(r, at))
		if line == "" {
			continue
		}
		above := sysinfo.Place{File: at.File, Line: at.Line - 1}
		for above.Line > 0 && withoutComment(configLine(r, above)) == "" {
			above.Line--
		}
		whole := above.Line == 0 || ends(withoutComment(configLine(r, above)))
		return at, !ends(line) && whole
	}
	return sysinfo.Place{}, false
}

func withoutComment(line string) string {
	if strings.HasPrefix(line, "#") {
		return ""
	}
	line, _, _ = strings.Cut(strings.ReplaceAll(line, "\t#", " #"), " #")
	return strings.TrimSpace(line)
}

// withWords is a line with more words at its end, before a comment there.
func withWords(line, words string) string {
	code := withoutComment(line)
	return strings.Replace(line, code, code+" "+words, 1)
}

func ends(line string) bool {
	return strings.HasSuffix(line, ";") || strings.HasSuffix(line, "{") || strings.HasSuffix(line, "}")
}

func containsAny(s string, parts ...string) bool {
	for _, p := range parts {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}
