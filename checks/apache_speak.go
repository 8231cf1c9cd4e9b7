package checks

import (
	"context"
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
	root, was := l.Site.Gateway.Root, h.Target.Scheme+"://"
	x := Fix{Title: "Speak " + has + " to " + l.Address(), Risk: Low, Undo: replace(root, l.Where, want+"://", was)}
	x = x.Do("Correct "+l.Where.String(), "%s", replace(root, l.Where, was, want+"://"))
	if module := apache.Handlers[want]; !a.Config.Has(module) {
		undo := x.Undo
		x = enableModule(l.Site.Gateway, a, x, module)
		x.Undo = undo
	}
	if d := siteSetting(l.Site, a, "SSLProxyEngine"); has == "https" && (d == nil || !strings.EqualFold(d.Arg(0), "on")) {
		engine := speakTLS(l, Fix{})
		x.Steps, x.Undo = append(x.Steps, engine.Steps...), engine.Undo+"; "+x.Undo
	}
	return reload(ctx, f, l.Site.Gateway, x)
}
