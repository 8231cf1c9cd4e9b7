package checks

import (
	"path"
	"slices"
	"time"

	"fix502/sysinfo"
)

const (
	minutesBefore = 10 * time.Minute // how long before a first failure a change of code is its likely reason
	scriptsLooked = 3000             // entries of a site's folders at the most
)

// writtenByApps are folders whose files an app writes itself, all the time.
var writtenByApps = whenAsked(`^(?:cache|tmp|temp|sessions?|uploads?|logs?|storage|node_modules|\..*)$`)

// changedScript is the PHP file below a folder that was written last before a moment, and no longer than ten minutes before it; empty when none was. Of a large
// site only the upper folders are looked at.
func changedScript(r sysinfo.Root, dir string, before time.Time) (file string, at time.Time) {
	left := scriptsLooked
	for todo := []string{path.Clean(dir)}; len(todo) > 0 && left > 0; {
		in := todo[0]
		todo = todo[1:]
		names, _ := r.ReadDir(in) // none to see
		slices.Sort(names)
		for _, name := range names {
			full := path.Join(in, name)
			i, err := r.Lstat(full)
			if left--; left < 0 || err != nil {
				break
			}
			switch {
			case i.Mode.IsDir() && !writtenByApps.MatchString(name):
				todo = append(todo, full)
			case i.Mode.IsRegular() && path.Ext(name) == ".php" && i.ModTime.After(at) && !i.ModTime.After(before) && before.Sub(i.ModTime) <= minutesBefore:
				file, at = full, i.ModTime
			}
		}
	}
	return file, at
}
