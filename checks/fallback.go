package checks

import (
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/nginx"
)

// forgetFallbacks drops what a fallback failed at (error_page 502 = @standby) before the server in front of it came back: nobody is sent there now.
func forgetFallbacks(list []live) {
	for i := range list {
		name := strings.TrimPrefix(list[i].Location, "location ")
		if !strings.HasPrefix(name, "@") {
			continue
		}
		for j := range list {
			if front := &list[j]; front.answersNow() && front.fallsBackTo(name) {
				list[i].past = slices.DeleteFunc(slices.Clone(list[i].past), func(g *sysinfo.LogGroup) bool { return g.Last.Before(front.settled()) })
			}
		}
	}
}

// fallsBackTo says that nginx sends requests on to a named location where this hop fails, and only then.
func (l *live) fallsBackTo(location string) bool {
	h, ok := l.Extra.(sysinfo.NginxHop)
	return ok && slices.ContainsFunc(h.Pass.ErrorPages(), func(set nginx.Setting) bool {
		n := len(set.Args) - 1
		return n > 0 && set.Args[n] == location && !slices.ContainsFunc(set.Args[:n], func(code string) bool { return code < "500" }) // "=" and "=200", which change the answer's status, sort behind
	})
}
