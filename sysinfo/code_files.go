package sysinfo

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo/late"
)

// code reads a file of an app's own, or of its settings, no link out of its folder, and nothing that the app's user may not read.
func (r Root) code(name, home string, who Creds) (codeText, bool) {
	steps, err := r.Walk(name)
	if err != nil || len(steps) == 0 || strings.Contains(name, "/vendor/") || strings.Contains(name, "/node_modules/") {
		return codeText{}, false
	}
	last, shut := steps[len(steps)-1], func(i Info) bool { return i.Mode.IsDir() && !who.May(i, 1) }
	if !last.Mode.IsRegular() || last.Size > maxCodeBytes || home != "" && !strings.HasPrefix(last.Path, home+"/") || !who.May(last, 4) || slices.ContainsFunc(steps, shut) {
		return codeText{}, false
	}
	b, err := r.ReadFile(last.Path)
	if err != nil {
		return codeText{}, false
	}
	text := string(b)
	if isData(last.Path) && path.Ext(last.Path) != ".json" {
		text = iniAsCode(text)
	}
	return readCode(last.Path, text), true
}

var (
	phpTakes    = late.New(`\b(?:require|include)(?:_once)?\s*\(?\s*(?:(?:((?:dirname\(\s*)*)(__DIR__|__FILE__)(?:\s*,\s*(\d))?[\s)]*|([A-Z][A-Z0-9_]*)\s*)\.\s*)?['"]([^'"\n]+\.(?:php|inc))['"]`)
	nodeTakes   = late.New(`\b(?:require\(\s*|from\s+|import\s+)['"](\.{1,2}/[\w./-]+)['"]`)
	pythonTakes = late.New(`(?m)^\s*(?:from\s+\.?([A-Za-z_][\w.]*)\s+import|import\s+([A-Za-z_][\w.]*))`)
	djangoTakes = late.New(`DJANGO_SETTINGS_MODULE['"]\s*,\s*['"]([\w.]+)['"]`)
)

// takenIn are the files that a file of code takes in by a name that stands there.
func takenIn(c codeText) []string {
	dir := path.Dir(c.file)
	if isData(c.file) {
		return nil
	}
	out := dataTakenIn(c)
	switch path.Ext(c.file) {
	case ".php", ".inc":
		if !containsOne(c.text, []string{"require", "include"}) {
			return out
		}
		for _, m := range phpTakes.FindAllStringSubmatch(c.text, maxCode) {
			out = append(out, phpTaken(c.file, m)...)
		}
	case ".py":
		for _, m := range append(pythonTakes.FindAllStringSubmatch(c.text, 40), djangoTakes.FindAllStringSubmatch(c.text, 1)...) {
			out = append(out, moduleFile(dir, strings.Join(m[1:], "")))
		}
	default:
		for _, m := range nodeTakes.FindAllStringSubmatch(c.text, maxCode) {
			name := path.Join(dir, m[1])
			if path.Ext(name) == "" {
				name += ".js"
			}
			out = append(out, name)
		}
	}
	return out
}

// moduleFile is the file of a module as one in a folder calls it: from its own folder, or by its whole name, from where its package lies.
func moduleFile(dir, module string) string {
	first, _, _ := strings.Cut(module, ".")
	for up := dir; strings.Count(up, "/") > 1; up = path.Dir(up) {
		if path.Base(up) == first {
			dir = path.Dir(up)
			break
		}
	}
	return path.Join(dir, strings.ReplaceAll(module, ".", "/")+".py")
}

// phpTaken are the files that one match of phpTakes may mean: dirname(__DIR__, 2) . '/config.php' is two folders above the file's own, and
// ROOT . '/config.php' lies beside the page, or beside its app.
func phpTaken(file string, m []string) []string {
	dir := path.Dir(file)
	if m[4] != "" {
		return []string{path.Join(dir, m[5]), path.Join(path.Dir(dir), m[5])}
	}
	if m[2] == "" {
		return []string{relativeTo(dir, m[5])}
	}
	from := file
	if m[2] == "__DIR__" {
		from = dir
	}
	up := strings.Count(m[1], "dirname")
	if n, err := strconv.Atoi(m[3]); err == nil {
		up += n - 1
	}
	for range up {
		from = path.Dir(from)
	}
	return []string{path.Clean(from + "/" + m[5])}
}
