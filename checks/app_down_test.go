package checks

import (
	"strings"
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

func TestRepairNamesTheImport(t *testing.T) {
	r := hosttest.Load(t, "testdata/systemd_sandbox.txtar").Host.Root
	u := sysinfo.Unit{Name: "shop.service", Fragment: "/etc/systemd/system/shop.service"}
	lines := []sysinfo.JournalLine{{Text: "ModuleNotFoundError: No module named 'stripe'"}}
	for _, tt := range []struct {
		at   sysinfo.Place
		want string
	}{
		{sysinfo.Place{File: "/srv/shop/app.py", Line: 1}, "correct the name in /srv/shop/app.py:1"},
		{sysinfo.Place{File: u.Fragment, Line: 6}, "correct the name in ExecStart of /etc/systemd/system/shop.service"},
		{sysinfo.Place{}, "correct the name in ExecStart of /etc/systemd/system/shop.service"},
	} {
		x := repair(r, &live{Hop: &sysinfo.Hop{}}, u, lines, tt.at, "")
		if got := x.Steps[0].Say; !strings.HasSuffix(got, tt.want) {
			t.Errorf("at %v: %q, want it to end with %q", tt.at, got, tt.want)
		}
	}
}
