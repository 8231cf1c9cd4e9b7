package checks

import (
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// follows names the server of HAProxy's whose check decides about another one too ("track api/api1"); empty where a server has its own.
func follows(h *sysinfo.Hop) string {
	srv, ok := h.Extra.(haproxy.Server)
	if !ok {
		return ""
	}
	name := srv.Full.After("track")
	if name != "" && !strings.Contains(name, "/") {
		name = h.Block + "/" + name
	}
	return name
}

// shareFailures: what a server meets meets its followers, so their failed page is a failure of that one, too.
func shareFailures(all []live) {
	for i := range all {
		name := follows(all[i].Hop)
		if name == "" || !all[i].hit {
			continue
		}
		for j := range all {
			if l := &all[j]; l.Label == name && l.Site == all[i].Site && l.reach.Broken() && !l.hit {
				l.hit, l.answer, l.onPath = true, all[i].answer, true
			}
		}
	}
}

// followsDown: a server that follows another's check is out with it, however well its own app is. Of one that this site has, too, more is told than its followers know.
func followsDown(l *live, all map[string]sysinfo.ServerState, found *Finding) *Finding {
	name := follows(l.Hop)
	if slices.ContainsFunc(l.Site.Hops, func(h *sysinfo.Hop) bool { return h.Label == name }) {
		return nil
	}
	s := all[name]
	found.Summary = fmt.Sprintf("the app at %s answers, but HAProxy takes it out with %s, whose check it follows (%s), and no other server is left", l.Address(), name, checkWord(s))
	found.Evidence = append(found.Evidence, Evidence{Source: "show stat", Text: fmt.Sprintf("%s: %s for %s, check %s %s %s", name, s.Status, s.For, s.Check, codeWord(s.Code), s.Why)})
	found.Fix = Fix{Title: "Look at the server that it follows", Risk: Low}.Tell("Bring %s back, or give this server a check of its own: check in place of track at %s", name, l.Where)
	return found
}
