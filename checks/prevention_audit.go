package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fix502/sysinfo"
)

// phpEnds is when PHP's makers stop mending a version (php.net/supported-versions): the end of the year from 8.1 on.
var phpEnds = map[string]string{"5.6": "2018-12-31", "7.0": "2019-01-10", "7.1": "2019-12-01", "7.2": "2020-11-30", "7.3": "2021-12-06", "7.4": "2022-11-28",
	"8.0": "2023-11-26", "8.1": "2025-12-31", "8.2": "2026-12-31", "8.3": "2027-12-31", "8.4": "2028-12-31", "8.5": "2029-12-31"}

func preventAudits() Check {
	return prevention(Check{
		ID: "prevention-audits", Title: "Nothing here has grown old",
		Means: `Whether PHP's own makers still mend the version in use (a distribution may mend it longer), when packages were last upgraded, and which WordPress plugins
have not changed for two years. Old code is where crashes come from. First step: once a month, apt list --upgradable, and remove plugins nobody uses.`,
	}, func(ctx context.Context, f *sysinfo.Facts) (string, string, []Evidence) {
		now := f.Host.Now()
		var old []string
		var ev []Evidence
		pools, _ := f.FPM(ctx) // none: nothing to say of PHP
		for _, p := range pools {
			end, err := time.Parse(time.DateOnly, phpEnds[p.Number])
			if err != nil || !p.Running() {
				continue
			}
			ev = append(ev, Evidence{Source: "php.net/supported-versions", Text: fmt.Sprintf("PHP %s is mended until %s", p.Number, end.Format(time.DateOnly))})
			if end.Before(now) {
				old = append(old, fmt.Sprintf("PHP %s is no longer mended by its makers since %s", p.Number, end.Format(time.DateOnly)))
			}
		}
		for _, log := range []string{"/var/log/apt/history.log", "/var/log/dnf.rpm.log", "/var/lib/dpkg/status"} {
			i, err := f.Host.Root.Stat(log)
			if err != nil {
				continue
			}
			ev = append(ev, Evidence{Source: log, Text: "packages last changed " + i.ModTime.Format(time.DateOnly), Time: i.ModTime})
			if age := now.Sub(i.ModTime); age > 90*24*time.Hour {
				old = append(old, fmt.Sprintf("no package was changed for %s", lasting(age)))
			}
			break
		}
		stale := 0
		for _, w := range f.WordPresses(ctx) {
			for _, e := range w.Extras {
				if e.Kind == "plugin" && now.Sub(e.Changed) > 2*365*24*time.Hour {
					stale++
				}
			}
		}
		if stale > 0 {
			old = append(old, plural(stale, "plugin", "plugins")+" unchanged for two years")
		}
		switch {
		case len(old) > 0:
			return "", strings.Join(old, "; "), ev
		case len(ev) > 0:
			return "no older than it should be: " + ev[0].Text, "", ev
		}
		return "", "", nil
	})
}
