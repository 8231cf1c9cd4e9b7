package checks

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// checkHeard is what a health check brought as HAProxy's log tells it, where the stats socket is not there or not ours to ask: "Server app/a is DOWN,
// reason: Layer7 wrong status, code: 404, info: …" (src/check.c, check_statuses).
func checkHeard(line sysinfo.LogLine) (sysinfo.ServerState, bool) {
	for words, short := range map[string]string{"Layer4 connection problem": "L4CON", "Layer4 timeout": "L4TOUT", "Layer6 timeout": "L6TOUT", "Layer6 invalid response": "L6RSP",
		"Layer7 timeout": "L7TOUT", "Layer7 invalid response": "L7RSP", "Layer7 wrong status": "L7STS"} {
		if strings.Contains(line.Text, "reason: "+words) {
			return sysinfo.ServerState{Status: "DOWN", Check: short, Code: line.Status}, true
		}
	}
	return sysinfo.ServerState{}, false
}

// askAsCheck asks the app for the page that HAProxy's health check asks for, where nothing that is ours to read tells what came of it: HAProxy answers
// 503 by itself, and the app gives that page.
func askAsCheck(ctx context.Context, f *sysinfo.Facts, l *live) (sysinfo.ServerState, *Evidence) {
	h, ok := l.Site.Gateway.Extra.(*sysinfo.HAProxy)
	srv, is := l.Extra.(haproxy.Server)
	if !ok || !is || !l.hit || !own("haproxy", l.answer) || !srv.Full.Has("check") || !l.wellOrShut(ctx, f) {
		return sysinfo.ServerState{}, nil
	}
	if checksElsewhere(l, srv) {
		return portOfCheck(ctx, f, l, srv)
	}
	back := h.Config.Backend(l.Block)
	line, ok := back.Get("option", "httpchk")
	if !ok {
		return sysinfo.ServerState{}, nil
	}
	told := pageCheckOf(l.Site.Gateway.Root, back, line)
	host := sentHost(told.send)
	if host == "" && slices.Contains(line.Words, "HTTP/1.1") { // a server has to refuse that (RFC 9112, 3.2)
		says := Evidence{Source: line.Place.String(), Text: QuoteConfig(configLine(l.Site.Gateway.Root, line.Place)) + " asks by HTTP/1.1 and names no host"}
		return sysinfo.ServerState{Status: "DOWN", Check: "L7STS", Code: http.StatusBadRequest}, &says
	}
	if host == "" {
		host = l.Address()
	}
	a, err := l.askApp(ctx, f, sysinfo.Question{Host: host, URI: told.page()})
	s := sysinfo.ServerState{Status: "DOWN", Check: "L7STS", Code: a.Status}
	if want, expects := back.Get("http-check", "expect"); err != nil || a.Status == 0 || expects && !unmet(want, a, &s) || !expects && wellSaid(a) {
		return sysinfo.ServerState{}, nil
	}
	says := pageSays(&a, fmt.Sprintf("%d, as HAProxy's health check asks", a.Status))
	return s, &says
}

// checksElsewhere says that a server's check is told to ask at another address or port than visitors' pages come from, or in another way: what the app
// gives us there tells nothing of it.
func checksElsewhere(l *live, srv haproxy.Server) bool {
	port := srv.Full.After("port")
	return port != "" && port != strconv.Itoa(l.Port) || srv.Full.Has("addr") || srv.Full.Has("check-ssl") || srv.Full.Has("check-send-proxy")
}

// portOfCheck knows of a check that asks at a port of this machine at which nobody listens.
func portOfCheck(ctx context.Context, f *sysinfo.Facts, l *live, srv haproxy.Server) (sysinfo.ServerState, *Evidence) {
	port, err := strconv.Atoi(srv.Full.After("port"))
	if err != nil || !l.reach.Local || srv.Full.Has("addr") {
		return sysinfo.ServerState{}, nil
	}
	all, err := f.Listeners(ctx, l.Site.Gateway)
	if err != nil || slices.ContainsFunc(all, func(s sysinfo.Socket) bool { return s.Network == "tcp" && int(s.Addr.Port()) == port }) {
		return sysinfo.ServerState{}, nil
	}
	return sysinfo.ServerState{Status: "DOWN", Check: "L4CON"}, &Evidence{Source: "ss -ltn", Text: fmt.Sprintf("no listener on port %d, where HAProxy's health check asks", port)}
}

// unmet says that an answer is not the one which a check is told to expect: its status, or a word in it. Of a page that was not read to its end
// nobody can say, and of what is expected in other ways neither.
func unmet(want haproxy.Line, a sysinfo.Answer, s *sysinfo.ServerState) bool {
	if want.Has("!") {
		return false
	}
	if words := want.After("string"); words != "" {
		s.Check = "L7RSP"
		return len(a.Body) < sysinfo.BodyLimit && !strings.Contains(string(a.Body), words)
	}
	status := want.After("status")
	return status != "" && !strings.ContainsAny(status, "-,") && status != strconv.Itoa(a.Status)
}
