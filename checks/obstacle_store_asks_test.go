package checks

import (
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// PostgreSQL's account writes which key it wants; only the one that Debian made for all is given to it.
func TestKeyDenied(t *testing.T) {
	f := sysinfo.NewFacts(hosttest.Load(t, "testdata/postgres_keys.txtar").Host)
	for name, want := range map[string]string{
		snakeoil:                    "chgrp ssl-cert " + snakeoil + " && chmod 640 " + snakeoil + "\n",
		"/etc/ssl/private/bank.key": "",
	} {
		o := keyDenied(t.Context(), f, Evidence{}, name)
		if o == nil {
			t.Fatalf("%s: nothing is in the way", name)
		}
		if got := o.clear(Fix{}).commands(); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
