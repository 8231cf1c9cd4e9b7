package wizard

import (
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// A page that fails for a reason that no check finds is told by the gateway's line about it, and with less certainty.
func TestALineAloneIsACause(t *testing.T) {
	host := hosttest.Load(t, "../checks/testdata/no_live_upstreams.line-alone.txtar").Host
	r := Diagnose(t.Context(), sysinfo.NewFacts(host), Options{})
	if r.Verdict != Broken || len(r.Causes) != 1 || r.Causes[0].ID != "no-live-upstreams" || r.Causes[0].Confidence >= 0.8 {
		t.Fatalf("got %s, %+v", r.Verdict, r.Causes)
	}
	only := Diagnose(t.Context(), sysinfo.NewFacts(host), Options{Only: []string{"disk-full"}})
	if len(only.Causes) > 0 {
		t.Errorf("got %+v from one check", only.Causes)
	}
}
