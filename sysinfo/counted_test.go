package sysinfo

import (
	"strings"
	"testing"

	"fix502/sysinfo/haproxy"
)

func TestFrontendsThatCountVisitors(t *testing.T) {
	for line, want := range map[string]bool{
		"http-request track-sc0 src":                        true,
		"tcp-request connection track-sc1 src table st":     true,
		"http-request deny if { sc_http_req_rate(0) gt 9 }": false,
		"stick-table type ip size 1m":                       false,
	} {
		front := &haproxy.Section{Lines: []haproxy.Line{{Words: strings.Fields(line)}}}
		if got := (&Site{Extra: front}).counts(); got != want {
			t.Errorf("%s: got %v", line, got)
		}
	}
}
