package checks

import (
	"strings"
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// Whoever is asked about one site changes nothing at an address that another site asks in another way.
func TestAnotherSiteAsksTheSameAddress(t *testing.T) {
	f := sysinfo.NewFacts(hosttest.Load(t, "testdata/upstream_protocol_mismatch.uwsgi-shared.txtar").Host)
	f.URL = "http://localhost/"
	found, err := upstreamProtocolMismatch().Run(t.Context(), f)
	if err != nil || len(found) == 0 {
		t.Fatalf("got %v, %v", found, err)
	}
	for _, s := range found[0].Fix.Steps {
		if strings.Contains(s.Command, "http-socket") {
			t.Errorf("got %s", s.Command)
		}
	}
}
