package phpfpm

import (
	"strconv"
	"strings"
)

// Verdict is what a run of `php-fpm -t` proves.
type Verdict string

const (
	TestOK        Verdict = "ok"
	TestFailed    Verdict = "failed"
	TestNeedsRoot Verdict = "needs root" // it could not open a log: says nothing of the configuration
	TestKilled    Verdict = "killed"     // died by a signal
	TestUnknown   Verdict = "unknown"    // it failed and gave no reason we know
)

// TestRun is the answer of `php-fpm -t`.
type TestRun struct {
	Verdict  Verdict
	Problems []Problem // File is "" where FPM names none
}

// ParseTest reads the output and exit status of `php-fpm -t`. An exit status below zero or above 128 is a signal;
// 78 is FPM's own for a bad configuration.
func ParseTest(output []byte, exit int) TestRun {
	var t TestRun
	denied, failed := 0, 0
	for text := range strings.Lines(string(output)) {
		p, ok := complaint(strings.TrimSpace(text))
		if !ok {
			continue
		}
		t.Problems = append(t.Problems, p)
		switch {
		case p.Warning:
		case strings.Contains(p.Text, "Permission denied (13)"):
			denied++
		default:
			failed++
		}
	}
	switch {
	case exit == 0:
		t.Verdict = TestOK
	case exit < 0 || exit > 128:
		t.Verdict = TestKilled
	case failed > 0:
		t.Verdict = TestFailed
	case denied > 0:
		t.Verdict = TestNeedsRoot
	default:
		t.Verdict = TestUnknown
	}
	return t
}

// complaint reads `[23-Nov-2026 10:03:51] ERROR: [/etc/x.conf:6] unknown entry 'foo'` and PHP's own syntax errors.
// The lines by which FPM only says that it gives up are left out.
func complaint(text string) (Problem, bool) {
	if rest, ok := strings.CutPrefix(text, "PHP:"); ok {
		return Problem{Text: strings.TrimSpace(rest)}, true
	}
	if strings.HasPrefix(text, "[") {
		if _, rest, ok := strings.Cut(text, "] "); ok {
			text = rest
		}
	}
	level, text, ok := strings.Cut(text, ": ")
	if !ok || !oneOf(level, "ERROR", "ALERT", "WARNING") {
		return Problem{}, false
	}
	for _, end := range []string{"failed to load configuration file", "failed to post process", "FPM initialization failed", "Unable to include"} {
		if strings.HasPrefix(text, end) {
			return Problem{}, false
		}
	}
	p := Problem{Text: text, Warning: level == "WARNING"}
	place, rest, ok := strings.Cut(strings.TrimPrefix(text, "["), "] ")
	colon := strings.LastIndexByte(place, ':')
	if !ok || colon < 0 || !strings.HasPrefix(place, "/") {
		return p, true
	}
	if n, err := strconv.Atoi(place[colon+1:]); err == nil {
		p.File, p.Line, p.Text = place[:colon], n, rest
	}
	return p, true
}
