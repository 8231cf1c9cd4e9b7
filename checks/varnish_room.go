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
	one := doubled(headerRoom(64<<10, sent), o.Size("http_resp_hdr_len", 0))
	all := doubled(2*one, o.Size("http_resp_size", 0))
	lines := min(doubled(256, o.Size("http_max_hdr", 0)), 65535)
	return []pair{{"http_resp_size", kib(all)}, {"http_resp_hdr_len", kib(one)}, {"http_max_hdr", fmt.Sprint(lines)}, {"workspace_backend", kib(doubled(4*all, o.Size("workspace_backend", 0)))}}
}
