package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// unsaved: nobody here is known to be the app, and a pm2 had started one program that is gone and that it never saved.
func unsaved(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) bool {
	if !l.hit {
		return false // only the page of this run is worth the search
	}
	all := f.PM2Unsaved(ctx)
	if len(all) != 1 {
		return false // which one is the app, nobody can tell
	}
	u := all[0]
	last := lastSaid(latest(u.Words), nodeError, pythonError)
	if last == nil {
		return false
	}
	state := "does not run"
	if u.Errored {
		state = "was given up after too many restarts"
	}
	found.Confidence = 0.85
	found.Summary += fmt.Sprintf("; pm2's %s, which was never saved, %s: %s", u.Name, state, strings.TrimSpace(last.Text))
	found.Evidence = append(found.Evidence, Evidence{Source: last.Source, Text: last.Text, Time: last.Time})
	if at := codePlace(f, "", u.Words, last); at.Known() {
		found.Where = at
		found.Evidence = append(found.Evidence, codeLine(f.Host.Root, at))
	}
	x := Fix{Title: "Repair the app, then start pm2's " + u.Name, Risk: Medium}
	x = mendSaid(x, last.Text)
	if u.Alive {
		x = x.Do("Start it again; without the repair it may fail again", "%s && sleep 2", u.Command("restart "+u.Name))
	} else {
		x = x.Tell("pm2's daemon does not run, and nothing was saved that it could bring back: start the app with pm2 start SCRIPT --name %s, as it was started before", u.Name)
	}
	found.Fix = x.Tell("When it runs: %s, and pm2 startup, so that a reboot brings it back", u.Command("save"))
	return true
}
