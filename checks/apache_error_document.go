package checks

import (
	"strconv"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
	"fix502/sysinfo/errlog"
)

// errorDocument is the ErrorDocument on another address that takes the place of a gateway's failure: visitors get its
// redirect, 302. A page of the site itself keeps the status.
func (l *live) errorDocument() (page string, code int, at sysinfo.Place) {
	srv, ok := l.Site.Extra.(*apache.Server)
	if !ok {
		return "", 0, at
	}
	for _, d := range srv.All("ErrorDocument") {
		if n, err := strconv.Atoi(d.Arg(0)); err == nil && (n == 500 || n >= 502 && n <= 504) && strings.Contains(d.Arg(1), "://") {
			return d.Arg(1), n, d.Place
		}
	}
	return "", 0, at
}

// hidden says that a failure of this hop stands in Apache's log at the moment of an answer that looks well.
func (l *live) hidden(a sysinfo.Answer) bool {
	if page, _, _ := l.errorDocument(); page == "" || a.Status == 0 || a.Status >= 500 {
		return false
	}
	for _, line := range l.fresh {
		if line.Event.Source == errlog.Apache && during(line, a) {
			return true
		}
	}
	return false
}
