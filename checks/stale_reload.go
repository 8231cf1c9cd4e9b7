package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// mendThenReload is a repair that begins with what a gateway would not accept in its files, where there is such a thing.
func mendThenReload(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, found *Finding) Fix {
	x := Fix{Title: "Reload " + g.Title(), Risk: Low}
	t := configTrouble(ctx, f, g)
	if t == nil {
		return x
	}
	found.Summary += fmt.Sprintf("; %s would not accept them: %s", g.Title(), t.text)
	found.Evidence = append(found.Evidence, t.evidence...)
	x.Title = "Correct the configuration, then reload " + g.Title()
	x = t.repair(ctx, f, g, x)
	found.Where, found.Covers = t.place, append(found.Covers, "config-test-fails") // a repair may know the place better
	return x
}

// failedReload is what the journal says of a reload that came to nothing.
func failedReload(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) []Evidence {
	if g.Unit == "" {
		return nil
	}
	lines, err := f.Journal(ctx, g.Unit)
	if err != nil {
		return nil
	}
	for i := len(lines) - 1; i >= 0; i-- {
		if l := lines[i]; strings.Contains(l.Text, "Reload failed") && l.Time.After(g.Loaded) {
			return []Evidence{{Source: "journalctl -u " + unitWord(g.Unit), Text: l.Text, Time: l.Time}}
		}
	}
	return nil
}
