package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// sendsProxy are the words of a server's line that begin with the PROXY protocol.
var sendsProxy = whenAsked(`\s(send-proxy(?:-v2(?:-ssl(?:-cn)?)?)?|check-send-proxy)\b`)

// unwantedPreface: each visit begins with the PROXY protocol, and a server that does not take it answers 400 to that (nginx, Apache, Node), or
// hangs up; who asks it without gets the page.
func unwantedPreface(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	if l.answer == nil || l.answer.Status != 400 && l.answer.Status != 502 {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.97, Covers: []ID{"upstream-premature-close", "haproxy-bad-response", "upstream-returned-5xx"},
		Evidence: []Evidence{lineOf(l.Site.Gateway.Root, l.Where), pageSays(l.answer, fmt.Sprint(l.answer.Status))}}
	var ok bool
	if found.Fix, ok = withoutPreface(ctx, f, l, found, reload); !ok {
		return nil
	}
	return found
}

// mendProxied takes the PROXY protocol off a server whose check says that it is taken for a bad request.
func mendProxied(ctx context.Context, f *sysinfo.Facts, l *live, s sysinfo.ServerState, found *Finding) (Fix, bool) {
	if s.Code != 400 && !strings.HasPrefix(s.Check, "L7RSP") && !strings.HasPrefix(s.Check, "L6") { // who is not reached at all said nothing of it
		return Fix{}, false
	}
	return withoutPreface(ctx, f, l, found, func(ctx context.Context, f *sysinfo.Facts, _ *sysinfo.Gateway, x Fix) Fix {
		return checked(ctx, f, l, x)
	})
}

// withoutPreface takes the PROXY protocol off a server that gives a page to who asks without it: off its own line, or off the default-server
// of its own that gives it the word. Where that line is other servers' too, they may speak the protocol: then this one is excepted
// (HAProxy's manual, "no-send-proxy").
func withoutPreface(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding, load func(context.Context, *sysinfo.Facts, *sysinfo.Gateway, Fix) Fix) (Fix, bool) {
	srv, ours := l.Extra.(haproxy.Server)
	if !ours {
		return Fix{}, false
	}
	root, at := l.Site.Gateway.Root, l.Where
	for _, w := range srv.Full.Words {
		if sendsProxy.MatchString(" " + w) {
			at = srv.At(w)
		}
	}
	line := configLine(root, at)
	plain := sendsProxy.ReplaceAllString(line, "")
	if plain == line {
		return Fix{}, false
	}
	a, err := l.frontPage(ctx, f)
	if err != nil || a.Status < 200 || a.Status >= 400 {
		return Fix{}, false
	}
	if found.Where = at; at != l.Where {
		found.Evidence = append(found.Evidence, lineOf(root, at))
	}
	found.Summary = fmt.Sprintf("HAProxy begins with the PROXY protocol (%s), and the app at %s takes that for a bad request", strings.TrimSpace(sendsProxy.FindString(line)), l.Address())
	if at != l.Where && !onlyServers(l, at) {
		at, line = l.Where, configLine(root, l.Where)
		code := withoutComment(line)
		plain = strings.Replace(line, code, code+" no-"+strings.TrimSpace(sendsProxy.FindString(configLine(root, found.Where))), 1)
	}
	x := Fix{Title: "Ask the app without the PROXY protocol", Risk: Low, Undo: setLine(root, at, line)}
	return load(ctx, f, l.Site.Gateway, x.Do(fmt.Sprintf("Asked without it the app gives %d", a.Status), "%s", setLine(root, at, plain))), true
}

// onlyServers says that a default-server stands in the backend of a server, and is for no other one.
func onlyServers(l *live, at sysinfo.Place) bool {
	h, ok := l.Site.Gateway.Extra.(*sysinfo.HAProxy)
	if !ok {
		return false
	}
	back := h.Config.Backend(l.Block)
	return back != nil && len(back.Servers()) == 1 && slices.ContainsFunc(back.All("default-server"), func(d haproxy.Line) bool { return d.Place == at })
}
