package checks

import (
	"path"
	"strings"

	"fix502/sysinfo"
)

// settingsNamed is a file of settings that a line of code names.
var settingsNamed = whenAsked(`['"\x60]((?:\.{0,2}/)?[\w./-]+\.(?:json|ya?ml|toml|ini|conf|cfg|properties))['"\x60]`)

// inSettings says that a file of settings which an app reads by itself names a word: one that its code names, or the one that its framework
// reads without being told (ASP.NET's appsettings.json, Spring's application.properties).
func inSettings(f *sysinfo.Facts, u sysinfo.Unit, word string) bool {
	dir := scriptFolder(u)
	var files []string
	if dir != "" {
		for _, name := range []string{"appsettings.json", "application.properties", "application.yml"} {
			files = append(files, path.Join(dir, name))
		}
	}
	for w := range strings.FieldsSeq(u.Exec) {
		code := w
		if !path.IsAbs(w) {
			code = path.Join("/", dir, w)
		}
		if path.Ext(w) == "" || inside(code, "/usr") || strayLink(f.Host.Root, code) {
			continue
		}
		for _, line := range linesIn(f.Host.Root, code) {
			for _, m := range settingsNamed.FindAllStringSubmatch(line, 8) {
				if path.IsAbs(m[1]) {
					files = append(files, m[1])
				} else {
					files = append(files, path.Join(path.Dir(code), m[1]), path.Join("/", dir, m[1]))
				}
			}
		}
	}
	says := wholeWord(word)
	for _, file := range files {
		if strayLink(f.Host.Root, file) {
			continue
		}
		for _, line := range linesIn(f.Host.Root, file) {
			if says.MatchString(line) {
				return true
			}
		}
	}
	return false
}
