package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

var transientSize = whenAsked(`-s\s*Transient=malloc,(\d+[kKmMgG])\b`)

// noStorage: Varnish had the page, and no room to hold it: its storage for what it does not cache (Transient) has a bound (varnishd(1), -s). Without one it takes
// what it needs.
func noStorage(ctx context.Context, f *sysinfo.Facts, l *live, said string, found *Finding) bool {
	g := l.Site.Gateway
	u, ok := f.Unit(ctx, g.Unit)
	if !strings.Contains(said, "Could not get storage") || !ok {
		return false
	}
	at := seekUnitLine(g, u, transientSize)
	if !at.Known() || !strings.HasPrefix(at.File, "/etc/") {
		return false
	}
	line := configLine(g.Root, at)
	m := transientSize.FindStringSubmatch(line)
	found.Where, found.Confidence = at, 0.96
	found.Summary = fmt.Sprintf("Varnish has no room to hold the page of %s: what it does not cache may take %s together (-s Transient)", l.Address(), m[1])
	found.Evidence = append([]Evidence{lineOf(g.Root, at)}, found.Evidence...)
	more := strings.Replace(m[0], m[1], "256m", 1)
	x := Fix{Title: "Give Varnish room for what it does not cache", Risk: Medium, Undo: replace(g.Root, at, more, m[0]) + "; systemctl daemon-reload; systemctl restart " + sh(unitWord(u.Name))}
	if strings.Count(line, m[0]) != 1 || m[1] == "256m" {
		found.Fix = Fix{Title: x.Title, Risk: Medium}.Tell("Raise the number at %s, or take the option out: without it there is no bound; then restart Varnish, which empties its cache", at)
		return true
	}
	x = daemonReload(x.Do("As much as a busy site needs; or take the option out, if the memory is there", "%s", replace(g.Root, at, m[0], more)))
	found.Fix = x.Do("Restart Varnish: it has the size from its start, and its cache is empty then", "systemctl restart %s && sleep 2", sh(unitWord(u.Name)))
	return true
}
