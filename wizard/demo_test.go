package wizard_test

import (
	"testing"

	"fix502/sysinfo"
	"fix502/wizard"
)

// Each demo is named after the cause that it shows.
func TestDemosShowWhatTheirNamesSay(t *testing.T) {
	for _, name := range wizard.Demos() {
		t.Run(name, func(t *testing.T) {
			h, err := wizard.Demo(name)
			if err != nil {
				t.Fatal(err)
			}
			r := wizard.Diagnose(t.Context(), sysinfo.NewFacts(h), wizard.Options{})
			if name == "healthy" {
				if r.Verdict != wizard.Healthy {
					t.Errorf("got %s (%s), want healthy", r.Verdict, r.Summary)
				}
				return
			}
			if len(r.Causes) != 1 || string(r.Causes[0].ID) != name {
				t.Fatalf("got %s %+v, want the one cause", r.Summary, r.Causes)
			}
			if c := r.Causes[0]; c.Fix == nil || len(c.Fix.Commands()) == 0 || len(c.Evidence) == 0 {
				t.Errorf("the cause lacks commands or evidence: %+v", c)
			}
		})
	}
}
