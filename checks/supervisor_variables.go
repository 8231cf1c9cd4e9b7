package checks

import (
	"strings"

	"fix502/sysinfo"
)

var (
	variablesLine = whenAsked(`^environment\s*=`)
	sectionLine   = whenAsked(`^\[`)
)

// giveVariables gives a program of supervisord's more variables, and says how to take them away again.
func giveVariables(f *sysinfo.Facts, u sysinfo.Unit, text string) (edit, undo string) {
	r := f.Host.Root
	if old := lineIn(f, u, variablesLine); old.Known() { // the last one counts, and nothing of a former one
		return addVariables(r, valueEnd(r, old), text)
	}
	head := lineIn(f, u, sectionLine)
	return insertAfter(r, head, "environment="+text), removeBelow(r, head, 1)
}

// addVariables writes more of them behind the last line of a program's, before what is a comment there.
func addVariables(r sysinfo.Root, at sysinfo.Place, text string) (edit, undo string) {
	line := configLine(r, at)
	value, comment, noted := strings.Cut(line, " ;")
	value = strings.TrimRight(value, ", \t")
	if !strings.HasSuffix(value, "=") { // environment= alone, and nothing behind
		value += ","
	}
	if value += text; noted {
		value += " ;" + comment
	}
	return setLine(r, at, value), setLine(r, at, line)
}

// lineIn is a line of a program's part of supervisord's file.
func lineIn(f *sysinfo.Facts, u sysinfo.Unit, is pattern) sysinfo.Place {
	return lastSetting(f, []string{u.Fragment}, func(section, line string) bool { return section == u.Section() && is.MatchString(line) })
}
