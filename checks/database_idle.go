package checks

import (
	"context"
	"maps"
	"slices"

	"fix502/sysinfo"
)

// idleStores: nothing tells why the app fails, and a database or cache of this machine failed as well, or should run and does not: the app may need it.
// It is named as that, and no more.
func idleStores(ctx context.Context, f *sysinfo.Facts, found *Finding) {
	all, err := f.Services(ctx)
	if err != nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		u := all[name]
		if name != u.Name || storeKind(u) == "" || u.Load == "not-found" || u.Running() && !u.Looping() || u.Active != "failed" && !u.Looping() && u.Enabled != "enabled" {
			continue
		}
		word := unitWord(name)
		found.Summary += "; " + word + ", which it may need, does not run"
		found.Evidence = append(found.Evidence, unitSays(u))
		x := Fix{Title: "See why " + word + " does not run", Risk: found.Fix.Risk, Undo: found.Fix.Undo}
		x = x.Do(word+" does not run: read why first. If the app keeps its data there, that is the cause", "systemctl status --no-pager -n 20 %s", sh(word))
		x.Steps = append(x.Steps, found.Fix.Steps...)
		found.Fix = x
		return
	}
}
