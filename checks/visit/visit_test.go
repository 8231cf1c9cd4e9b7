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

func TestFingerprint(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		header map[string]string
		body   string
		want   string
	}{
		{"nginx by its header", 502, map[string]string{"Server": "nginx/1.22.1"}, "", "nginx"},
		{"nginx by its page", 502, nil, "<hr><center>nginx</center>", "nginx"},
		{"OpenResty is no plain nginx", 502, map[string]string{"Server": "openresty/1.21"}, "", "OpenResty (nginx)"},
		{"Apache", 502, map[string]string{"Server": "Apache/2.4.57 (Debian)"}, "", "Apache"},
		{"HAProxy has no header, only words", 502, nil, "<h1>502 Bad Gateway</h1>\nThe server returned an invalid or incomplete response.", "HAProxy"},
		{"Varnish", 503, map[string]string{"Server": "nginx"}, "<h3>Guru Meditation:</h3>", "Varnish"},
		{"Caddy", 502, map[string]string{"Server": "Caddy"}, "", "Caddy"},
		{"Traefik says two words", 502, nil, "Bad Gateway", "Traefik"},
		{"two words by somebody else", 502, map[string]string{"Server": "nginx"}, "Bad Gateway", "nginx"},
		{"Cloudflare that cannot use the origin", 502, map[string]string{"Server": "cloudflare", "Cf-Ray": "8a"}, "Host Error", "Cloudflare, “Host Error”"},
		{"Cloudflare's own numbers", 521, map[string]string{"Server": "cloudflare"}, "", "Cloudflare, “Host Error”"},
		{"Cloudflare itself", 502, map[string]string{"Server": "cloudflare", "Cf-Ray": "8a"}, "<center>cloudflare</center>", "Cloudflare, its own 502"},
		{"what Cloudflare only passes on", 502, map[string]string{"Server": "cloudflare", "Cf-Ray": "8a"}, "<center>nginx</center>", "the origin behind Cloudflare"},
		{"CloudFront", 502, map[string]string{"Server": "CloudFront"}, "", "CloudFront"},
		{"Fastly", 503, map[string]string{"X-Served-By": "cache-fra-1"}, "", "Fastly"},
		{"Akamai", 502, map[string]string{"Server": "AkamaiGHost"}, "", "Akamai"},
		{"Sucuri", 502, map[string]string{"Server": "Sucuri/Cloudproxy"}, "", "Sucuri"},
		{"Imperva", 502, map[string]string{"X-Iinfo": "1-2"}, "", "Imperva"},
		{"AWS", 502, map[string]string{"Server": "awselb/2.0"}, "", "an AWS load balancer"},
		{"IIS", 502, map[string]string{"Server": "Microsoft-IIS/10.0"}, "", "Microsoft IIS"},
		{"a name nobody knows", 502, map[string]string{"Server": "teapot"}, "", "teapot"},
		{"nothing at all", 502, nil, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := http.Header{}
			for k, v := range tt.header {
				h.Set(k, v)
			}
			if got := Fingerprint(sysinfo.Answer{Status: tt.status, Header: h, Body: []byte(tt.body)}).Name; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

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
