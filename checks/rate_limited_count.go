package checks

import (
	"fmt"
	"strconv"
	"time"

	"fix502/sysinfo"
)

var (
	countMost   = whenAsked(`_http_req_rate(?:\([^)]*\))?\s+(g[te])\s+(\d+)`)
	countPeriod = whenAsked(`http_req_rate\((\d+)(us|ms|s|m|h|d)?\)`)
)

// perSecond is how many requests a second a visitor's browser may make: a page brings its pictures and styles along.
const perSecond = 10

// widerCount lets a rule of HAProxy's count up to ten requests a second over its own period, where its number is smaller and stands on the rule's
// line or on that of one of its acls. A rule about pages where passwords are tried keeps it.
func widerCount(s *sysinfo.Site, rule sysinfo.Place, x Fix) (Fix, bool) {
	root := s.Gateway.Root
	lines := append([]sysinfo.Place{rule}, aclsOf(s, configLine(root, rule))...)
	for _, at := range lines {
		if ofPasswords.MatchString(configLine(root, at)) {
			return x, false
		}
	}
	period := countPeriod.FindStringSubmatch(configLine(root, seekLine(s.Gateway, countPeriod)))
	if period == nil {
		return x, false
	}
	unit := map[string]time.Duration{"us": time.Microsecond, "": time.Millisecond, "ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[period[2]]
	n, _ := strconv.Atoi(period[1]) // digits
	enough := perSecond * int(time.Duration(n)*unit/time.Second)
	for _, at := range lines {
		line := configLine(root, at)
		m := countMost.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		if most, err := strconv.Atoi(m[2]); err != nil || most >= enough {
			return x, false
		}
		x.Undo = setLine(root, at, line)
		return x.Do(fmt.Sprintf("%d requests a second, over %s%s: a page brings its pictures and styles along", perSecond, period[1], period[2]), "%s", replace(root, at, m[1]+" "+m[2], fmt.Sprintf("%s %d", m[1], enough))), true
	}
	return x, false
}
