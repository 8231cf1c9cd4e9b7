package checks

import (
	"testing"

	"fix502/sysinfo"
)

func TestMayWait(t *testing.T) {
	f := sysinfo.NewFacts(&sysinfo.Host{Root: sysinfo.OpenRoot(t.TempDir())})
	for line, want := range map[string]bool{
		"/dev/sdb1 /srv ext4 noauto 0 2":                       true,
		"/dev/sdb1\t/srv\text4\tnoauto\t0\t2":                  true,
		"files:/srv\t/srv\tnfs\tnoauto\t0\t0":                  false,
		"/dev/sdb1 /srv ext4 noauto,x-systemd.automount 0 2":   false,
		"//files/srv\t/srv\tcifs\tnoauto,credentials=/etc/c 0": false,
	} {
		if got := mayWait(f, line); got != want {
			t.Errorf("%q: got %v, want %v", line, got, want)
		}
	}
}
