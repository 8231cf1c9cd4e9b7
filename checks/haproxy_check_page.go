package checks

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// mendPage corrects the page that a check over HTTP asks for, the name it asks by, or what it may be answered.
func mendPage(ctx context.Context, f *sysinfo.Facts, l *live, s sysinfo.ServerState, back *haproxy.Section, line haproxy.Line, found *Finding) Fix {
	root := l.Site.Gateway.Root
	x := Fix{Title: "Let the check ask for a page that the app has", Risk: Low}
	found.Where = line.Place
	found.Evidence = append(found.Evidence, lineOf(root, found.Where))
	page := line.After("httpchk")
	if len(line.Words) > 3 {
		page = line.Words[3]
	}
	send, sends := back.Get("http-check", "send")
	if sends && send.After("uri") != "" { // it says more than the line that switches the checks on
		page = send.After("uri")
		found.Where = send.Place
		found.Evidence = append(found.Evidence, lineOf(root, found.Where))
	}
	if page == "" {
		page = "/"
	}
	if x, ok := checkExpects(ctx, f, l, s, back, page, found); ok {
		return x
	}
	a, err := l.frontPage(ctx, f)
	well := err == nil && wellSaid(a)
	host := sentHost(send)
	if host != "" && host != a.Question.Host && s.Code >= 400 && nameOfSite.MatchString(a.Question.Host) {
		if byName, err := l.pageOfApp(ctx, f, page); err == nil && wellSaid(byName) {
			found.Where = send.Place
			x.Title, x.Undo = "Let the check ask by the site's name", setLine(root, found.Where, configLine(root, found.Where))
			return checked(ctx, f, l, x.Do(fmt.Sprintf("Asked for %s the app gives %d, asked for %s %d", host, s.Code, a.Question.Host, byName.Status), "%s", replace(root, found.Where, "Host "+host, "Host "+a.Question.Host)))
		}
		a, err = l.askApp(ctx, f, sysinfo.Question{Host: host, URI: "/"}) // the check goes on asking by its own name
		well = err == nil && wellSaid(a)
	}
	x.Undo = setLine(root, found.Where, configLine(root, found.Where))
	switch {
	case well && !sends && refusesMethod(s, line):
		return checked(ctx, f, l, x.Do(fmt.Sprintf("The check asks with %s and gets %d; GET / gives %d: let the check ask as visitors do", checkMethod(line), s.Code, a.Status), "%s", setLine(root, found.Where, "option httpchk GET "+page)))
	case well && strings.HasPrefix(page, "/") && page != "/":
		return checked(ctx, f, l, x.Do(fmt.Sprintf("%s gives %d, / gives %d: let the check ask for /", page, s.Code, a.Status), "%s", replace(root, found.Where, page, "/")))
	case well && page == "/" && !sends && s.Code >= 400 && nameOfSite.MatchString(a.Question.Host):
		x.Undo = removeBelow(root, found.Where, 1)
		return checked(ctx, f, l, x.Do(fmt.Sprintf("The check names no site and gets %d; asked for %s the app gives %d: let the check name it", s.Code, a.Question.Host, a.Status), "%s", insertAfter(root, found.Where, "http-check send hdr Host "+a.Question.Host)))
	}
	x.Undo = ""
	return x.Tell("The check asks for %s and gets %s. Correct the page (or the Host header it needs: http-check send hdr Host …) at %s, or what it may answer: http-check expect status 200-399", page, checkSaid(s), found.Where)
}

// wellSaid says that HAProxy's check takes an answer for a good one, unless it is told what to expect (HAProxy's manual, "option httpchk").
func wellSaid(a sysinfo.Answer) bool { return a.Status >= 200 && a.Status < 400 }

// refusesMethod says that the app has no answer to the way in which it is asked, whatever the page.
func refusesMethod(s sysinfo.ServerState, line haproxy.Line) bool {
	return checkMethod(line) != "GET" && len(line.Words) <= 4 && (s.Code == http.StatusMethodNotAllowed || s.Code == http.StatusNotImplemented)
}

// checkMethod is how a check asks: with OPTIONS unless it is told otherwise, and with a page alone, too (HAProxy's manual, "option httpchk").
func checkMethod(line haproxy.Line) string {
	if len(line.Words) > 3 {
		return strings.ToUpper(line.Words[2])
	}
	return "OPTIONS"
}

var nameOfSite = whenAsked(`^[A-Za-z0-9.-]+\.[A-Za-z0-9-]+$`)

// sentHost is the site that a check names: http-check send hdr Host NAME.
func sentHost(send haproxy.Line) string {
	for i := 0; i+2 < len(send.Words); i++ {
		if send.Words[i] == "hdr" && strings.EqualFold(send.Words[i+1], "host") {
			return send.Words[i+2]
		}
	}
	return ""
}
