package wizard

import (
	"strings"
	"testing"

	"fix502/checks"
)

// Of two sites one was broken and is healed: what worked is said of that one, and not of the first in the list.
func TestItWorkedIsSaidOfTheSiteThatWasBroken(t *testing.T) {
	path := func(site, says string, s checks.Status) Path {
		return Path{Site: site, Hops: []Stop{{Kind: "nginx", Status: s, Says: "answers " + says}}}
	}
	before := Report{Verdict: Broken, Paths: []Path{path("chess.test", "200", checks.Pass), path("hobby.test", "502", checks.Fail)},
		Causes: []Cause{{ID: "upstream-port-nothing-listening", Site: "hobby.test"}}}
	now := Report{Verdict: Healthy, Paths: []Path{path("chess.test", "200", checks.Pass), path("hobby.test", "200", checks.Pass)}}
	w := Wizard{Done: true, Report: now, Rows: map[checks.ID]Row{"upstream-port-nothing-listening": {Status: checks.Pass}}}
	p := GonePage("cause:upstream-port-nothing-listening", &before, w)
	for _, part := range p.Found {
		if strings.Contains(part.Text, "chess.test") {
			t.Errorf("got %q of the site that was well all the time", part.Text)
		}
	}
	if got := p.Found[0].Text; !strings.HasPrefix(got, "It worked. hobby.test") {
		t.Errorf("got %q", got)
	}
}
