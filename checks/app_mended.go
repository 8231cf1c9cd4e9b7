package checks

import (
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
)

// ownKinds are the endings of the files in which people correct an app.
var ownKinds = []string{".js", ".mjs", ".cjs", ".ts", ".py", ".rb", ".php", ".json", ".yml", ".yaml", ".toml", ".ini", ".conf", ".cfg", ".env", ".properties", ".xml"}

// newestOwn is the file that was written last of those that decide how an app starts: what its command names, its unit's own files, its
// environment, and what its last words name. What else lies in its folder may be written by anybody at any time.
func newestOwn(f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine) (name string, at time.Time) {
	files := append([]string{u.Fragment}, path.Join("/", u.Folder(), ".env"))
	for w := range strings.FieldsSeq(u.Exec) {
		if slices.Contains(ownKinds, path.Ext(w)) && !path.IsAbs(w) {
			w = path.Join("/", u.Folder(), w)
		}
		files = append(files, w)
	}
	for _, l := range f.UnitLines(u) {
		files = append(files, l.File)
		if l.Key == "EnvironmentFile" {
			files = append(files, strings.TrimPrefix(l.Value, "-"))
		}
	}
	for _, l := range latest(lines) {
		files = append(files, namedFile.FindAllString(l.Text, -1)...)
	}
	for _, file := range files {
		if !path.IsAbs(file) || theSystems(file) && !strings.HasPrefix(file, "/etc/") {
			continue
		}
		if i, err := f.Host.Root.Stat(file); err == nil && i.Mode.IsRegular() && i.ModTime.After(at) {
			name, at = file, i.ModTime
		}
	}
	return name, at
}

// namedFile is a file in a program's own words.
var namedFile = whenAsked(`/[\w./-]+\.(?:js|mjs|cjs|ts|py|rb|php|json|yml|yaml|toml|ini|conf|cfg|env|properties|xml)\b`)

// mendedSince is a file of an app's own that was written after its last run ended, so that what it said last may be no more; empty
// when there is none.
func mendedSince(f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine) string {
	for _, l := range reversed(lines) {
		if strings.Contains(l.Text, "Main process exited") || strings.Contains(l.Text, "Failed with result") && !strings.Contains(l.Text, "start-limit-hit") {
			if name, at := newestOwn(f, u, lines); at.After(l.Time) {
				return name
			}
			return ""
		}
	}
	return ""
}
