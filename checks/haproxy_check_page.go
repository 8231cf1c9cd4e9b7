package checks

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// mendPage corrects the page that a check over HTTP asks for, the name it asks by, or what it may be answered.
func mendPage(ctx context.Context, f *sysinfo.Facts, l *live, s sysinfo.ServerState, back *haproxy.Section, line haproxy.Line, found *Finding) Fix {
	root := l.Site.Gateway.Root
	x := Fix{Title: "Let the check ask for a page that the app has", Risk: Low}
	told, wrong := pageCheckOf(root, back, line), line
	if x, ok := checkTurnedAway(ctx, f, l, told.page(), s.Code, found); ok {
		return x
	}
	if x, ok := checkBehind(ctx, f, l, told.page(), s.Code, found); ok {
		return x
	}
	found.Where = line.Place
	found.Evidence = append(found.Evidence, lineOf(root, found.Where))
	page := told.page()
	if told.send.After("uri") != "" { // it says more than the line that switches the checks on
		wrong = told.send
		found.Where = wrong.Place
		found.Evidence = append(found.Evidence, lineOf(root, found.Where))
	}
	if x, ok := checkExpects(ctx, f, l, s, back, page, found); ok {
		return x
	}
	_, expects := back.Get("http-check", "expect")
	a, err := l.frontPage(ctx, f)
	name, host := a.Question.Host, sentHost(told.send)
	well, named := err == nil && wellSaid(a), nameOfSite.MatchString(a.Question.Host)
	if host != "" && host != name && s.Code >= 400 && named {
		if byName, err := l.pageOfApp(ctx, f, page); err == nil && wellSaid(byName) {
			found.Where, x.Title = told.send.Place, "Let the check ask by the site's name"
			return checked(ctx, f, l, told.set(x, fmt.Sprintf("Asked for %s the app gives %d, asked for %s %d", host, s.Code, name, byName.Status), told.send, "Host "+host, "Host "+name))
		}
		a, err = l.askApp(ctx, f, sysinfo.Question{Host: host, URI: "/"}) // the check goes on asking by its own name
		well = err == nil && wellSaid(a)
	}
	if !named && (page == "/" || !well) && !told.sends() && s.Code >= 400 {
		if known, b := l.nameKnown(ctx, f); known != "" {
			name, a, well, named = known, b, true, true
		}
	}
	if x, ok := checkNamed(ctx, f, l, told, s.Code, name, found); ok && well && !refusesMethod(s, line) {
		return x
	}
	switch {
	case well && !told.sends() && refusesMethod(s, line):
		x = told.set(x, fmt.Sprintf("The check asks with %s and gets %d; GET / gives %d: let the check ask as visitors do", checkMethod(line), s.Code, a.Status), line, configLine(root, line.Place), "option httpchk GET "+page)
	case well && strings.HasPrefix(page, "/") && page != "/":
		x = told.set(x, fmt.Sprintf("%s gives %d, / gives %d: let the check ask for /", page, s.Code, a.Status), wrong, page, "/")
	case well && page == "/" && !told.sends() && s.Code >= 400 && named: // it asks as HTTP/1.1 does, and that without a name no server takes
		x = told.add(x, fmt.Sprintf("The check names no site and gets %d; asked for %s the app gives %d: let the check name it", s.Code, name, a.Status), "http-check send hdr Host "+name)
	case err == nil && a.Status == http.StatusUnauthorized && s.Code == a.Status && !expects:
		x.Title = "Let the check take the question for a login for a sign of life"
		x = told.add(x, "The app asks everybody for a login (401), the check as well as visitors: that it asks shows that it lives", "http-check expect status 200-399,401")
	default:
		return x.Tell("The check asks for %s and gets %s. Correct the page (or the Host header it needs: http-check send hdr Host …) at %s, or what it may answer: http-check expect status 200-399", page, checkSaid(s), found.Where)
	}
	return checked(ctx, f, l, x)
}

// nameKnown is a name that this machine's /etc/hosts gives to itself and for which the app gives its page: where no address was named, the site may be that.
func (l *live) nameKnown(ctx context.Context, f *sysinfo.Facts) (string, sysinfo.Answer) {
	tried := 0
	hosts := f.HostNames(l.Site.Gateway)
	for _, name := range slices.Sorted(maps.Keys(hosts)) {
		if !nameOfSite.MatchString(name) || !hosts[name][0].IsLoopback() || strings.HasSuffix(name, ".localdomain") || name == strings.ToLower(f.Host.Name) {
			continue
		}
		if tried++; tried > 4 {
			break
		}
		if a, err := l.askOnce(ctx, f, sysinfo.Question{Host: name, URI: "/"}); err == nil && wellSaid(a) {
			return name, a
		}
	}
	return "", sysinfo.Answer{}
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
