package checks

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// mendCheck corrects the health check of an app that answers: where it goes, what it speaks, how long it waits, what it asks
// for and what it expects.
func mendCheck(ctx context.Context, f *sysinfo.Facts, l *live, s sysinfo.ServerState, found *Finding) Fix {
	h, ok := l.Site.Gateway.Extra.(*sysinfo.HAProxy)
	srv, is := l.Extra.(haproxy.Server)
	if !ok || !is {
		return Fix{Title: "Correct the health check", Risk: Low}
	}
	if x, ok := mendProxied(ctx, f, l, s, found); ok {
		return x
	}
	if x, ok := checkHelper(ctx, f, l, srv, found); ok {
		return x
	}
	back := h.Config.Backend(l.Block)
	switch port := srv.Full.After("port"); {
	case strings.HasPrefix(s.Check, "L4CON") && port != "" && port != strconv.Itoa(l.Port):
		return checkWithout(ctx, f, l, srv, "port", "port "+port, "Let the check ask where the pages come from", found)
	case strings.HasPrefix(s.Check, "L6") && srv.Full.Has("check-ssl") && !srv.TLS:
		return checkWithout(ctx, f, l, srv, "check-ssl", "check-ssl", "The app speaks no TLS: let the check speak none", found)
	}
	if x, ok := checkNames(ctx, f, l, s, srv, found); ok {
		return x
	}
	if x, ok := checkSpeaks(ctx, f, l, back, found); ok { // its answer may be waited for in vain: no time is long enough
		return x
	}
	if strings.HasSuffix(s.Check, "TOUT") {
		if x, ok := checkLonger(ctx, f, l, srv, back, found); ok {
			return x
		}
	}
	line, ok := back.Get("option", "httpchk")
	if !ok || !strings.HasPrefix(s.Check, "L7") {
		return Fix{Title: "Let the check ask for what the app has", Risk: Low}.Tell("The check brought %s: compare the server's line with what the app speaks, and its port with check port", checkSaid(s))
	}
	return mendPage(ctx, f, l, s, back, line, found)
}

// checkWithout takes a word of the check out of the server's line, or of its default-server's.
func checkWithout(ctx context.Context, f *sysinfo.Facts, l *live, srv haproxy.Server, word, text, say string, found *Finding) Fix {
	root, at := l.Site.Gateway.Root, srv.At(word)
	found.Where = at
	if at != l.Where {
		found.Evidence = append(found.Evidence, lineOf(root, at))
	}
	x := Fix{Title: "Correct the health check", Risk: Low, Undo: setLine(root, at, configLine(root, at))}
	return checked(ctx, f, l, x.Do(say, "%s", replace(root, at, " "+text, "")))
}

// checked loads a corrected check and gives it the time to pass.
func checked(ctx context.Context, f *sysinfo.Facts, l *live, x Fix) Fix {
	return reload(ctx, f, l.Site.Gateway, x).Do("Give the checks time to pass", "sleep 5")
}

// soon is a number of milliseconds below a second.
var soon = whenAsked(`^\d{1,3}(ms)?$`)

// checkLonger gives a check more time: timeout check, else inter, is how long it waits.
func checkLonger(ctx context.Context, f *sysinfo.Facts, l *live, srv haproxy.Server, back *haproxy.Section, found *Finding) (Fix, bool) {
	root := l.Site.Gateway.Root
	x := Fix{Title: "Let the check wait for its answer", Risk: Low}
	wait, place := back.Timeout("check")
	at, inter := place, srv.Full.After("inter")
	switch {
	case at.Known() && wait > 0 && wait < 2*time.Second:
		x.Undo = setLine(root, at, configLine(root, at))
		x = x.Do(fmt.Sprintf("%s is short: five seconds", wait), "%s", setLine(root, at, "timeout check 5s"))
	case soon.MatchString(inter):
		at = srv.At("inter")
		x.Undo = setLine(root, at, configLine(root, at))
		x = x.Do("Check every two seconds, and wait as long", "%s", replace(root, at, "inter "+inter, "inter 2s"))
	default:
		return x, false
	}
	found.Where = at
	found.Evidence = append(found.Evidence, lineOf(root, at))
	return checked(ctx, f, l, x), true
}
