package checks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

var (
	countMost   = whenAsked(`_http_req_rate(?:\([^)]*\))?\s+(g[te])\s+(\d+)`)
	countPeriod = whenAsked(`^\s*stick-table\b[^#]*\bhttp_req_rate\((\d+)(us|ms|s|m|h|d)?\)`)
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
	period := periodCounted(s)
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

// periodCounted is the time over which a site's stick-table counts requests: that of the only table, or of the frontend's own where its lines name no
// other one.
func periodCounted(s *sysinfo.Site) []string {
	var all [][]string
	for _, line := range linesIn(s.Gateway.Root, configFiles(s.Gateway)...) {
		if m := countPeriod.FindStringSubmatch(line); m != nil && !slices.ContainsFunc(all, func(o []string) bool { return o[1]+o[2] == m[1]+m[2] }) {
			all = append(all, m)
		}
	}
	if len(all) == 1 {
		return all[0]
	}
	front, ok := s.Extra.(*haproxy.Section)
	if !ok || len(all) == 0 {
		return nil
	}
	for _, name := range []string{"http-request", "tcp-request"} {
		if slices.ContainsFunc(front.All(name), func(l haproxy.Line) bool { return slices.Contains(l.Words, "table") }) {
			return nil
		}
	}
	own, _ := front.Get("stick-table")
	return countPeriod.FindStringSubmatch(strings.Join(own.Words, " "))
}
