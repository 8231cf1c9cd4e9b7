package sysinfo

import (
	"context"
	"strings"
)

// caddyTold is the file that the unit of a Caddy that does not run names; the usual one where it names none, or one that is not there.
func (f *Facts) caddyTold(ctx context.Context, g *Gateway, usual string) string {
	u, _ := f.Unit(ctx, "caddy.service") // none: it names nothing
	words := strings.Fields(u.Exec)
	for i, w := range words {
		name, ok := strings.CutPrefix(w, "--config=")
		if (w == "--config" || w == "-c") && i+1 < len(words) {
			name, ok = words[i+1], true
		}
		if ok && g.Root.Exists(name) {
			return name
		}
	}
	return usual
}
