package checks

import (
	"context"
	"fmt"
	"regexp"

	"fix502/sysinfo"
)

const haproxyFile = "/etc/haproxy/haproxy.cfg"

var haproxyFront = whenAsked(`^(?:frontend|listen)\s`)

// haproxyAside: the port that a gateway asks was HAProxy's. An upgrade put the package's file, which has no frontend, in the place of the admin's, and
// kept that beside it (dpkg's .dpkg-old, rpm's .rpmsave).
func haproxyAside(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) bool {
	r := f.Host.Root
	u, ok := f.Unit(ctx, "haproxy.service")
	if !ok || l.Port == 0 || !onlyRoots(r, haproxyFile) || seekIn(r, haproxyFile, haproxyFront) > 0 {
		return false
	}
	beside, _ := r.Glob(haproxyFile + ".*") // none is common
	opens, kept := regexp.MustCompile(fmt.Sprintf(`^\s*bind\s+(?:\S+:|:)%d(?:\s|,|$)`, l.Port)), sysinfo.Place{}
	for _, name := range beside {
		if n := seekIn(r, name, opens); n > 0 && asideName.MatchString(name) && onlyRoots(r, name) {
			if kept.Known() {
				return false // which of them was the last one, nobody knows
			}
			kept = sysinfo.Place{File: name, Line: n}
		}
	}
	if !kept.Known() {
		return false
	}
	found.Where, found.Confidence = sysinfo.Place{File: haproxyFile}, 0.95
	found.Summary += fmt.Sprintf("; %s has no frontend any more, and %s, which was put aside, has that port", haproxyFile, kept.File)
	found.Evidence = append([]Evidence{lineOf(r, kept), {Source: "grep -E '^(frontend|listen)' " + haproxyFile, Text: "nothing"}, unitSays(u)}, found.Evidence...)
	was := haproxyFile + ".package"
	x := Fix{Title: "Give HAProxy its own configuration again", Risk: Low, Undo: fmt.Sprintf("cp %s %s; systemctl restart haproxy", was, haproxyFile)}
	x = x.Do("Keep the package's file", "cp -a %s %s", haproxyFile, was).
		Do("Bring back what was put aside", "cp -a %s %s", sh(kept.File), haproxyFile).
		Do("Test the configuration before it is used", "haproxy -c -f %s", haproxyFile)
	found.Fix = x.Do("Start HAProxy with it", "systemctl reset-failed haproxy; systemctl restart haproxy && sleep 2")
	return true
}
