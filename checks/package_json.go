package checks

import (
	"encoding/json"
	"path"
	"slices"

	"fix502/sysinfo"
)

// nodeStart is the file that a start script runs: "node src/index.js", "NODE_ENV=production node --enable-source-maps dist/main.js".
var nodeStart = whenAsked(`(?:^|\s)node(?:\s+-\S+)*\s+(\S+\.[cm]?js)(?:\s|$)`)

// entryOf is the file with which a Node app begins, as its own package.json beside a file that is gone says: by its start script, else by "main" (package.json(5)).
// Empty where that says nothing else, or what it says is not there either.
func entryOf(r sysinfo.Root, gone string) string {
	if !slices.Contains([]string{".js", ".mjs", ".cjs"}, path.Ext(gone)) {
		return ""
	}
	dir := path.Dir(gone)
	text, err := r.ReadFile(path.Join(dir, "package.json"))
	if err != nil {
		return ""
	}
	var said struct {
		Main    string
		Scripts struct{ Start string }
	}
	if json.Unmarshal(text, &said) != nil {
		return ""
	}
	names := []string{said.Main}
	if m := nodeStart.FindStringSubmatch(said.Scripts.Start); m != nil {
		names = []string{m[1], said.Main}
	}
	for _, name := range names {
		file := path.Join(dir, name)
		if path.Ext(name) != "" && file != gone && inside(file, dir) && !inside(file, path.Join(dir, "node_modules")) && r.Exists(file) {
			return file
		}
	}
	return ""
}
