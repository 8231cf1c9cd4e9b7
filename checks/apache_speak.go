package checks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
)

// apacheSpeak changes a line to the program's own protocol.
func apacheSpeak(ctx context.Context, f *sysinfo.Facts, l *live, a *sysinfo.Apache, has string) Fix {
	h, _, _ := l.apacheHop()
	want := map[string]string{"http": "http", "https": "https", "fastcgi": "fcgi", "uwsgi": "uwsgi", "http2": "h2c"}[has]
	if want == "" {
		return Fix{Title: "Ask another address: this is no web application", Risk: Low}.Tell("%s is %s. Correct %s to the address on which your app listens (ss -ltnp)", l.Address(), has, l.Where)
	}
	x, ok := apacheSchemes(l, Fix{Title: "Speak " + has + " to " + l.Address(), Risk: Low}, want)
	if !ok {
		return x.Tell("%s makes the address of a macro's parts: write %s:// where the macro says %s:// (<Macro …>), if all that use it speak so now; test and reload", l.Where, want, h.Target.Scheme)
	}
	if module := apache.Handlers[want]; !a.Config.Has(module) {
		undo := x.Undo
		x = enableModule(l.Site.Gateway, a, x, module)
		x.Undo = undo
	}
	if d := siteSetting(l.Site, a, "SSLProxyEngine"); has == "https" && (d == nil || !strings.EqualFold(d.Arg(0), "on")) {
		engine := speakTLS(l, Fix{})
		x.Steps, x.Undo = append(x.Steps, engine.Steps...), engine.Undo+"; "+x.Undo
	}
	if has == "https" {
		x = takeHere(ctx, f, l, x)
	}
	return reload(ctx, f, l.Site.Gateway, x)
}

// apacheSchemes changes the scheme on each line of a site that asks the address of a hop: its pages and its WebSockets. Not ok where a line
// has it from elsewhere.
func apacheSchemes(l *live, x Fix, want string) (Fix, bool) {
	root := l.Site.Gateway.Root
	var done []sysinfo.Place
	for _, hop := range append([]*sysinfo.Hop{l.Hop}, l.Site.Hops...) {
		h, ok := hop.Extra.(sysinfo.ApacheHop)
		if !ok || hop.Address() != l.Address() || slices.Contains(done, hop.Where) || len(done) == maxPointed {
			continue
		}
		was, is := h.Target.Scheme+"://", want+"://"
		if sockets := map[string]string{"http": "ws://", "https": "wss://"}[want]; strings.HasPrefix(was, "ws") && sockets != "" {
			is = sockets
		}
		switch has := strings.Contains(configLine(root, hop.Where), was); {
		case !has && len(done) == 0:
			return x, false
		case has && was != is:
			x.Undo = also(x.Undo, replace(root, hop.Where, is, was))
			x = x.Do("Correct "+hop.Where.String(), "%s", replace(root, hop.Where, was, is))
		}
		done = append(done, hop.Where)
	}
	return x, true
}

// takeHere lets Apache take the certificate of an app on loopback that bears another name, or ran out: it looks at both unless told not to
// (mod_ssl, SSLProxyCheckPeerName). Nobody else can be at that port, and until now it was asked in plain HTTP. It is said for this address
// alone.
func takeHere(ctx context.Context, f *sysinfo.Facts, l *live, x Fix) Fix {
	t := tryTLS(ctx, f, l)
	if t.refused == nil || !l.reach.Addr.Addr().IsLoopback() {
		return x
	}
	setting, why := "SSLProxyCheckPeerExpire", "has run out"
	if wrong := (wrongName{}); errors.As(t.refused, &wrong) {
		setting, why = "SSLProxyCheckPeerName", "bears no name that Apache calls it by"
	}
	say := "The app's certificate " + why + "; on this machine nobody else can be at its port"
	others := slices.ContainsFunc(l.Site.Hops, func(h *sysinfo.Hop) bool { return h.Scheme == "https" && h.Address() != l.Address() })
	root, at := l.Site.Gateway.Root, l.Site.Where
	if !others { // what .htaccess and SetHandler choose comes too late for a <Proxy> section
		x.Undo = removeBelow(root, at, 1) + "; " + x.Undo
		return x.Do(say, "%s", insertAfter(root, at, setting+" off"))
	}
	section := fmt.Sprintf("https://%s:%d/", l.Host, l.Port)
	if l.Block != "" {
		section = "balancer://" + l.Block
	}
	x.Undo = removeBelow(root, at, 3) + "; " + x.Undo
	return x.Do(say, "%s",
		insertAfter(root, at, fmt.Sprintf("<Proxy \"%s\">\n\t%s off\n</Proxy>", section, setting)))
}
