package wizard

import (
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// What is told of one page leaves its neighbours' failures out.
func TestFailuresAreThePagesOwn(t *testing.T) {
	for url, want := range map[string]int{"": 1, "http://blog.test/": 1, "http://shop.test/": 0} {
		f := sysinfo.NewFacts(hosttest.Load(t, "../checks/testdata/socket_path_mismatch.neighbour.txtar").Host)
		f.URL = url
		if e := Diagnose(t.Context(), f, Options{}).Errors; e.Total != want || len(e.PerMinute) != want || len(e.Groups) != want {
			t.Errorf("%q: %d failures in %d minutes and %d groups, want %d", url, e.Total, len(e.PerMinute), len(e.Groups), want)
		}
	}
}
