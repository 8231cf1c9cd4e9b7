package checks

import (
	"fmt"
	"strings"

	"fix502/sysinfo"
)

var haproxyModes = whenAsked(`(http|tcp) (?:frontend|proxy|listen) '[^']+' \([^)]*\) tries to use incompatible (?:http|tcp) backend '([^']+)'`)

// modesMeet mends a backend of HAProxy's whose mode is another than that of the frontend which sends requests to it: its own line, or, where its mode is that of
// the defaults, a line of its own.
func (t *confError) modesMeet(g *sysinfo.Gateway, h *sysinfo.HAProxy, x Fix) (Fix, bool) {
	m := haproxyModes.FindStringSubmatch(t.text)
	if m == nil || h.Config.Backend(m[2]) == nil {
		return x, false
	}
	back, say := h.Config.Backend(m[2]), fmt.Sprintf("Backend %s gets requests of mode %s", m[2], m[1])
	own := back.All("mode")
	if len(own) == 0 {
		at := sysinfo.Place(back.Place)
		x.Undo = removeBelow(g.Root, at, 1)
		return x.Do(say, "%s", insertAfter(g.Root, at, "    mode "+m[1])), true
	}
	t.place = own[len(own)-1].Place
	t.evidence = append(t.evidence, lineOf(g.Root, t.place))
	x.Undo = setLine(g.Root, t.place, strings.TrimSpace(configLine(g.Root, t.place)))
	return x.Do(say, "%s", setLine(g.Root, t.place, "mode "+m[1])), true
}
