package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// upstreamInvalidHeader: the app sends a header that is none.
func upstreamInvalidHeader() Check {
	return Check{
		ID: "upstream-invalid-header", Title: "Apps send valid headers", Topic: Upstreams,
		Means: `The app sends a response header with a character that no header may have (a control character, a space in its name, a line break
from unclean input), or a status that is no number. nginx refuses the whole response. Only the app's code can be mended; the log shows
the header and the offending byte.`,
		Run: logged([]errlog.Kind{errlog.InvalidHeader}, func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			if _, _, ok := l.apacheHop(); ok {
				return nil // apache-bad-backend-header
			}
			if l.Site.Gateway.Kind == "varnish" && oneTooLarge(ctx, f, l, line.Message) != "" {
				return nil // upstream-header-too-big
			}
			found := &Finding{Confidence: 0.96, Where: l.Where, Summary: fmt.Sprintf("the app behind %s sends a header that %s refuses: %s", l.Address(), l.From, what(line)),
				Fix: badHeader(ctx, f, l)}
			if at := headerSent(l, line); at.Known() {
				found.Where = at
				found.Evidence = []Evidence{codeLine(l.Site.Gateway.Root, at)}
			}
			oddHeader(ctx, f, l, found)
			headerOfInner(ctx, f, l, found)
			return found
		}),
	}
}

// sentHeader is a line of PHP's that sends a header.
var sentHeader = whenAsked(`\bheader\s*\(`)

// headerSent is the line of a page's own script that sends what a log line quotes of a header; none where another file does.
func headerSent(l *live, line sysinfo.LogLine) sysinfo.Place {
	page, _, _ := strings.Cut(line.URI, "?")
	if page == "" && l.answer != nil {
		page, _, _ = strings.Cut(l.answer.Question.URI, "?")
	}
	script := l.Site.Script(page)
	if l.Scheme != "fastcgi" || script == "" {
		return sysinfo.Place{}
	}
	quoted := inDoubleQuotes.FindStringSubmatch(line.Message)
	if quoted == nil {
		return sysinfo.Place{}
	}
	for at, text := range linesIn(l.Site.Gateway.Root, script) {
		if name, _, _ := strings.Cut(quoted[1], "\\x"); name != "" && sentHeader.MatchString(text) && strings.Contains(text, name) {
			return at
		}
	}
	return sysinfo.Place{}
}

var inDoubleQuotes = whenAsked(`"([^"]+)"`)

// what is what a log line says, without what the gateway was doing meanwhile.
func what(line sysinfo.LogLine) string {
	s, _, _ := strings.Cut(line.Message, " while ")
	return shorten(s)
}
