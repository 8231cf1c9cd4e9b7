package checks

import (
	"strings"
	"testing"

	"fix502/sysinfo"
)

// What is done for a service of systemd's, done for a program that supervisord keeps.
func TestAsKept(t *testing.T) {
	x := Fix{Undo: "sed -i 1d /etc/x; systemctl daemon-reload"}.Do("Edit", "sed -i 1p /etc/x").Do("Read", "systemctl daemon-reload").Do("Forget", "systemctl reset-failed shop").Do("Start", "supervisorctl restart shop")
	for _, tt := range []struct {
		name string
		unit sysinfo.Unit
		want string
		undo string
	}{
		{"of systemd's", sysinfo.Unit{}, "sed -i 1p /etc/x; systemctl daemon-reload; systemctl reset-failed shop; supervisorctl restart shop", x.Undo},
		{"kept", sysinfo.Unit{Name: "supervisord:shop", Manager: "supervisorctl %s"}, "sed -i 1p /etc/x; supervisorctl update shop; supervisorctl restart shop", "sed -i 1d /etc/x; supervisorctl update shop"},
		{"kept by one that is down", sysinfo.Unit{Name: "supervisord:shop", Manager: "supervisorctl %s", Keeper: "systemctl start supervisor"}, "sed -i 1p /etc/x; supervisorctl restart shop", "sed -i 1d /etc/x; supervisorctl update shop"},
	} {
		got := asKept(tt.unit, x)
		var all []string
		for _, s := range got.Steps {
			all = append(all, s.Command)
		}
		if said := strings.Join(all, "; "); said != tt.want || got.Undo != tt.undo {
			t.Errorf("%s: got %q, undo %q", tt.name, said, got.Undo)
		}
	}
}

// The links of a system are no releases: nobody is led to lib32 for want of a file in lib.
func TestSystemLinksAreNoReleases(t *testing.T) {
	f, _ := shopThatFails(t, "User=deploy", "", "link /lib usr/lib\nlink /srv/shop/current releases/2", "-- usr/lib32/x.so --\n.\n-- usr/lib/y.so --\n.\n-- srv/shop/releases/1/bin/shop --\n.\n-- srv/shop/releases/2/README --\n.\n")
	if link, _, _ := formerRelease(f.Host.Root, "/lib/x.so", false); link != "" {
		t.Errorf("got %s for a release", link)
	}
	if link, _, other := formerRelease(f.Host.Root, "/srv/shop/current/bin/shop", false); link != "/srv/shop/current" || other != "/srv/shop/releases/1/bin/shop" {
		t.Errorf("got %s, %s", link, other)
	}
}
