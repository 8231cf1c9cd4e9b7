package wizard

import (
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// An app whose own code fails was reached, whatever it fails at.
func TestAnAppThatFailsWasReached(t *testing.T) {
	for file, want := range map[string]string{
		"php_fatal_500":              "its code fails",
		"mysql_too_many_connections": "fails at its database",
	} {
		host := hosttest.Load(t, "../checks/testdata/"+file+".txtar").Host
		r := Diagnose(t.Context(), sysinfo.NewFacts(host), Options{})
		if len(r.Paths) == 0 || len(r.Paths[0].Hops) < 2 || r.Paths[0].Hops[1].Says != want {
			t.Errorf("%s: got %+v, want %q", file, r.Paths, want)
		}
	}
}
