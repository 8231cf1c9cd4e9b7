package sysinfo

import (
	"path"
	"slices"
	"strings"

	"fix502/sysinfo/late"
)

// dataTakes are the calls by which code reads settings from a file that is no code, with the file's name: parse_ini_file(), readFileSync(), open().
var dataTakes = late.New(`\b(?:parse_ini_file|file_get_contents|readFileSync|readFile|open|read|require)\s*\(\s*(?:(?:((?:dirname\(\s*)*)(__DIR__|__FILE__|__dirname)(?:\s*,\s*(\d))?[\s)]*|([A-Z][A-Z0-9_]*)\s*)[.+]\s*)?['"]([^'"\n]*\.(?:ini|json|cfg|conf|env))['"]`)

// dataEnds are how the names of such files end; .env is the whole name of one mostly.
var dataEnds = []string{".ini", ".json", ".cfg", ".conf", ".env"}

// dataTakenIn are the files of settings that a file of code reads by a name that stands there.
func dataTakenIn(c codeText) []string {
	if !containsOne(c.text, dataEnds) {
		return nil
	}
	var out []string
	for _, m := range dataTakes.FindAllStringSubmatch(c.text, maxCode) {
		if m[2] == "__dirname" {
			m[2] = "__DIR__"
		}
		out = append(out, phpTaken(c.file, m)...)
	}
	return out
}

// isData says that a file holds settings and no code: one that code names by its whole path may lie anywhere, /etc for one.
func isData(name string) bool {
	return slices.Contains(dataEnds, path.Ext(name))
}

// iniAsCode writes an INI file as the array that code gets of it, a line for each line.
func iniAsCode(text string) string {
	quote := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
	var b strings.Builder
	b.WriteString("[")
	open := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		key, value, ok := strings.Cut(line, "=")
		key = strings.TrimSpace(key)
		switch {
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			if open {
				b.WriteString("], ")
			}
			open = true
			b.WriteString("'" + quote.Replace(strings.Trim(line, "[] ")) + "' => [")
		case ok && key != "" && line[0] != ';' && line[0] != '#':
			value = strings.TrimSpace(value)
			if n := len(value); n > 1 && (value[0] == '"' || value[0] == '\'') && strings.IndexByte(value[1:], value[0]) > 0 {
				value = value[1 : 1+strings.IndexByte(value[1:], value[0])]
			} else if i := strings.Index(value, " ;"); i >= 0 {
				value = strings.TrimSpace(value[:i])
			}
			b.WriteString("'" + quote.Replace(key) + "' => '" + quote.Replace(value) + "',")
		}
		b.WriteString("\n")
	}
	if open {
		b.WriteString("]")
	}
	return b.String() + "];"
}
