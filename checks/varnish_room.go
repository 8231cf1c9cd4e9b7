package checks

import (
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/varnish"
)

// roomier are varnishd's limits for what a backend sends ahead of its page (varnishd(1)): all headers together, one of them, their number, and the
// workspace that they have to fit in. None is less than what its command line gives it, and so many bytes as were sent fit.
func roomier(l *live, sent int) []pair {
	var o varnish.Options
	if v, ok := l.Site.Gateway.Extra.(*sysinfo.Varnish); ok {
		o = v.Options
	}
	one, lines := 64<<10, 256
	for one < sent*3/2 || one < o.Size("http_resp_hdr_len", 0) || 2*one < o.Size("http_resp_size", 0) || 8*one < o.Size("workspace_backend", 0) {
		one *= 2
	}
	for lines < o.Size("http_max_hdr", 0) {
		lines *= 2
	}
	return []pair{{"http_resp_size", kib(2 * one)}, {"http_resp_hdr_len", kib(one)}, {"http_max_hdr", fmt.Sprint(min(lines, 65535))}, {"workspace_backend", kib(8 * one)}}
}
