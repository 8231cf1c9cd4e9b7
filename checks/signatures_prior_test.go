package checks

import "testing"

// Every row says why it stands where it stands, and leads to pages that can be read, surest first.
func TestPriorsGiveReasons(t *testing.T) {
	for kind, rows := range priors {
		for _, row := range rows {
			if row.why == "" {
				t.Errorf("%v: a row without a reason", kind)
			}
			for i, lead := range row.leads {
				if _, ok := Find(lead.ID); !ok {
					t.Errorf("%v: %s has no page", kind, lead.ID)
				}
				for _, other := range row.leads[:i] {
					if other.ID == lead.ID {
						t.Errorf("%v: %s takes two places", kind, lead.ID)
					}
				}
			}
		}
	}
}
