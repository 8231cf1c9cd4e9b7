package checks

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// upstreamReturned5xx: the app itself answers 502, 503 or 504 and the gateway only hands it on.
func upstreamReturned5xx() Check {
	return Check{
		ID: "upstream-returned-5xx", Title: "No app answers with a gateway's error itself", Topic: Upstreams,
		After: []ID{"maintenance-503", "rate-limited-503", "upstream-port-nothing-listening", "modsecurity-blocks"},
		Means: `The gateway did its work: the app behind it answered 502, 503 or 504 itself, and that was passed on without a line in the error log. The app
is a gateway too, or a service behind it failed, or it is in maintenance; of a 500 it is told only where the app's own words say why. Look at the next hop in the same way: its log, what it calls.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if !quietly(l) {
				return missedBehind(ctx, f, l)
			}
			if found := cachedFailure(ctx, f, l); found != nil {
				return found
			}
			if !madeByApp(ctx, f, l) {
				return nil
			}
			if found := nameNotPassed(ctx, f, l); found != nil {
				return found
			}
			found := &Finding{Status: Fail, Confidence: 0.9, Where: l.Where, Summary: fmt.Sprintf("the app at %s answers %d itself; %s only passes it on", l.Address(), l.answer.Status, l.From),
				Evidence: []Evidence{pageSays(l.answer, fmt.Sprintf("%d, and %s; body: %s", l.answer.Status, notItsOwn(ctx, f, l), firstText(l.answer.Body))), passLine(l)}}
			if hidden := l.ownWords(ctx, f); len(hidden) > 0 {
				found.Evidence = append(hidden, found.Evidence...)
				found.Summary = fmt.Sprintf("the app at %s answers %d itself; %s shows a page of its own in its place", l.Address(), l.answer.Status, l.From)
			}
			in := f.Inner(ctx, l.Hop)
			if in != nil {
				found.Confidence = 0.5
				found.Summary = fmt.Sprintf("the inner gateway at %s answers %d", l.Address(), l.answer.Status)
				if f.URL == "" && shutInside(in, l.answer.Question.URI) && frontIsWell(ctx, f, l.Site) {
					found.Status, found.Site = Warn, l.Site // nobody asked for that part of the site
				}
			}
			if g := hiddenBehind(ctx, f, l); g != nil {
				found.Summary = fmt.Sprintf("%s in a container answers %d at %s; %s only passes it on", g.Title(), l.answer.Status, l.Address(), l.From)
				found.Fix = Fix{Title: "Look into its container", Risk: Low}.Tell("Only root may see the files and logs of that container, which tell why: run fix502 again with sudo")
				return found
			}
			if in != nil && in.Gateway.Running() {
				if shut := unread(ctx, f, complaintLogs(in)); shut != nil { // why it answers so stands there
					return shut
				}
			}
			u := appUnit(ctx, f, l)
			if u.Name != "" {
				found.Evidence = append(found.Evidence, unitSays(u))
				found.Evidence = append(found.Evidence, lastWords(ctx, f, u)...)
			}
			const say = "Read what the app said in this minute. Look for what it could not reach, or why it turned the request away; 503 with Retry-After is often maintenance or a limit of its own"
			x := Fix{Title: "Look behind the app", Risk: Low}
			found.Fix = readApp(ctx, f, l, x, say)
			line, told := saidByPHP(ctx, f, l)
			if told && strings.HasPrefix(line.Source, "/") {
				found.Evidence = append([]Evidence{quoteLine(line)}, found.Evidence...)
				found.Fix = x.Do(say, "tail -n 50 %s", sh(logOf(line)))
			}
			if toldWhy(ctx, f, l, u, found) || calledApp(ctx, f, l, u, found) || closedBySetting(f, l, u, found) || closedByRoute(f, l, u, found) {
				found.Confidence = 0.96
			} else if !told {
				if askedIsWell(ctx, f, l) {
					found.Status = Warn
				}
				idleStores(ctx, f, found)
				settingsClosed(f, l, u, found)
			}
			return found
		}),
	}
}

// shutInside says that the inner gateway, an Apache, has a line which closes a part of the site: <Location /intern> with Redirect 503 in it.
func shutInside(in *sysinfo.Site, uri string) bool {
	return slices.ContainsFunc(closingLines(in), func(at sysinfo.Place) bool {
		part := locationAround(in, at)
		return len(part) > 1 && strings.HasPrefix(uri, part)
	})
}

// frontIsWell says that a site's front page was asked and comes.
func frontIsWell(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) bool {
	return slices.ContainsFunc(f.Answers(ctx, s), func(a sysinfo.Answer) bool { return a.Question.URI == "/" && a.Status > 0 && a.Status < 500 })
}

// notItsOwn is how it is known that a page was passed on; of an error log that only root may read nothing is said.
func notItsOwn(ctx context.Context, f *sysinfo.Facts, l *live) string {
	if l.madeByGateway(ctx, f, l.answer) {
		return "the app, asked without " + l.From + ", answers the same"
	}
	if unheard(ctx, f, l.Site) != nil {
		return "no page that " + l.From + " makes itself"
	}
	return "no failure of " + l.From + "'s own in its error log"
}

// madeByApp says that the app itself made the error of the page we asked for. A page that is the gateway's own is none: it made the error
// itself, and its log is not readable or not there.
func madeByApp(ctx context.Context, f *sysinfo.Facts, l *live) bool {
	return quietly(l) && (!l.madeByGateway(ctx, f, l.answer) || l.saysTheSame(ctx, f))
}

// saysTheSame: an app of this machine, asked without its gateway, answers the same. An empty page of Caddy's, say, does not tell who made it.
func (l *live) saysTheSame(ctx context.Context, f *sysinfo.Facts) bool {
	a, ok := l.itself(ctx, f)
	return ok && a.Status == l.answer.Status
}

// quietly says that a page failed with a gateway's error and the gateway only passed it on.
func quietly(l *live) bool {
	return passedOn(l) && l.answer.Status >= 502 && l.answer.Status <= 504
}

// passedOn says that a page failed and the gateway has no line about it in its error log, while the app can be reached.
func passedOn(l *live) bool {
	return l.hit && !slices.ContainsFunc(l.fresh, failureOfOwn) && l.answer != nil && (l.reach.Open() || l.reach.Err != nil)
}

// failureOfOwn tells a gateway's complaint from the line that HAProxy and Caddy write of every request into the same log: of HAProxy's one with
// a server's name, and no letter of how it ended, is an answer that was passed on.
func failureOfOwn(line sysinfo.LogLine) bool {
	return line.Kind != errlog.AccessGateway && line.Kind != errlog.AccessError || strings.HasSuffix(line.Name, "/<NOSRV>")
}

// askedIsWell says that the page which the user named comes from the same app, and well: what the app says of another of its pages may
// be meant (a branch that is closed). Another app's page that says when to come again is meant.
func askedIsWell(ctx context.Context, f *sysinfo.Facts, l *live) bool {
	answers := f.Answers(ctx, l.Site)
	if f.URL == "" || len(answers) == 0 {
		return false
	}
	a := answers[0]
	return a.Question.URI != l.answer.Question.URI && a.Status > 0 && a.Status < 500 && (f.PageOf(l.Site, a.Question.URI) == l.Hop || l.answer.Status == http.StatusServiceUnavailable && l.answer.Header.Get("Retry-After") != "")
}

// behindApp: as we asked for its page, the app told that another service of this machine refused it, and that one does not run, or that the socket
// of one turned it away. PHP's words are among the evidence already.
func behindApp(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) bool {
	lines, _ := f.Words(ctx, u) // what PHP hands to the gateway may tell as well
	now := slices.DeleteFunc(slices.Clone(latest(lines)), func(l sysinfo.JournalLine) bool { return f.Host.Now().Sub(l.Time) > 15*time.Second })
	for _, e := range found.Evidence {
		if strings.Contains(e.Text, "PHP message: ") || ownPHP.MatchString(e.Text) {
			now = append(now, sysinfo.JournalLine{Text: e.Text, Time: e.Time})
		}
	}
	missed, ok := missedService(ctx, f, u, now)
	if ok {
		startMissed(ctx, f, found, missed)
		return true
	}
	return barredFromSocket(ctx, f, l, u, now, found)
}

// ownPHP is how a line of PHP's own error log begins (php_log_err_with_severity).
var ownPHP = whenAsked(`^\[\d\d-\w{3}-\d{4} \d\d:\d\d:\d\d [\w/+-]+\] `)

// saidByPHP is what a script said as we asked for its page: PHP-FPM hands it to the gateway, which writes it into its own error log, or PHP has a log of its own.
func saidByPHP(ctx context.Context, f *sysinfo.Facts, l *live) (sysinfo.LogLine, bool) {
	for _, line := range f.Fresh(ctx, l.Site) {
		if l.Scheme == "fastcgi" && (strings.Contains(line.Text, "PHP message: ") || ownPHP.MatchString(line.Text)) && l.Site.Wrote(&line) {
			return line, true
		}
	}
	return sysinfo.LogLine{}, false
}

// own says that an error page is the built-in one of a gateway of this kind, so that it made the error itself, as far as a page can tell.
func own(kind string, a *sysinfo.Answer) bool {
	body, server := string(a.Body), a.Header.Get("Server")
	switch kind {
	case "nginx":
		return strings.Contains(body, "<hr><center>nginx") && strings.HasPrefix(server, "nginx")
	case "haproxy": // src/http.c, http_err_msgs
		return server == "" && (strings.Contains(body, "No server is available to handle this request") || strings.Contains(body, "The server didn't respond in time.") ||
			strings.Contains(body, "The server returned an invalid or incomplete response."))
	case "varnish":
		return strings.Contains(body, "Guru Meditation") && a.Header.Get("X-Varnish") != ""
	case "caddy":
		return body == "" && server == "Caddy"
	case "traefik":
		return ownTraefik(a)
	}
	return false
}

// ownApache says the same of Apache's, where no other Apache behind it can have made it.
func ownApache(ctx context.Context, f *sysinfo.Facts, l *live, a *sysinfo.Answer) bool {
	_, _, ok := l.apacheHop()
	body := string(a.Body)
	return ok && f.Inner(ctx, l.Hop) == nil && strings.HasPrefix(body, `<!DOCTYPE HTML PUBLIC "-//`) &&
		strings.Contains(body, fmt.Sprintf("<title>%d ", a.Status)) && strings.HasPrefix(a.Header.Get("Server"), "Apache")
}

// madeByGateway says that an answer is of the making of a hop's gateway, not of what is behind it.
func (l *live) madeByGateway(ctx context.Context, f *sysinfo.Facts, a *sysinfo.Answer) bool {
	return own(l.Site.Gateway.Kind, a) || ownApache(ctx, f, l, a)
}

func firstText(b []byte) string {
	s := strings.Join(strings.Fields(string(b)), " ")
	return s[:min(len(s), 160)]
}
