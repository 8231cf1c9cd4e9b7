package checks

import (
	"context"
	"maps"
	"slices"

	"fix502/sysinfo"
)

// vassalDown is the vassal of a running Emperor that should listen for a hop, where nobody does: the Emperor starts it over and over, ever more rarely, and stays "active".
func vassalDown(ctx context.Context, f *sysinfo.Facts, l *live) (sysinfo.Unit, bool) {
	units, err := f.Services(ctx)
	if err != nil || l.reach.Listener != nil {
		return sysinfo.Unit{}, false
	}
	for _, name := range slices.Sorted(maps.Keys(units)) {
		keeper := units[name]
		if dir := f.Emperor(keeper); dir != "" && name == keeper.Name && keeper.Running() {
			if file := vassalOf(f.Host.Root, l, dir); file != "" && !strayLink(f.Host.Root, file) {
				return vassal(f, keeper, file), true
			}
		}
	}
	return sysinfo.Unit{}, false
}

// vassal is a program of an Emperor's, with the user whom its file names.
func vassal(f *sysinfo.Facts, keeper sysinfo.Unit, file string) sysinfo.Unit {
	u := sysinfo.KeptApp(keeper, file)
	if w, ok := lastLineWith(f, file, uidLine, "#", ";"); ok {
		u.User, u.Group = w.match[1], ""
	}
	if w, ok := lastLineWith(f, file, gidLine, "#", ";"); ok {
		u.Group = w.match[1]
	}
	return u
}

var (
	uidLine = whenAsked(`^\s*uid\s*[=:]\s*(\S+)`)
	gidLine = whenAsked(`^\s*gid\s*[=:]\s*(\S+)`)
)
