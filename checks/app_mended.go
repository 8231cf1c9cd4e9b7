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

// newestOwn is the file of an app's own that was written last: beside its program, in its folder, of its environment.
func newestOwn(f *sysinfo.Facts, u sysinfo.Unit) (name string, at time.Time) {
	var dirs, files []string
	for w := range strings.FieldsSeq(u.Exec) {
		if path.IsAbs(w) && slices.Contains(ownKinds, path.Ext(w)) {
			dirs = append(dirs, path.Dir(w))
		}
	}
	for _, l := range f.UnitLines(u) {
		if l.Key == "EnvironmentFile" {
			files = append(files, strings.TrimPrefix(l.Value, "-"))
		}
	}
	for _, dir := range append(dirs, u.Folder()) {
		if dir == "" || dir == "/" || theSystems(dir) {
			continue
		}
		names, _ := f.Host.Root.ReadDir(dir) // gone: nothing in it was changed
		for _, n := range names[:min(len(names), 200)] {
			if slices.Contains(ownKinds, path.Ext(n)) || n == ".env" {
				files = append(files, path.Join(dir, n))
			}
		}
	}
	for _, file := range files {
		if i, err := f.Host.Root.Stat(file); err == nil && i.ModTime.After(at) {
			name, at = file, i.ModTime
		}
	}
	return name, at
}

// mendedSince is a file of an app's own that was written after its last run ended, so that what it said last may be no more; empty
// when there is none.
func mendedSince(f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine) string {
	for _, l := range reversed(lines) {
		if strings.Contains(l.Text, "Main process exited") || strings.Contains(l.Text, "Failed with result") && !strings.Contains(l.Text, "start-limit-hit") {
			if name, at := newestOwn(f, u); at.After(l.Time) {
				return name
			}
			return ""
		}
	}
	return ""
}
