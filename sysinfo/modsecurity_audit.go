package sysinfo

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo/late"
)

// How much of ModSecurity's own log is read: the end of one file, and of the form with a file for each request the last ones.
const (
	auditTail  = 512 << 10
	auditFiles = 40
)

// Denials are what ModSecurity's own log tells of the time that this is about. It is read anew each time: what we ask for may be denied as well.
func (f *Facts) Denials(a AuditLog) ([]FirewallHit, error) {
	return a.Denials(f.Host.Root, f.Host.Now().Add(-f.Since), f.Host.Now().Location())
}

// Denials are the requests that ModSecurity turned away since a time, by its own log, newest first: those that it only noted are left out. They are
// without queries, headers, bodies and what a rule found in them.
func (a AuditLog) Denials(r Root, since time.Time, zone *time.Location) ([]FirewallHit, error) {
	text, err := r.Tail(a.Path, auditTail)
	if err != nil {
		return nil, err
	}
	all := auditEntries(text, zone)
	if len(all) == 0 && a.Dir != "" {
		all = a.apart(r, text, since, zone)
	}
	all = slices.DeleteFunc(all, func(h FirewallHit) bool { return h.Passed || h.At.Before(since) })
	slices.SortStableFunc(all, func(x, y FirewallHit) int { return y.At.Compare(x.At) })
	return all, nil
}

// auditIndex is one line of the form with a file for each request: when it was, what was answered, and the file.
var auditIndex = late.New(`\[(\d{2}/\w{3}/\d{4}:[\d:.]+ [-+]\d{4})\] "(?:[^"\\]|\\.)*" (\d{3}) .* (/(?:[\w.-]+/)?\d{8}/\d{8}-\d{4}/[\w@.-]+) `)

// apart reads the last files that the index names (SecAuditLogType Concurrent).
func (a AuditLog) apart(r Root, index string, since time.Time, zone *time.Location) []FirewallHit {
	var out []FirewallHit
	left := auditFiles
	for _, line := range slices.Backward(strings.Split(index, "\n")) {
		m := auditIndex.FindStringSubmatch(line)
		if m == nil || m[2] < "400" {
			continue
		}
		if at := auditTime(m[1], zone); left == 0 || at.Before(since) {
			break
		}
		left--
		if text, err := r.Tail(path.Join(a.Dir, m[3]), auditTail); err == nil {
			out = append(out, auditEntries(text, zone)...)
		}
	}
	return out
}

func auditEntries(text string, zone *time.Location) []FirewallHit {
	if strings.Contains(text, `{"transaction":`) {
		return auditJSON(text, zone)
	}
	return auditParts(text, zone)
}

// auditPart begins a part of an entry: A who and when, B the request, F the answer, H what the rules said, Z the end.
var auditPart = late.New(`^-{2,3}(\w+)-{1,3}([A-Z])--$`)

// auditParts reads entries of ModSecurity's own form. An entry's name is made anew for each, so no visitor can write its marks into a body.
func auditParts(text string, zone *time.Location) []FirewallHit {
	var out []FirewallHit
	var h FirewallHit
	var said []string
	name, part := "", ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		m := auditPart.FindStringSubmatch(line)
		switch {
		case m != nil && name == "" && m[2] == "A":
			name, part, h, said = m[1], "A", FirewallHit{}, nil
		case m != nil && m[1] == name:
			if part = m[2]; part == "Z" {
				out = append(out, h.judged(said))
				name = ""
			}
		case line == "" || name == "":
		case part == "A" && h.At.IsZero():
			at, rest, _ := strings.Cut(strings.TrimPrefix(line, "["), "]")
			h.At = auditTime(at, zone)
			if w := strings.Fields(rest); len(w) > 1 {
				h.From = w[1]
			}
		case part == "B" && h.Request == "":
			h.Request = requestWithoutQuery(line)
		case part == "B" && h.Host == "" && strings.HasPrefix(strings.ToLower(line), "host:"):
			h.Host = strings.TrimSpace(line[len("host:"):])
		case part == "F" && h.Status == 0:
			h.Status = auditStatus(line)
		case part == "H":
			if message, ok := strings.CutPrefix(line, "Message: "); ok {
				said = append(said, message)
			} else if message, ok := strings.CutPrefix(line, "ModSecurity: "); ok { // 3
				said = append(said, message)
			}
		}
	}
	return out
}

// judged takes the rules out of what they said; without one that denied, the request was let through.
func (h FirewallHit) judged(said []string) FirewallHit {
	h.Passed = true
	for _, message := range said {
		rule := RuleField(message, "id")
		if !strings.HasPrefix(message, "Access denied") {
			if h.Passed && rule != "" {
				h.Saw = append(h.Saw, rule)
			}
			continue
		}
		before := h.Saw
		h.Passed = false
		h.sees(rule, RuleField(message, "msg"), RulePlace(message))
		h.Saw = before
		if code := auditCode.FindStringSubmatch(message); h.Status == 0 && code != nil {
			h.Status, _ = strconv.Atoi(code[1])
		}
	}
	return h
}

var auditCode = late.New(`^Access denied with code (\d{3}) `)

// sees takes the rule that spoke last as the one that decided.
func (h *FirewallHit) sees(rule, why string, where Place) {
	if h.Rules != "" {
		h.Saw = append(h.Saw, h.Rules)
	}
	h.Rules, h.Why, h.Where = rule, why, where
}

// RulePlace is the line of the rule that says something.
func RulePlace(text string) Place { return rulePlace(RuleField(text, "file"), RuleField(text, "line")) }

func rulePlace(file, line string) Place {
	n, err := strconv.Atoi(line)
	if err != nil || file == "" {
		return Place{}
	}
	return Place{File: file, Line: n}
}

// RuleField is what ModSecurity says of a rule in a field of that name. Of two, one is a visitor's: he chooses the names of arguments, which
// stand in the line as well.
func RuleField(text, name string) string {
	begin := "[" + name + ` "`
	_, rest, _ := strings.Cut(text, begin)
	value, _, _ := strings.Cut(rest, `"]`)
	if strings.Count(text, begin) != 1 || name == "id" && strings.Trim(value, "0123456789") != "" {
		return ""
	}
	return value
}

// requestWithoutQuery is a request's first line without what a visitor asked it with.
func requestWithoutQuery(line string) string {
	method, rest, _ := strings.Cut(line, " ")
	uri, _, _ := strings.Cut(rest, " ")
	return strings.TrimSpace(method + " " + withoutQuery(uri))
}

// auditStatus is the number in an answer's first line.
func auditStatus(line string) int {
	w := strings.Fields(line)
	if len(w) < 2 || !strings.HasPrefix(w[0], "HTTP/") {
		return 0
	}
	n, _ := strconv.Atoi(w[1])
	return n
}

// auditTime reads both clocks of ModSecurity: the access log's, and C's without a zone.
func auditTime(text string, zone *time.Location) time.Time {
	if at, err := time.Parse("02/Jan/2006:15:04:05 -0700", text); err == nil {
		return at
	}
	at, _ := time.ParseInLocation(time.ANSIC, text, zone)
	return at
}
