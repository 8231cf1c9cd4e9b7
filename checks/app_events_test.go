package checks

import (
	"testing"

	"fix502/sysinfo/hosttest"
)

// A connection that breaks while the app ends its request says nothing of idle ones.
func TestConnectionInUse(t *testing.T) {
	const want = "app-worker-timeout-kill < apache-keepalive-reuse upstream-premature-close"
	if got := told(causesOf(t, hosttest.Load(t, "testdata/app_worker_timeout_kill.apache.txtar"))); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
