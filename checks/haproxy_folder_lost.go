package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

const haproxyDefaults = "/etc/default/haproxy"

// haproxyFolderLost: HAProxy runs with a file that has no frontend, and a folder beside it has files with some, which no option names any more: the line
// EXTRAOPTS="-f FOLDER", from which Debian's unit takes it, went with an upgrade or a clean-up.
func haproxyFolderLost(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) *Finding {
	h, ok := g.Extra.(*sysinfo.HAProxy)
	u, known := f.Unit(ctx, g.Unit)
	if !ok || !known || g.Foreign || len(h.Config.Proxies("frontend", "listen")) > 0 || !strings.Contains(u.Exec, "EXTRAOPTS") {
		return nil
	}
	r, home, lost := g.Root, path.Dir(haproxyFile), ""
	names, _ := r.ReadDir(home) // no folder has none
	for _, n := range names {
		dir := path.Join(home, n)
		files, _ := r.Glob(path.Join(dir, "*.cfg")) // a file has none in it
		for _, file := range files {
			if seekIn(r, file, haproxyFront) > 0 && onlyRoots(r, file) {
				if lost != "" && lost != dir {
					return nil // which of them was read, nobody knows
				}
				lost = dir
			}
		}
	}
	if lost == "" {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.95, Where: sysinfo.Place{File: haproxyDefaults},
		Summary:  fmt.Sprintf("HAProxy runs without a frontend: no option names %s, whose files have them", lost),
		Evidence: []Evidence{{Source: "grep -E '^(frontend|listen)' " + haproxyFile, Text: "nothing"}, {Source: "ls " + lost + "/*.cfg", Text: "has frontends"}, unitSays(u)}}
	set := fmt.Sprintf(`EXTRAOPTS="-f %s"`, lost)
	x := Fix{Title: "Let HAProxy read the folder again", Risk: Low}
	if at := seekIn(r, haproxyDefaults, setsExtra); at > 0 {
		place := sysinfo.Place{File: haproxyDefaults, Line: at}
		found.Where = place
		found.Evidence = append(found.Evidence, lineOf(r, place))
		found.Fix = x.Tell("Add -f %s to the options at %s, then restart HAProxy", lost, place)
		return found
	}
	x.Undo = dropLine(r, haproxyDefaults, set) + "; systemctl restart haproxy"
	x = x.Do("Name it where Debian's unit takes its options from", "%s", addLine(r, haproxyDefaults, set)).
		Do("Test the configuration before it is used", "haproxy -c -f %s -f %s", haproxyFile, sh(lost))
	found.Fix = x.Do("Start HAProxy with it: it has its options from its start", "systemctl restart haproxy && sleep 2")
	return found
}

var setsExtra = whenAsked(`^\s*EXTRAOPTS=`)
