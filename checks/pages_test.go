package checks

import "testing"

// Whatever a log line may be explained by has a page to read.
func TestEveryLeadHasAPage(t *testing.T) {
	pages := map[ID]bool{}
	for _, c := range append(All(), Pages()...) {
		if pages[c.ID] {
			t.Errorf("%s has two pages", c.ID)
		}
		pages[c.ID] = true
	}
	for kind, s := range signatures {
		for _, lead := range s.leads {
			if !pages[lead.ID] {
				t.Errorf("%v leads to %s, which has no page", kind, lead.ID)
			}
		}
	}
}
