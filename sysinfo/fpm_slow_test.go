package sysinfo

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fix502/sysinfo/errlog"
)

// As PHP-FPM 8.2 prints it; two pools write into one file.
const slowLogOf = `
[22-Nov-2026 12:20:01]  [pool www] pid 811
script_filename = /var/www/shop/slow.php
[0x00007f74f5a130c0] sleep() /var/www/shop/slow.php:1
[0x00007f74f5a13070] load_rates() /var/www/shop/slow.php:4

[22-Nov-2026 12:20:02]  [pool blog] pid 812
script_filename = /var/www/blog/index.php
[0x00007f74f5a130c0] curl_exec() /var/www/blog/index.php:9

[22-Nov-2026 12:20:03]  [pool www] pid 813
script_filename = /var/www/shop/index.php
[0x00007f74f5a130c0] [INCLUDE_OR_EVAL]() unknown:0
`

func TestSlowTraces(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	got := ""
	for _, s := range slowTraces(slowLogOf, "/var/log/slow.log", 1, "www", errlog.NewParser(time.UTC), now) {
		got += fmt.Sprintln(s.Time.Format(time.TimeOnly), s.PID, s.Script, s.Source, s.Calls[0].Name, s.Calls)
	}
	want := `12:20:01 811 /var/www/shop/slow.php /var/log/slow.log:2 sleep() [/var/www/shop/slow.php:1 /var/www/shop/slow.php:4]
12:20:03 813 /var/www/shop/index.php /var/log/slow.log:11 [INCLUDE_OR_EVAL]() []
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if old := slowTraces(slowLogOf, "/var/log/slow.log", 1, "www", errlog.NewParser(time.UTC), now.Add(time.Hour)); len(old) > 0 {
		t.Errorf("got %v from before the window", old)
	}
}

func FuzzSlowTraces(f *testing.F) {
	f.Add(slowLogOf)
	f.Add("[22-Nov-2026 12:20:01]  [pool www] pid 811\n[0x] a() /b:\nscript_filename = \n[0x1] () /b:1")
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Count(text, "\n") + 1
		for _, s := range slowTraces(text, "/s", 1, "www", errlog.NewParser(time.UTC), time.Time{}) {
			if _, number, _ := strings.Cut(s.Source, ":"); number == "0" || len(number) > len(fmt.Sprint(lines)) {
				t.Errorf("%s of %d lines", s.Source, lines)
			}
		}
	})
}
