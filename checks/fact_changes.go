package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

func changesFact() Check {
	return Check{
		ID: "changes", Title: "What changed here lately", Topic: Logs,
		Means: `Packages that were installed or upgraded, configuration files that were written, plugins that were updated, programs that were killed, services that
started or stopped, and reboots, within the time that is looked at. Most outages follow a change; which one came just before the failures began stands beside
the chart.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			all, unseen := f.Changes(ctx)
			if len(all) == 0 && len(unseen) > 0 {
				return []Finding{{Status: Unknown, Summary: strings.Join(unseen, "; ")}}, nil
			}
			if gateways, err := f.Gateways(ctx); len(all) == 0 && (err != nil || len(gateways) == 0) {
				return nil, err // nothing here whose changes would matter
			}
			if len(all) == 0 {
				return []Finding{{Status: Pass, Summary: "nothing changed within the last " + Span(f.Since)}}, nil
			}
			last := all[len(all)-1]
			found := Finding{Status: Pass, Summary: fmt.Sprintf("%s in %s, the last at %s: %s", plural(len(all), "change", "changes"), Span(f.Since), last.At.Format("15:04:05"), last.What)}
			for _, c := range all[max(0, len(all)-maxShownChanges):] {
				found.Evidence = append(found.Evidence, Evidence{Source: c.Source, Text: c.What, Time: c.At})
			}
			return []Finding{found}, nil
		},
	}
}

// maxShownChanges is how many of the latest changes stand on the step's page.
const maxShownChanges = 12
