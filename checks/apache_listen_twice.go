package checks

import (
	"fmt"

	"fix502/sysinfo"
)

var (
	makeSock     = whenAsked(`AH00072: make_sock: could not bind to address (\S+):(\d+)`)
	apacheListen = whenAsked(`(?i)^\s*Listen\s+(?:(\[[0-9a-f:.]+\]|[\d.]+|\*):)?(\d+)(?:\s|$)`)
)

const listensTwice = "the same port is asked for twice: "

// listenTwice: two Listen lines collide: the one of a port at all addresses has the port at every single one as well (mpm_common,
// listen.c: the second bind fails with EADDRINUSE). The line to take out is the one that the other one covers.
func (t *confError) listenTwice(g *sysinfo.Gateway) bool {
	m := makeSock.FindStringSubmatch(t.text)
	if m == nil {
		return false
	}
	var lines, single []sysinfo.Place
	for at, line := range linesIn(g.Root, configFiles(g)...) {
		l := apacheListen.FindStringSubmatch(line)
		if l == nil || l[2] != m[2] {
			continue
		}
		lines = append(lines, at)
		if l[1] != "" && l[1] != "*" && l[1] != "0.0.0.0" && l[1] != "[::]" {
			single = append(single, at)
		}
	}
	if len(lines) < 2 {
		return false
	}
	t.place = lines[len(lines)-1]
	if len(single) > 0 && len(single) < len(lines) {
		t.place = single[0]
	}
	t.text = listensTwice + fmt.Sprintf("%s, and %s", configLine(g.Root, lines[0]), configLine(g.Root, lines[len(lines)-1]))
	return true
}
