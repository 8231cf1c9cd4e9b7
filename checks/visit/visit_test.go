package visit

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"fix502/checks"
	"fix502/sysinfo"
	"fix502/sysinfo/recorded"
)

// cut stands for a page that answers 200 and breaks off.
const cut = -1

// asks is a machine that gets these statuses when it asks, one after the other; 0 is a refused connection.
func asks(t *testing.T, text string, statuses ...int) *sysinfo.Facts {
	t.Helper()
	m, err := recorded.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	m.Host.Resolve = func(context.Context, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("::ffff:203.0.113.9")}, nil
	}
	m.Host.Ask = func(_ context.Context, q sysinfo.Question) (sysinfo.Answer, error) {
		a := sysinfo.Answer{Question: q, At: m.Host.Now(), Header: http.Header{"Server": {"nginx"}}}
		switch a.Status = statuses[n%len(statuses)]; a.Status {
		case 0:
			a.Err = syscall.ECONNREFUSED
		case cut:
			a.Status, a.Cut = 200, "560 of 5600 bytes"
		}
		n++
		return a, nil
	}
	f := sysinfo.NewFacts(m.Host)
	f.URL = "http://shop.test/cart"
	return f
}

func TestRepeat(t *testing.T) {
	for _, tt := range []struct {
		name     string
		statuses []int
		status   checks.Status
		when     checks.When
		says     string
	}{
		{"always", []int{502}, checks.Fail, "", "502 each time, 4 tries out of 4; sent by nginx"},
		{"now and then", []int{200, 502}, checks.Fail, checks.Intermittent, "fails 2 times out of 4"},
		{"never", []int{200}, checks.Pass, "", "answers 200, 4 times out of 4"},
		{"cut", []int{cut}, checks.Fail, "", "a page that breaks off (560 of 5600 bytes) each time, 4 tries out of 4"},
		{"cut now and then", []int{200, cut}, checks.Fail, checks.Intermittent, "fails 2 times out of 4"},
		{"nobody there", []int{0}, checks.Fail, "", "not a 502"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				found, err := repeat().Run(t.Context(), asks(t, "", tt.statuses...))
				if err != nil || len(found) != 1 {
					t.Fatal(found, err)
				}
				if f := found[0]; f.Status != tt.status || f.When != tt.when || !strings.Contains(f.Summary, tt.says) {
					t.Errorf("got %s %q %q, want %s %q %q", f.Status, f.When, f.Summary, tt.status, tt.when, tt.says)
				}
				if at := found[0].Evidence[0].Source; at != "203.0.113.9:80" {
					t.Errorf("asked %s", at)
				}
			})
		})
	}
}

func TestLocal(t *testing.T) {
	f := asks(t, "-- etc/hosts --\n127.0.0.1 localhost\n10.1.2.3 shop.test # old\n", 200)
	f.Host.Env = func(k string) string { return map[string]string{"https_proxy": "http://me:secret@proxy:3128"}[k] }
	f.Host.Route = func(context.Context, netip.Addr) (sysinfo.Route, error) { return sysinfo.Route{Dev: "wg0"}, nil }
	found, err := local().Run(t.Context(), f)
	if err != nil || len(found) != 3 {
		t.Fatal(found, err)
	}
	if e := found[1].Evidence[0]; e.Source != "/etc/hosts:2" {
		t.Errorf("got %+v", e)
	}
	if s := checks.Quote(found[0].Summary); strings.Contains(s, "secret") {
		t.Errorf("a password is shown: %s", s)
	}
}

// Offline nothing is asked, and that is no clean bill of health.
func TestOffline(t *testing.T) {
	f := asks(t, "", 200)
	f.Offline = true
	for _, c := range []checks.Check{repeat(), connection()} {
		if _, err := c.Run(t.Context(), f); !errors.Is(err, sysinfo.ErrOffline) {
			t.Errorf("%s: %v", c.ID, err)
		}
	}
}
