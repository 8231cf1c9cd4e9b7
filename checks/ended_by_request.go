package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
)

// answering are the frames of Node's own server in the stack of an error: it was thrown as a request came in (lib/_http_server.js; the module's name had
// no "node:" and an ending before Node 16).
var answering = whenAsked(`\b_http_server(?:\.js)?:\d+`)

// endsHow says what ended a program: a visitor's request, by the stack of its last error or by the gateway's line of that second about a page that
// broke off; or how long it had run.
func endsHow(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit) string {
	lines, _ := f.Words(ctx, u) // unreadable: what systemd saw of it is left
	last, ended := lastSaid(latest(lines), nodeError), u.Since
	if last != nil {
		ended = last.Time
	}
	how, page := "", l.cutAt(ended)
	switch thrown := last != nil && thrownAnswering(lines, last); {
	case thrown && page != "":
		how = "was ended by a request for " + page
	case thrown:
		how = "was ended by a visitor's request"
	case page != "" && (u.Ran() > 3*time.Second || ranUntil(lines, last) > 3*time.Second || l.during(ended) && ranUntil(lines, last) > time.Second/2): // else a restart may have cut the page, and the program failed at its start
		how = "ended while it answered " + page
	default:
		return endsWhen(u, !saidToRoot(ctx, f, u))
	}
	if ran := u.Ran(); ran > time.Minute {
		how += fmt.Sprintf(", %s after its start", Span(ran.Truncate(time.Minute)))
	}
	return how
}

// ranUntil is how long a program had run when it told an error: since systemd's last word of its start before that; 0 where it has none.
func ranUntil(lines []sysinfo.JournalLine, last *sysinfo.JournalLine) time.Duration {
	if last == nil {
		return 0
	}
	for _, l := range reversed(lines) {
		if strings.HasPrefix(l.Text, "Started ") && l.Time.Before(last.Time) {
			return last.Time.Sub(l.Time)
		}
	}
	return 0
}

// thrownAnswering says that the stack below an error has come from a visitor's request.
func thrownAnswering(lines []sysinfo.JournalLine, last *sysinfo.JournalLine) bool {
	i := slices.IndexFunc(lines, func(w sysinfo.JournalLine) bool { return w.Time.Equal(last.Time) && w.Text == last.Text })
	return i >= 0 && slices.ContainsFunc(lines[i:], func(w sysinfo.JournalLine) bool {
		return within(w.Time, last.Time, time.Second) && answering.MatchString(w.Text)
	})
}

// cutAt is the page that broke off at the hop at about a time, by the gateway's log; empty where that names none.
func (l *live) cutAt(t time.Time) string {
	for _, line := range l.lines() {
		if slices.Contains(brokenKinds, line.Kind) && line.URI != "" && within(line.Time, t, 2*time.Second) {
			return uriOf(line)
		}
	}
	return ""
}

// during says that a moment lies within the time in which we waited for the page.
func (l *live) during(t time.Time) bool {
	return l.answer != nil && t.After(l.answer.At.Add(-20*time.Millisecond)) && t.Before(l.answer.At.Add(l.answer.Took+100*time.Millisecond))
}
