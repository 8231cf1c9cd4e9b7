package checks

import (
	"os"
	"path/filepath"
	"testing"

	"fix502/sysinfo"
)

func TestStrayLink(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can make files of others")
	}
	dir := t.TempDir()
	for _, d := range []string{"etc/cron.d", "srv/app/releases/5"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, uid := range map[string]int{"etc/cron.d/job": 0, "srv/app/releases/5/settings": 1000, "srv/app/own": 1000} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(filepath.Join(dir, name), uid, uid); err != nil {
			t.Fatal(err)
		}
	}
	for name, link := range map[string]struct {
		to  string
		uid int
	}{"srv/app/current": {"releases/5", 1000}, "srv/app/stray": {"/etc/cron.d/job", 1000}, "srv/app/roots": {"/etc/cron.d/job", 0}, "srv/app/twice": {"/srv/app/stray", 0}, "srv/app/loop": {"loop", 1000}} {
		if err := os.Symlink(link.to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		if err := os.Lchown(filepath.Join(dir, name), link.uid, link.uid); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]bool{"/srv/app/own": false, "/srv/app/current/settings": false, "/srv/app/stray": true, "/srv/app/roots": false, "/srv/app/twice": true, "/srv/app/loop": false, "/srv/app/none": false} {
		if got := strayLink(sysinfo.OpenRoot(dir), name); got != want {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}
