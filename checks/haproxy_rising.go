package checks

import (
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// rising: the check of a server that was down succeeds again, and HAProxy waits for the next ones before it asks the server ("DOWN 1/2";
// management guide, 9.1: check_status).
func rising(s sysinfo.ServerState) bool {
	return strings.HasPrefix(s.Status, "DOWN ") && slices.Contains([]string{"L4OK", "L6OK", "L7OK", "L7OKC"}, s.Check)
}

// checksPass waits until HAProxy has seen that a server is well again, where it checks it.
func checksPass(l *live, x Fix) Fix {
	if srv, ok := l.Extra.(haproxy.Server); ok && srv.Full.Has("check") {
		return x.Do("Give HAProxy's checks time to pass", "sleep %d", int(nextCheck(l).Seconds()))
	}
	return x
}
