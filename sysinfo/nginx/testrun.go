package nginx

import (
	"strconv"
	"strings"
)

// Verdict is what a run of `nginx -t` proves.
type Verdict string

const (
	TestOK        Verdict = "ok"
	TestFailed    Verdict = "failed"
	TestNeedsRoot Verdict = "needs root" // it could not open its pid file, a log or a key: says nothing of the configuration
	TestKilled    Verdict = "killed"     // died by a signal; an include loop does that, without a word
	TestUnknown   Verdict = "unknown"    // it failed and gave no reason we know
)

// TestRun is the answer of `nginx -t`.
type TestRun struct {
	Verdict  Verdict
	Problems []Problem // emerg and alert; File is "" where nginx names none
	Warnings []Problem
}

// ParseTest reads the output and exit status of `nginx -t`. An exit status below zero or above 128 is a signal.
func ParseTest(output []byte, exit int) TestRun {
	var t TestRun
	denied := 0
	for line := range strings.Lines(string(output)) {
		level, text, ok := message(strings.TrimSpace(line))
		if !ok {
			continue
		}
		p := located(text)
		switch level {
		case "emerg", "alert":
			t.Problems = append(t.Problems, p)
			if strings.Contains(p.Text, "ermission denied") {
				denied++
			}
		case "warn", "error", "crit":
			t.Warnings = append(t.Warnings, p)
		}
	}
	switch {
	case exit == 0:
		t.Verdict = TestOK
	case exit < 0 || exit > 128:
		t.Verdict = TestKilled
	case len(t.Problems) == 0:
		t.Verdict = TestUnknown
	case denied == len(t.Problems):
		t.Verdict = TestNeedsRoot
	default:
		t.Verdict = TestFailed
	}
	return t
}

// message takes `nginx: [emerg] text` or `2026/11/23 09:46:32 [emerg] 31257#31257: text` apart.
func message(line string) (level, text string, ok bool) {
	head, rest, ok := strings.Cut(line, "[")
	if !ok || len(head) > len("2026/11/23 09:46:32 ") {
		return "", "", false
	}
	level, text, ok = strings.Cut(rest, "] ")
	if pid, after, found := strings.Cut(text, ": "); found && strings.Trim(pid, "0123456789#") == "" {
		text = after
	}
	return level, text, ok
}

// located cuts ` in /etc/nginx/nginx.conf:12` off the end of a message.
func located(text string) Problem {
	at := strings.LastIndex(text, " in ")
	if at < 0 {
		return Problem{Text: text}
	}
	place := text[at+len(" in "):]
	colon := strings.LastIndexByte(place, ':')
	if colon < 0 {
		return Problem{Text: text}
	}
	line, err := strconv.Atoi(place[colon+1:])
	if err != nil {
		return Problem{Text: text}
	}
	return Problem{Text: text[:at], File: place[:colon], Line: line}
}
