package checks

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo"
)

// evilSaid is uWSGI's own word of it, in the second before the worker's death (core/master_checks.c).
var evilSaid = whenAsked(`\*\*\* EVIL RELOAD ON WORKER \d+ (RSS|ADDRESS SPACE): (\d+)`)

// evilReload: uWSGI's master itself killed the worker at its work, for it had grown beyond a limit of the app's settings. The option of the same name without
// "evil" lets a worker finish its request first.
func evilReload(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, line sysinfo.LogLine, found *Finding) bool {
	lines, err := f.Words(ctx, u)
	if err != nil {
		return false
	}
	for _, said := range reversed(lines) {
		m := evilSaid.FindStringSubmatch(said.Text)
		if m == nil || said.Time.After(line.Time.Add(time.Second)) || !within(said.Time, line.Time, 5*time.Second) {
			continue
		}
		grown, _ := strconv.ParseUint(m[2], 10, 64) // digits alone
		key := map[string]string{"RSS": "evil-reload-on-rss", "ADDRESS SPACE": "evil-reload-on-as"}[m[1]]
		at := iniLine(f, l, u, key)
		old := configLine(f.Host.Root, at)
		if key == "" || at.Line == 0 || strings.Count(old, "evil-") != 1 {
			return false
		}
		found.Where, found.Confidence = at, 0.97
		found.Summary = fmt.Sprintf("uWSGI's master kills workers of %s at their work: one had grown to %s (%s)", unitWord(u.Name), size(grown), strings.TrimSpace(old))
		found.Evidence = append(found.Evidence, Evidence{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}, lineOf(f.Host.Root, at))
		x := Fix{Title: "Let a worker finish its request before it starts anew", Risk: Medium, Undo: setLine(f.Host.Root, at, old)}
		x = x.Do("The same limit, looked at after each request", "%s", replace(f.Host.Root, at, key, strings.TrimPrefix(key, "evil-"))).
			Do("Restart the app", "%s && sleep 2", anew(u))
		found.Fix = x.Tell("Then see what makes a page so large; or raise the number, if the memory is there for it")
		return true
	}
	return false
}
