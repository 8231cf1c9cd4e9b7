package apache

import (
	"strconv"
	"strings"

	"fix502/sysinfo/late"
)

// Verdict is what a run of `apachectl -t` proves.
type Verdict string

const (
	TestOK      Verdict = "ok"
	TestFailed  Verdict = "failed"
	TestUnknown Verdict = "unknown" // it failed and gave no reason we know, or could not read a file
)

// TestRun is the answer of `apachectl -t`, or what a failed start left in the journal.
type TestRun struct {
	Verdict Verdict
	Problem Problem
	Bind    string // the address that was taken: "[::]:80"
}

var (
	syntax = late.New(`Syntax error on line (\d+) of ([^:]+): ?(.*)$`)
	vhost  = late.New(`for error log of vhost defined at ([^ ]+):(\d+)`)
	taken  = late.New(`AH00072: make_sock: could not bind to address (\S+)`)
)

// ParseTest reads the output and exit status of `apachectl -t`.
func ParseTest(output []byte, exit int) TestRun {
	t := ParseWords(strings.Split(string(output), "\n"))
	switch {
	case exit == 0:
		t.Verdict = TestOK
	case t.Verdict == TestFailed && strings.Contains(t.Problem.Text, "Permission denied"):
		t.Verdict = TestUnknown
	}
	return t
}

// ParseWords finds why httpd does not start in what it said: the reason stands on the line of the place, or on the next.
func ParseWords(said []string) TestRun {
	t := TestRun{Verdict: TestUnknown}
	for i, line := range said {
		line = strings.TrimSpace(line)
		switch {
		case taken.MatchString(line):
			t.Bind = taken.FindStringSubmatch(line)[1]
		case vhost.MatchString(line):
			m := vhost.FindStringSubmatch(line)
			n, _ := strconv.Atoi(m[2])
			t.Problem, t.Verdict = Problem{File: m[1], Line: n, Text: plain(line)}, TestFailed
		case syntax.MatchString(line):
			next := ""
			if i+1 < len(said) {
				next = said[i+1]
			}
			t.Problem, t.Verdict = located(line, strings.TrimSpace(next)), TestFailed
		case t.Verdict != TestFailed && telling(line):
			t.Problem, t.Verdict = Problem{Text: plain(line)}, TestFailed
		}
	}
	return t
}

// located takes the innermost place: errors of included files name every file on the way.
func located(line, next string) Problem {
	var p Problem
	for m := syntax.FindStringSubmatch(line); m != nil; m = syntax.FindStringSubmatch(line) {
		p.Line, _ = strconv.Atoi(m[1])
		p.File, line = m[2], m[3]
	}
	p.Text = line
	if p.Text == "" {
		p.Text = next
	}
	return p
}

// telling are the reasons that name no line of a file.
func telling(line string) bool {
	for _, w := range []string{"AH00534", "AH02572", "AH02565", "AH02561", "AH02562", "AH02291", "AH00544", "AH00543", "AH00016", "AH02297", "bad user name", "bad group name", "No MPM loaded"} {
		if strings.Contains(line, w) {
			return true
		}
	}
	return false
}

var prefix = late.New(`^(\[[^\]]*\] )*(\(\d+\)[^:]*: )?(AH\d{5}: )?(apache2|httpd): ?|^(\[[^\]]*\] )*(\(\d+\)[^:]*: )?AH\d{5}: `)

// plain is a message without its time, code and number.
func plain(line string) string { return prefix.ReplaceAllString(line, "") }
