package wizard

import (
	"strings"
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// A page that the site itself refuses is no broken hop, and no page that answers well either.
func TestARefusalIsToldAsWhatItIs(t *testing.T) {
	host := hosttest.Load(t, "../checks/testdata/upstream_returned_5xx.refused.txtar").Host
	f := sysinfo.NewFacts(host)
	f.URL = "http://shop.test/old/offer"
	r := Diagnose(t.Context(), f, Options{})
	if r.Verdict != Healthy || !strings.Contains(r.Summary, "shop.test/old/offer answers 404 (not found)") {
		t.Fatalf("got %s, %s", r.Verdict, r.Summary)
	}
}
