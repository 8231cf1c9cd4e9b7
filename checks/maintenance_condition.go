package checks

import (
	"regexp"
	"strings"

	"fix502/sysinfo"
)

// countsRequests says that a rule of HAProxy's turns away who comes too often: by a rate or count of its stick-table.
func countsRequests(s *sysinfo.Site, line string) bool {
	if s.Gateway.Kind != "haproxy" {
		return false
	}
	for _, acl := range aclsOf(s, line) {
		if counter.MatchString(configLine(s.Gateway.Root, acl)) {
			return true
		}
	}
	return counter.MatchString(line)
}

// aclsOf are the lines of HAProxy's that say what the conditions of a rule are.
func aclsOf(s *sysinfo.Site, line string) []sysinfo.Place {
	var out []sysinfo.Place
	if s.Gateway.Kind != "haproxy" {
		return nil
	}
	for word := range strings.FieldsSeq(line) {
		if acl := seekLine(s.Gateway, regexp.MustCompile(`^\s*acl\s+`+regexp.QuoteMeta(strings.Trim(word, "!"))+`\s`)); acl.Known() {
			out = append(out, acl)
		}
	}
	return out
}

// choosesVisitors are the words of a condition that lets some visitors in and keeps the others out, in the languages of the VCL, HAProxy, Apache
// and Caddy.
var choosesVisitors = whenAsked(`\bclient\.(ip|identity)\b|(?i)\breq\.http\.(x-forwarded-for|x-real-ip|authorization|cookie)\b|\bsrc\s|\{\s*src\b|\breq\.cook|%\{(?:REMOTE_ADDR|REMOTE_HOST|HTTP_COOKIE|HTTP:X-Forwarded-For)\}|\b(?:remote|client)_ip\b`)

// visitorsChosen says that a rule, or one of the conditions of it, asks who the visitor is, and where.
func visitorsChosen(s *sysinfo.Site, at sysinfo.Place, line string, conds []sysinfo.Place) (bool, []Evidence) {
	root := s.Gateway.Root
	switch s.Gateway.Kind {
	case "varnish":
		return choosesVisitors.MatchString(vclIf(root, at)), nil
	case "haproxy":
		conds = aclsOf(s, line)
	case "caddy":
		if w := strings.Fields(line); len(w) > 1 && w[1][0] == '@' {
			conds = []sysinfo.Place{seekLine(s.Gateway, regexp.MustCompile(`^\s*`+regexp.QuoteMeta(w[1])+`\s`))}
		}
	}
	chooses := s.Gateway.Kind == "haproxy" && choosesVisitors.MatchString(line)
	var says []Evidence
	for _, c := range conds {
		if choosesVisitors.MatchString(configLine(root, c)) {
			chooses = true
			says = append(says, lineOf(root, c))
		}
	}
	return chooses, says
}

// vclIf is the condition of the block of a VCL that a line stands in.
func vclIf(r sysinfo.Root, at sysinfo.Place) string {
	depth := 0
	for n := at.Line; n > 0; n-- {
		line := configLine(r, sysinfo.Place{File: at.File, Line: n})
		if depth += strings.Count(line, "{") - strings.Count(line, "}"); depth > 0 || n == at.Line && strings.Contains(line, "if (") {
			return line
		}
	}
	return ""
}

var counter = whenAsked(`\b(sc|src)[0-2]?_(get_)?(http_req_rate|http_req_cnt|http_err_rate|http_err_cnt|conn_rate|conn_cnt|conn_cur|sess_rate|sess_cnt|bytes_\w+_rate|gpc\d*_rate|kbytes_\w+)\b`)

// conditional says that a rule holds for some requests only: those of an ACL, of a matcher or of a part of the site.
func conditional(kind, line string) bool {
	switch kind {
	case "haproxy":
		return strings.Contains(line, " if ") || strings.Contains(line, " unless ")
	case "caddy":
		w := strings.Fields(line)
		return len(w) > 1 && (w[1][0] == '@' || w[1][0] == '/' && w[1] != "/" && w[1] != "/*")
	}
	return false
}
