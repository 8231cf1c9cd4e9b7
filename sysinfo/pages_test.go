package sysinfo

import "testing"

// A page for balancers and watchers says 503 to them on purpose; one that only begins like it is a visitor's.
func TestPagesForMonitors(t *testing.T) {
	for uri, want := range map[string]bool{"/ready": true, "/api/healthz": true, "/-/ready?full=1": true, "/health-check/": true, "/": false, "/healthy-food": false, "/ready-made/shirt": false, "/status": false} {
		if got := forMonitors.MatchString(uri); got != want {
			t.Errorf("%s: %v, want %v", uri, got, want)
		}
	}
}
