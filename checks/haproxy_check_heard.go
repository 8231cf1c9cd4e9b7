package checks

import (
	"context"
	"fmt"
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
	if !ok || !is || !l.hit || !own("haproxy", l.answer) || !srv.Full.Has("check") || !l.appIsWell(ctx, f) {
		return sysinfo.ServerState{}, nil
	}
	back := h.Config.Backend(l.Block)
	line, ok := back.Get("option", "httpchk")
	if !ok {
		return sysinfo.ServerState{}, nil
	}
	told := pageCheckOf(l.Site.Gateway.Root, back, line)
	host := sentHost(told.send)
	if host == "" {
		host = l.Address()
	}
	page := told.page()
	a, err := l.askApp(ctx, f, sysinfo.Question{Host: host, URI: page})
	want, expects := back.Get("http-check", "expect")
	s := sysinfo.ServerState{Status: "DOWN", Check: "L7STS", Code: a.Status}
	switch {
	case err != nil || a.Status == 0 || wellSaid(a) && (!expects || !unmet(want, a, &s)):
		return sysinfo.ServerState{}, nil
	}
	says := pageSays(&a, fmt.Sprintf("%d, as HAProxy's health check asks", a.Status))
	return s, &says
}

// unmet says that an answer is not the one which a check is told to expect: its status, or a word in it. Of a page that was not read to its end
// nobody can say.
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
