package checks

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"fix502/sysinfo"
)

// mostOfCloudflare is how much of headers Cloudflare takes from an origin (developers.cloudflare.com, error 520).
const mostOfCloudflare = 128 << 10

// cloudflareEmpty finds answers that Cloudflare cannot use: the page that is asked now, and those for which nginx hung up on Cloudflare (444).
func cloudflareEmpty() Check {
	return Check{
		ID: "cloudflare-520-empty-or-malformed", Title: "Cloudflare can read the origin's answers", Topic: CDN,
		Means: `Your server answered Cloudflare with nothing, with what is no HTTP, or with headers larger than 128 KiB: a crash, a reset, a rule that hangs up (nginx's return 444), or too many
cookies. Looked at here: the page as this server answers it now, and the requests of Cloudflare's in the access log that got no answer. What becomes of a
connection on its way is not seen from here.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			if inFrontOf(ctx, f, s) != "Cloudflare" {
				return nil
			}
			asked := 0
			for _, a := range f.Answers(ctx, s) {
				from := "GET " + a.Question.Path() + " from " + a.Question.Address
				switch {
				case a.Reached && a.Err != nil && !a.TimedOut() && !a.Refused() && !a.Question.TLS && !endedByUs(a.Err):
					return &Finding{Status: Warn, Evidence: []Evidence{{Source: from, Text: Quote(a.Err.Error())}}, Summary: fmt.Sprintf("%s: nothing that Cloudflare can read comes of %s: visitors see its 520", s, withoutArguments(a.Question.URI)),
						Fix: Fix{Title: "See why it hangs up", Risk: Low}.Tell("A rule may say so (nginx: return 444), or what answers crashed: its log tells at that time")}
				case headerBytes(a.Header) > mostOfCloudflare:
					return &Finding{Status: Warn, Evidence: []Evidence{{Source: from, Text: largestHeaders(a.Header)}}, Summary: fmt.Sprintf("%s: the headers of %s are %d KiB, and Cloudflare takes 128: visitors see its 520", s, withoutArguments(a.Question.URI), headerBytes(a.Header)>>10),
						Fix: Fix{Title: "Send smaller headers", Risk: Low}.Tell("Cookies are the usual ones: keep a session's data here, and its number alone in the cookie")}
				case a.Status > 0:
					asked++
				}
			}
			if n, last := leftEmpty(s); n > 0 {
				return &Finding{Status: Warn, Evidence: []Evidence{last}, Summary: fmt.Sprintf("%s: nginx hung up on %s of Cloudflare's latest (444): visitors saw its 520", s, plural(n, "request", "requests")),
					Fix: Fix{Title: "Answer them", Risk: Low}.Tell("grep -rn 'return 444' /etc/nginx shows the rule; a return 403 in its place is an answer, which Cloudflare passes on")}
			}
			if asked == 0 {
				return nil
			}
			return pass(fmt.Sprintf("%s: the page asked now is whole, with headers within Cloudflare's 128 KiB", s))
		}),
	}
}

// endedByUs says that it was us who ended a connection, or that none came about.
func endedByUs(err error) bool {
	var dial *net.OpError
	return errors.Is(err, context.Canceled) || errors.As(err, &dial) && dial.Op == "dial"
}

func headerBytes(h http.Header) int {
	n := 0
	for name, values := range h {
		for _, v := range values {
			n += len(name) + len(v) + len(": \r\n")
		}
	}
	return n
}

// largestHeaders are the names of the largest ones, without what they hold.
func largestHeaders(h http.Header) string {
	most := ""
	for name, values := range h {
		if n := headerBytes(http.Header{name: values}); most == "" || n > headerBytes(http.Header{most: h[most]}) {
			most = name
		}
	}
	return fmt.Sprintf("%s alone has %d bytes", Quote(most), headerBytes(http.Header{most: h[most]}))
}

// leftEmpty counts Cloudflare's latest requests that nginx closed without an answer.
func leftEmpty(s *sysinfo.Site) (n int, last Evidence) {
	_, by := realIP(s)
	for path, text := range accessTails(s) {
		for line := range strings.Lines(text) {
			a, ok := connected(line)
			if ok && hungUpOn.MatchString(line) && (by == "Cloudflare" || sysinfo.CDN(a) == "Cloudflare") {
				n, last = n+1, Evidence{Source: path, Text: Quote(strings.TrimSpace(line))}
			}
		}
	}
	return n, last
}

var hungUpOn = whenAsked(`" 444 |"status": ?"?444\b`)

func withoutArguments(uri string) string {
	page, _, _ := strings.Cut(uri, "?")
	return page
}
