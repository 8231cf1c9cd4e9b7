package checks

import (
	"strings"
	"testing"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// The other pools with the same limit are named: the commands raise that of the asked site alone.
func TestPoolsWithTheSameLimit(t *testing.T) {
	var told string
	for _, s := range causesOf(t, hosttest.Load(t, "testdata/fpm_request_terminate_timeout.pools.txtar"))[0].Finding.Fix.Steps {
		told += s.Say + "\n"
	}
	if !strings.Contains(told, ": blog (/etc/php/8.2/fpm/pool.d/blog.conf:6)\n") || strings.Contains(told, "wiki") {
		t.Errorf("got %s", told)
	}
}

// Only root may read PHP-FPM's log: the time after which a page breaks off tells as well.
func TestPageEndsWithThePoolsTime(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		took   time.Duration
		want   string
	}{
		{"at the limit", 502, 1100 * time.Millisecond, "/export.php breaks off after 1.1s: pool www ends what takes longer than 1s (request_terminate_timeout)"},
		{"as PHP-FPM looks again", 503, 2300 * time.Millisecond, "/export.php breaks off after 2.5s: pool www ends what takes longer than 1s (request_terminate_timeout)"},
		{"before it", 502, 900 * time.Millisecond, ""},
		{"long after it", 502, 4 * time.Second, ""},
		{"the gateway's own time", 504, 1100 * time.Millisecond, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := factsOf(hosttest.Load(t, "testdata/fpm_request_terminate_timeout.txtar"))
			all, err := hops(t.Context(), f)
			if err != nil || len(all) == 0 {
				t.Fatal(all, err)
			}
			l := all[0]
			l.hit, l.answer = true, &sysinfo.Answer{Question: sysinfo.Question{URI: "/export.php"}, Status: tt.status, Took: tt.took}
			got := ""
			if found := endedInTime(t.Context(), f, &l); found != nil {
				got = found.Summary
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
