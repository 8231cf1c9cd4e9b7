package wizard

import (
	"slices"
	"testing"

	"fix502/checks"
)

// guided are the steps that no program on the server can do: they need another company's console or a browser.
var guided = []string{"pause", "cf-waf"}

// Every id in a step is a check, or a cause with a page that only logs or another machine can show.
func TestStepsNameWhatExists(t *testing.T) {
	have := map[checks.ID]bool{}
	for _, c := range slices.Concat(checks.All(), checks.Pages()) {
		have[c.ID] = true
	}
	for _, s := range steps() {
		for _, id := range s.Checks {
			if !have[id] {
				t.Errorf("step %s names %s, which is neither a check nor a page", s.ID, id)
			}
		}
	}
}

func TestOnlyWhatNoProgramCanDoIsGuided(t *testing.T) {
	for _, s := range OwnerTasks(checks.All()) {
		if s.Guided() != slices.Contains(guided, s.ID) {
			t.Errorf("step %s: got guided %v", s.ID, s.Guided())
		}
	}
}
