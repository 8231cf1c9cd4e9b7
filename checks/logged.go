package checks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// logged is a check on what the gateway's log says of a hop: live when our own question brought the line about,
// else something that comes and goes, or history.
func logged(kinds []errlog.Kind, judge func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
		line, now, ok := l.has(kinds...)
		if !ok {
			if found := unread(ctx, f, l.Site.Logs); found != nil {
				return found
			}
			return pass(fmt.Sprintf("no such line in nginx's log for %s", span(f.Since)))
		}
		found := judge(ctx, f, l, line)
		if found == nil || found.Status != Skip {
			return found
		}
		found.Status = Fail
		if !now {
			found.When, found.Status = l.comesAndGoes(line)
			if n := l.count(kinds...); n > 1 {
				found.Summary = fmt.Sprintf("%s (%d times, last %s)", found.Summary, n, line.Time.Format("15:04:05"))
			}
		}
		if !hasLine(found.Evidence, line) {
			found.Evidence = append([]Evidence{quoteLine(line)}, found.Evidence...)
		}
		return found
	})
}

// unread says that a log which would tell could not be read; nil when all could, or none is there.
func unread(ctx context.Context, f *sysinfo.Facts, logs []sysinfo.LogFile) *Finding {
	all, err := f.Logs(ctx)
	if err != nil {
		return &Finding{Status: Unknown, Summary: why(err)}
	}
	for _, want := range logs {
		for _, r := range all.Read {
			if want.Kind == "error" && r.Path == want.Path && r.Err != nil && !errors.Is(r.Err, fs.ErrNotExist) {
				return &Finding{Status: Unknown, Summary: why(r.Err)}
			}
		}
	}
	return nil
}

// span says a duration as people do: "24h", "90m".
func span(d time.Duration) string {
	s := d.String()
	for _, zero := range []string{"0s", "0m"} {
		if t := strings.TrimSuffix(s, zero); t != s && t != "" && strings.ContainsAny(t[len(t)-1:], "hm") {
			s = t
		}
	}
	return s
}

func hasLine(ev []Evidence, line sysinfo.LogLine) bool {
	for _, e := range ev {
		if e.Source == line.Source {
			return true
		}
	}
	return false
}

// upstreamHeaderTooBig: the response's headers do not fit the one buffer nginx has for them.
func upstreamHeaderTooBig() Check {
	return Check{
		ID: "upstream-header-too-big", Title: "Response headers fit the gateway's buffer", Topic: Platform,
		Means: `nginx reads all headers of a response into one small buffer (4 or 8 KiB). When the app sends more, many or large cookies mostly, nginx
gives up and answers 502: often for logged-in visitors only. Raise that one buffer for this location; and find out why the app sends so
much. Raising every buffer everywhere only costs memory.`,
		Run: logged([]errlog.Kind{errlog.HeaderTooBig}, func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			size := l.Settings.BufferSize
			found := &Finding{Confidence: 0.97, Where: l.Pass, Summary: fmt.Sprintf("the headers of %s are larger than %s_buffer_size (%s)", uriOf(line), l.family(), kib(size))}
			if l.Settings.BufferWhere.Known() {
				found.Where = l.Settings.BufferWhere
				found.Evidence = append(found.Evidence, Evidence{Source: found.Where.String(), Text: configLine(l.Site.Gateway.Root, found.Where)})
			}
			want := max(32<<10, size*2)
			fam := l.family()
			found.Fix = nginxFix(ctx, f, l, Fix{Title: "Give the response headers more room here", Risk: Low},
				pair{fam + "_buffer_size", kib(want)}, pair{fam + "_buffers", "8 " + kib(want)}, pair{fam + "_busy_buffers_size", kib(2 * want)})
			return found
		}),
	}
}

func uriOf(line sysinfo.LogLine) string {
	if line.URI == "" {
		return "a page"
	}
	return line.URI
}

func kib(n int) string { return fmt.Sprintf("%dk", n>>10) }

// upstreamInvalidHeader: the app sends a header that is none.
func upstreamInvalidHeader() Check {
	return Check{
		ID: "upstream-invalid-header", Title: "Apps send valid headers", Topic: Upstreams,
		Means: `The app sends a response header with a character that no header may have (a control character, a space in its name, a line break
from unclean input), or a status that is no number. nginx refuses the whole response. Only the app's code can be mended; the log shows
the header and the offending byte.`,
		Run: logged([]errlog.Kind{errlog.InvalidHeader}, func(_ context.Context, _ *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			return &Finding{Confidence: 0.96, Where: l.Where, Summary: fmt.Sprintf("the app behind %s sends a header that nginx refuses: %s", l.Address(), what(line)),
				Fix: Fix{Title: "Correct the header in the app", Risk: Low}.Tell("Find where the app (or a plugin) sets the header that the log line shows, and remove control characters and line breaks from its value before it is sent")}
		}),
	}
}

// what is what a log line says, without what the gateway was doing meanwhile.
func what(line sysinfo.LogLine) string {
	s, _, _ := strings.Cut(line.Message, " while ")
	return shorten(s)
}

func shorten(s string) string {
	if len(s) > 120 {
		return s[:120] + "…"
	}
	return s
}

// upstreamConflictingLength: two headers that contradict each other; newer nginx refuses them.
func upstreamConflictingLength() Check {
	return Check{
		ID: "upstream-conflicting-length-headers", Title: "Apps state a response's length once", Topic: Upstreams,
		Means: `The app states the length of its response twice: Content-Length beside Transfer-Encoding, or one of them two times. nginx refuses that
since 1.23, so it appears after an upgrade of nginx although the app did not change. Remove one of the two in the app or its middleware.`,
		Run: logged([]errlog.Kind{errlog.ConflictingLength}, func(_ context.Context, _ *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			return &Finding{Confidence: 0.96, Where: l.Where, Summary: fmt.Sprintf("the app behind %s states a response's length twice: %s", l.Address(), what(line)),
				Fix: Fix{Title: "Send one of the two headers only", Risk: Low}.Tell("In the app or the proxy in front of it, send either Content-Length or Transfer-Encoding, each once. Do not set them by hand where the framework does")}
		}),
	}
}

// fcgiEmptyStdout: a FastCGI program ends without having sent headers.
func fcgiEmptyStdout() Check {
	return Check{
		ID: "fcgi-empty-stdout", Title: "FastCGI programs answer with headers", Topic: Upstreams,
		Means: `The FastCGI program ended its answer without any headers: with fcgiwrap, the script is missing, not executable, or died. Its error text
stands in nginx's log, next to "FastCGI sent in stderr".`,
		Run: logged([]errlog.Kind{errlog.FastCGIEmpty, errlog.FastCGIRecord}, func(_ context.Context, _ *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			return &Finding{Confidence: 0.9, Where: l.Where, Summary: fmt.Sprintf("the FastCGI program behind %s ended without an answer", l.Address()),
				Fix: Fix{Title: "Let the script answer", Risk: Low}.Tell("Look at the stderr text in the log: the script that SCRIPT_FILENAME names must exist, be executable for the program's user (chmod +x), and name an interpreter that is there; then run it by hand as that user")}
		}),
	}
}

// midBodyFailure: the page was cut, and the access log says 200.
func midBodyFailure() Check {
	return Check{
		ID: "mid-body-failure", Title: "Responses arrive whole", Topic: Upstreams,
		After: []ID{"oom-killed", "fpm-worker-segfault", "disk-full", "nginx-temp-dir-permission", "fpm-reload-inflight", "fpm-request-terminate-timeout"},
		Means: `The upstream's connection broke, or fell silent, in the middle of a page. The headers were already sent, so the access log says 200
while visitors see half a page, and a CDN in front may show its own 502 or 520. Look at what ended the app in that second.`,
		Run: logged([]errlog.Kind{errlog.PrematureCloseBody, errlog.ReadResetBody, errlog.ReadTimeoutBody, errlog.InvalidBody}, func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			return &Finding{Confidence: 0.8, Where: l.Where, Summary: fmt.Sprintf("responses of %s are cut in the middle (%s)", l.Address(), uriOf(line)),
				Fix: Fix{Title: "Find what ends the app in the middle of a page", Risk: Low}.Tell("Look at the app's log and the kernel log in the second of these lines: a crash, a kill for memory, a restart by a deploy, or a timeout of the app's own")}
		}),
	}
}
