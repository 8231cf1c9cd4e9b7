package checks

import (
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// addLine puts a line at the end of a file. Where the last one has no newline, sed's a command ends it first; echo would
// write on.
func addLine(r sysinfo.Root, file, text string) string {
	b, err := r.ReadFile(file)
	file = realFile(r, file)
	if err == nil && len(b) > 0 && b[len(b)-1] != '\n' {
		return fmt.Sprintf("sed -i %s %s", sh(`$a\`+strings.ReplaceAll(text, `\`, `\\`)), sh(file))
	}
	return fmt.Sprintf("echo %s >>%s", sh(text), sh(file))
}

// dropLine takes away what addLine added, wherever it is by now.
func dropLine(r sysinfo.Root, file, text string) string {
	return fmt.Sprintf("sed -i %s %s", sh(`\#^`+sedPattern(text)+"$#d"), sh(realFile(r, file)))
}

// insertBefore adds a line above a place, with its indentation.
func insertBefore(r sysinfo.Root, at sysinfo.Place, text string) string {
	return sedLines(r, at, 'i', text)
}

// addBehind adds nginx's directives behind the one of that name at a place, and the way back: in lines below it, or on the line
// itself where its block ends there, too: location / { proxy_pass http://app; }
func addBehind(r sysinfo.Root, at sysinfo.Place, name string, add []string) (edit, undo string) {
	line := rawLine(r, at)
	if i := strings.Index(line, name+" "); i >= 0 {
		statement, rest, _ := strings.Cut(line[i:], ";")
		if rest, _, _ = strings.Cut(rest, "#"); strings.Contains(rest, "}") {
			longer := statement + "; " + strings.Join(add, " ")
			return replace(r, at, statement+";", longer), replace(r, at, longer, statement+";")
		}
	}
	return insertAfter(r, at, strings.Join(add, "\n")), removeBelow(r, at, len(add))
}
