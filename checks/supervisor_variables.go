package checks

import (
	"fmt"
	"strings"

	"fix502/sysinfo"
)

var (
	variablesLine = whenAsked(`^environment\s*=`)
	sectionLine   = whenAsked(`^\[`)
)

// keptVariables gives a program of supervisord's more variables: environment=KEY="value",… in its section.
func keptVariables(f *sysinfo.Facts, u sysinfo.Unit, x Fix, say, text string) Fix {
	if !strings.HasPrefix(u.Fragment, "/etc/") { // whose a file elsewhere is, its folder says
		return x.Tell("%s: add %s to its environment in %s, and let supervisord read that", say, text, u.Fragment)
	}
	r, update := f.Host.Root, takenUp(unitWord(u.Name))
	old := lineIn(f, u, variablesLine)
	if old.Known() { // the last one counts, and nothing of a former one
		edit, undo := addVariables(r, valueEnd(r, old), text)
		x.Undo = undo + "; " + update
		return x.Do(say, "%s", edit).Do("Let supervisord read it", "%s", update)
	}
	head := lineIn(f, u, sectionLine)
	x.Undo = removeBelow(r, head, 1) + "; " + update
	return x.Do(say, "%s", insertAfter(r, head, "environment="+text)).Do("Let supervisord read it", "%s", update)
}

// addVariables writes more of them behind the last line of a program's, before what is a comment there. With a comma too many or too few
// supervisord takes none of its files, and does not come back from a restart. The line may hold passwords, and is not written anew.
func addVariables(r sysinfo.Root, at sysinfo.Place, text string) (edit, undo string) {
	value, _, noted := strings.Cut(configLine(r, at), " ;")
	if value = strings.TrimSpace(value); !strings.HasSuffix(value, "=") && !strings.HasSuffix(value, ",") {
		text = "," + text
	}
	if undo = replace(r, at, text, ""); noted {
		return replace(r, at, " ;", text+" ;"), undo
	}
	return fmt.Sprintf("sed -i %s %s", sh(fmt.Sprintf("%ds#$#%s#", at.Line, sedText(text))), sh(realFile(r, at.File))), undo
}

// lineIn is a line of a program's part of supervisord's file.
func lineIn(f *sysinfo.Facts, u sysinfo.Unit, is pattern) sysinfo.Place {
	return lastSetting(f, []string{u.Fragment}, func(section, line string) bool { return section == u.Section() && is.MatchString(line) })
}
