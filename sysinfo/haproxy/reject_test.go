package haproxy

import (
	"fmt"
	"net/netip"
	"testing"
)

func TestRejects(t *testing.T) {
	here := Request{Host: "shop.test", Path: "/", From: netip.MustParseAddr("127.0.0.1")}
	for _, c := range []struct{ lines, want, list string }{
		{"tcp-request connection reject if !{ src 10.0.0.0/8 }", "3 sure", "3 [10.0.0.0/8]"},
		{"tcp-request connection reject unless { src 10.0.0.0/8 192.0.2.1 }", "3 sure", "3 [10.0.0.0/8 192.0.2.1]"},
		{"tcp-request connection reject if { src 10.0.0.0/8 }", "", ""},
		{"tcp-request connection accept if { src 127.0.0.1 }\n\ttcp-request connection reject", "", ""},
		{"acl lb src 10.0.0.0/8\n\thttp-request reject if ! lb", "4 sure", "3 [10.0.0.0/8]"},
		{"acl lb src 10.0.0.0/8\n\thttp-request reject unless lb { path /x }", "4 sure", "0 []"},
		{"http-request reject if { hdr(x-no) -m found }", "3 perhaps", "0 []"},
		{"tcp-request content reject", "3 always", "0 []"},
		{"http-request reject if { path /private }", "", ""},
	} {
		x := Parse(folder{"/etc/haproxy/haproxy.cfg": "frontend web\n\tbind :80\n\t" + c.lines + "\n\tdefault_backend a\nbackend a\n\tserver s 127.0.0.1:1\n"}, []string{"/etc/haproxy/haproxy.cfg"}, nil).Sections[0]
		got, list := "", ""
		for range 2 { // asking changes nothing
			got, list = "", ""
			for _, r := range x.Rejects(here) {
				how := map[bool]string{true: "sure", false: "perhaps"}[r.Sure]
				if r.Always {
					how = "always"
				}
				at, nets := x.LetsIn(r.Line)
				got, list = fmt.Sprint(r.Place.Line, " ", how), fmt.Sprint(at.Line, " ", nets)
			}
		}
		if got != c.want || list != c.list {
			t.Errorf("%q: %q %q, want %q %q", c.lines, got, list, c.want, c.list)
		}
	}
}

func TestDenies(t *testing.T) {
	for _, c := range []struct {
		lines string
		at    int
	}{
		{"http-request deny if !{ src 10.0.0.0/8 }", 3},
		{"acl office src 192.0.2.0/24\n\thttp-request allow if { path /open }\n\thttp-request deny unless office", 5},
		{"http-request deny deny_status 429 if !{ src 10.0.0.0/8 }", 0},
		{"http-request allow if { src 127.0.0.0/8 }\n\thttp-request deny", 0},
		{"http-request deny if { hdr(x-bad) -m found }", 0},
	} {
		x := Parse(folder{"/etc/haproxy/haproxy.cfg": "frontend web\n\tbind :80\n\t" + c.lines + "\n"}, []string{"/etc/haproxy/haproxy.cfg"}, nil).Sections[0]
		if l, _ := x.Denies(Request{Host: "shop.test", Path: "/", From: netip.MustParseAddr("127.0.0.1")}); l.Place.Line != c.at {
			t.Errorf("%q: line %d, want %d", c.lines, l.Place.Line, c.at)
		}
	}
}
