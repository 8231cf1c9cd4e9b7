package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// bodyBroken are the lines of an answer that ended after it had begun.
var bodyBroken = []errlog.Kind{errlog.PrematureCloseBody, errlog.ReadResetBody, errlog.ReadTimeoutBody, errlog.InvalidBody}

// midBodyFailure: the page was cut, and the access log says 200.
func midBodyFailure() Check {
	return Check{
		ID: "mid-body-failure", Title: "Responses arrive whole", Topic: Upstreams,
		After: []ID{"oom-killed", "fpm-worker-segfault", "disk-full", "nginx-temp-dir-permission", "fpm-reload-inflight", "fpm-request-terminate-timeout"},
		Means: `The upstream's connection broke, or fell silent, in the middle of a page. The headers were already sent, so the access log says 200
while visitors see half a page, and a CDN in front may show its own 502 or 520. Look at what ended the app in that second.`,
		Run: logged(bodyBroken, func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			if line.URI == "" && l.hit && l.answer.Cut != "" { // Apache names no page
				line.URI = l.answer.Question.URI
			}
			found := &Finding{Confidence: 0.8, Where: l.Where, Summary: fmt.Sprintf("responses of %s are cut in the middle (%s)", l.Address(), uriOf(line))}
			raisedThen(ctx, f, appUnit(ctx, f, l), line.Time, found)
			found.Fix = readApp(ctx, f, l, Fix{Title: "Find what ends the app in the middle of a page", Risk: Low}, "Read what the app said in the second of these lines, and the kernel (journalctl -k): a crash, a kill for memory, a restart by a deploy, or a timeout of the app's own")
			falseLength(ctx, f, l, line, found)
			silentTooLong(ctx, f, l, line, found)
			return found
		}),
	}
}

// falseLength tells of an app that states another length of its page than it sends: asked itself twice, it ends both times at the same byte, and at once.
func falseLength(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine, found *Finding) {
	if !l.hit || l.Scheme != "http" || l.Unix != "" || line.Kind == errlog.ReadTimeoutBody || l.answer.Quiet > 500*time.Millisecond {
		return
	}
	var cut [2]string
	for i := range cut {
		a, err := l.askApp(ctx, f, sysinfo.Question{Host: l.asked(), URI: l.answer.Question.URI, Wait: time.Second})
		if err != nil || a.Quiet > 500*time.Millisecond {
			return
		}
		cut[i] = a.Cut
	}
	came, stated, ok := strings.Cut(strings.TrimSuffix(cut[0], " bytes"), " of ")
	if !ok || cut[0] != cut[1] {
		return
	}
	found.Confidence = 0.95
	found.Summary = fmt.Sprintf("the app behind %s states a length of %s bytes for %s (Content-Length), and ends after %s", l.Address(), stated, l.answer.Question.URI, came)
	u := appUnit(ctx, f, l)
	if at := headerCode(f, u, "content-length"); at.Known() {
		found.Where = at
		found.Evidence = append(found.Evidence, codeLine(f.Host.Root, at))
	}
	found.Fix = readApp(ctx, f, l, Fix{Title: "State the length of what is really sent", Risk: Medium}, "Read what the app said of that request: an error in the middle of the page ends it early, too").
		Tell("Without such an error the code that changes the page (a middleware, a filter, a plugin) leaves Content-Length as it was: leave the header out there, the server sets it; or count after the change, in bytes and not in characters")
}

// readCut keeps a page of our own that broke off as the line of a log, where its gateway wrote none, or none that names the page: Caddy's, Varnish's.
func (l *live) readCut() {
	if _, now, ok := l.has(bodyBroken...); !l.hit || l.answer.Cut == "" || ok && now {
		return
	}
	l.heard("GET "+l.answer.Question.Page(), errlog.PrematureCloseBody, fmt.Sprintf("%d, and %s of the page came before the connection ended", l.answer.Status, l.answer.Cut), l.answer.At)
}

// raisedThen adds the error of an app's own code that it told of at the second when a page broke off, and the line of the code.
func raisedThen(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, at time.Time, found *Finding) {
	lines, err := f.Words(ctx, u)
	if err != nil || u.Name == "" {
		return
	}
	lines = slices.DeleteFunc(slices.Clone(latest(lines)), func(w sysinfo.JournalLine) bool { return !within(w.Time, at, 2*time.Second) })
	last := lastSaid(lines, pythonError, nodeError)
	if last == nil {
		return
	}
	found.Confidence = 0.9
	found.Summary += fmt.Sprintf("; %s said in that second: %s", unitWord(u.Name), strings.TrimSpace(last.Text))
	found.Evidence = append(found.Evidence, Evidence{Source: last.Source, Text: strings.TrimSpace(last.Text), Time: last.Time})
	if code := codePlace(f, "", lines, last); code.Known() {
		found.Evidence = append(found.Evidence, codeLine(f.Host.Root, code))
	}
}
