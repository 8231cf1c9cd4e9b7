package checks

import (
	"testing"

	"fix502/sysinfo/hosttest"
)

// Apache makes pages of its own for many reasons: one whose hop is not known is not put on a hop that cannot be reached.
func TestUntoldPageOfApache(t *testing.T) {
	if got := told(causesOf(t, hosttest.Load(t, "testdata/maintenance_503.apache-unread.txtar"))); got != "maintenance-503" {
		t.Errorf("got %q, want maintenance-503 alone", got)
	}
}
