package sysinfo

import (
	"strings"
	"testing"
	"time"
)

func TestPackageLines(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{"2026-11-22 12:22:50 upgrade php8.2-fpm:amd64 8.2.7-1 8.2.20-1", "12:22:50 php8.2-fpm was upgraded from 8.2.7-1 to 8.2.20-1"},
		{"2026-11-22 12:22:50 upgrade php8.2-fpm:amd64 8.2.7-1 8.2.7-1", ""},
		{"2026-11-22 12:22:50 install nginx:all <none> 1.22.1-9", "12:22:50 nginx was installed"},
		{"2026-11-22 12:22:50 remove php8.1-fpm:amd64 8.1.33 <none>", "12:22:50 php8.1-fpm was removed"},
		{"2026-11-22 12:22:50 status installed nginx:all 1.22.1-9", ""},
		{"2026-11-22 12:22:50 startup archives unpack", ""},
		{"2026-11-22T12:22:50+0000 SUBDEBUG Upgrade: php-fpm-8.0.30-1.el9.x86_64", "12:22:50 php-fpm-8.0.30-1.el9.x86_64 was upgraded"},
		{"garbage", ""},
	} {
		c, ok := dpkgLine(strings.Fields(tt.line), time.UTC)
		if !ok {
			c, ok = dnfLine(strings.Fields(tt.line))
		}
		got := ""
		if ok {
			got = c.At.Format("15:04:05 ") + c.What
		}
		if got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.line, got, tt.want)
		}
	}
}

// What comes within seconds is one change, and the part of it that a web server needs speaks for all.
func TestBundled(t *testing.T) {
	at := func(s int) time.Time { return time.Date(2026, 11, 22, 12, 0, s, 0, time.UTC) }
	got := bundled([]Change{{At: at(1), Kind: Package, What: "libxml2 was upgraded"}, {At: at(3), Kind: Package, What: "php8.2-fpm was upgraded"}, {At: at(5), What: "tzdata was upgraded"}, {At: at(30), What: "curl was installed"}})
	if len(got) != 2 || got[0].What != "php8.2-fpm was upgraded, with 2 other packages" || !got[0].At.Equal(at(1)) {
		t.Errorf("got %+v", got)
	}
}

func TestPulseFiles(t *testing.T) {
	if v, ok := avg10("some avg10=38.20 avg60=1.00 avg300=0.10 total=1\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"); !ok || v < 0.381 || v > 0.383 {
		t.Errorf("got %v, %v", v, ok)
	}
	if _, ok := avg10("garbage"); ok {
		t.Error("garbage is no pressure")
	}
}

func FuzzPackageLine(f *testing.F) {
	f.Add("2026-11-22 12:22:50 upgrade php8.2-fpm:amd64 8.2.7-1 8.2.20-1")
	f.Add("2026-11-22T12:22:50+0000 SUBDEBUG Upgrade: php-fpm-8.0.30-1.el9.x86_64")
	f.Fuzz(func(t *testing.T, line string) {
		w := strings.Fields(line)
		if c, ok := dpkgLine(w, time.UTC); ok && (c.What == "" || c.At.IsZero()) {
			t.Errorf("%q is a change of nothing", line)
		}
		dnfLine(w)
	})
}
