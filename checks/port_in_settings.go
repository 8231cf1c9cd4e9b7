package checks

import (
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// settingsNamed is a file of settings that a line of code names.
var settingsNamed = whenAsked(`['"\x60]((?:\.{0,2}/)?[\w./-]+\.(?:json|ya?ml|toml|ini|conf|cfg|properties))['"\x60]`)

// takesIn is how a Node program takes in another file of its own.
var takesIn = whenAsked(`(?:require\(|from |import )\s*['"](\.{1,2}/[\w./-]+)['"]`)

// settingsRead are the files of settings that an app reads by itself: those that its command or its code names, and those that its framework
// reads without being told (gunicorn.conf.py, config/puma.rb, ASP.NET's appsettings.json, Spring's application.properties).
func settingsRead(f *sysinfo.Facts, u sysinfo.Unit) []string {
	dir := scriptFolder(u)
	var files []string
	if dir != "" {
		for _, name := range []string{"appsettings.json", "application.properties", "application.yml"} {
			files = append(files, path.Join(dir, name))
		}
	}
	for _, code := range codeRun(f, u) {
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
	for _, file := range f.SettingsOf(u) {
		if !inside(file, "/usr") {
			files = append(files, file)
		}
	}
	slices.Sort(files)
	return slices.DeleteFunc(slices.Compact(files), func(file string) bool { return strayLink(f.Host.Root, file) })
}

// codeRun are the files with an ending in a service's command: its script, and what that is given; and a script of its own without one (bin/www), with the
// files of the app's that it takes in.
func codeRun(f *sysinfo.Facts, u sysinfo.Unit) []string {
	var files []string
	if program := firstWord(u.Exec); interpreter(f.Host.Root, program) != "" {
		files = append(files, program)
		for _, line := range linesIn(f.Host.Root, program) {
			for _, m := range takesIn.FindAllStringSubmatch(line, 4) {
				for _, end := range moduleEnds {
					if file := path.Join(path.Dir(program), m[1]) + end; path.Ext(file) != "" && !isDir(f.Host.Root, file) && f.Host.Root.Exists(file) && !strayLink(f.Host.Root, file) {
						files = append(files, file)
						break
					}
				}
			}
		}
	}
	for w := range strings.FieldsSeq(u.Exec) {
		code := w
		if !path.IsAbs(w) {
			code = path.Join("/", scriptFolder(u), w)
		}
		if path.Ext(w) != "" && !inside(code, "/usr") && !strayLink(f.Host.Root, code) {
			files = append(files, code)
		}
	}
	return files
}

// inSettings says that a file of settings which an app reads by itself names a word.
func inSettings(f *sysinfo.Facts, u sysinfo.Unit, word string) bool {
	says := wholeWord(word)
	for _, file := range settingsRead(f, u) {
		for _, line := range linesIn(f.Host.Root, file) {
			if says.MatchString(line) {
				return true
			}
		}
	}
	return false
}
