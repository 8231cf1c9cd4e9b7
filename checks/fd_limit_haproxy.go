package checks

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

var raiseRefused = whenAsked(`annot raise FD limit to (\d+), limit is (\d+)`)

// haproxyFiles: HAProxy reckons at its start how many files its connections take (two for each of maxconn, and its checks and sockets), and may not have as many:
// its unit allows fewer, and takes away the right to raise that (src/haproxy.c; strict-limits, its default since 2.3). Its own test is content.
func haproxyFiles(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	g := s.Gateway
	u, ok := f.Unit(ctx, g.Unit)
	if g.Kind != "haproxy" || g.Running() || !ok || !fails(u) {
		return nil
	}
	lines, err := f.Journal(ctx, g.Unit)
	said := lastSaid(lastAttempt(lines), raiseRefused)
	if err != nil || said == nil {
		return nil
	}
	m := raiseRefused.FindStringSubmatch(said.Text)
	needs, _ := strconv.Atoi(m[1]) // digits alone
	want := (needs + needs/20 + 1023) / 1024 * 1024
	found := &Finding{Status: Fail, Confidence: 0.98, Where: sysinfo.Place{File: u.Fragment}, Covers: []ID{"config-test-fails", "start-limit-hit", "services"},
		Summary:  fmt.Sprintf("HAProxy does not start: it needs %s open files for its connections, and may have %s", m[1], m[2]),
		Evidence: []Evidence{{Source: u.Log(), Text: strings.TrimSpace(said.Text), Time: said.Time}}}
	if at := seekLine(g, regexp.MustCompile(`^\s*maxconn\s+\d+`)); at.Known() {
		found.Evidence = append(found.Evidence, lineOf(g.Root, at))
	}
	x := Fix{Title: "Let HAProxy open as many files as its connections take", Risk: Low}
	set := fmt.Sprintf("LimitNOFILE=%d", want)
	if l, ok := setBy(f, u, "LimitNOFILE"); ok {
		found.Where = l.Place
		found.Evidence = append(found.Evidence, unitLineSays(f, l))
		x.Undo = setLine(f.Host.Root, l.Place, configLine(f.Host.Root, l.Place)) + "; systemctl daemon-reload"
		x = daemonReload(x.Do("Raise the limit of its unit", "%s", setLine(f.Host.Root, l.Place, set)))
	} else {
		x = daemonReload(dropIn(x, u.Name, "Raise the limit of its unit", "Service", set))
	}
	found.Evidence = append(found.Evidence, unitSays(u))
	found.Fix = x.Do("Start it", "systemctl reset-failed %s; systemctl start %s", sh(unitWord(u.Name)), sh(unitWord(u.Name)))
	return found
}
