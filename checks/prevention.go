package checks

import (
	"context"

	"fix502/sysinfo"
)

// prevention is a check on what keeps the next 502 away: what is there, and what is missing. A machine that fails is
// warned of what would have helped; one that is calm is told and left in peace. It is never a cause.
func prevention(c Check, look func(ctx context.Context, f *sysinfo.Facts) (there, missing string, ev []Evidence)) Check {
	c.Topic = Prevention
	c.Run = func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
		gateways, err := f.Gateways(ctx)
		if err != nil || len(gateways) == 0 {
			return nil, err
		}
		if len(f.HiddenFront(ctx)) > 0 {
			return nil, nil // neither what is there nor what failed is known
		}
		there, missing, ev := look(ctx, f)
		if there == "" && missing == "" {
			return nil, nil
		}
		found := Finding{Status: Pass, Summary: there, Evidence: ev}
		if there == "" {
			switch seen := ShutLog(ctx, f) == ""; {
			case len(Groups(ctx, f)) > 0 || anyFails(ctx, f):
				found.Status, found.Summary = Warn, missing
			case seen:
				found.Summary = "nothing failed lately; still, " + missing
			default:
				found.Summary = "whether anything failed lately only root can see; still, " + missing
			}
		}
		return []Finding{found}, nil
	}
	return c
}

// firstThere gives the first of some files or folders that is there, by what it is.
func firstThere(f *sysinfo.Facts, list []thing) (thing, bool) {
	for _, t := range list {
		if f.Host.Root.Exists(t.file) {
			return t, true
		}
	}
	return thing{}, false
}

type thing struct{ name, file string }
