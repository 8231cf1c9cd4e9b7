package checks

import (
	"context"

	"fix502/sysinfo"
)

// plainAgain takes the certificate out of a gunicorn's settings that Varnish asks: Varnish speaks no TLS to its backends, and what goes over the
// loopback leaves this machine nowhere.
func plainAgain(ctx context.Context, f *sysinfo.Facts, l *live, has string) (Fix, bool) {
	if l.Site.Gateway.Kind != "varnish" || has != "https" || !l.reach.Addr.Addr().IsLoopback() {
		return Fix{}, false
	}
	u := appUnit(ctx, f, l)
	x := Fix{Title: "Let the app speak plain HTTP to Varnish, which knows nothing else", Risk: Medium}
	if u.Name == "" {
		return x, false
	}
	if file := gunicornSettings(f, u); strayLink(f.Host.Root, file) || userLeads(ctx, f, u, realFile(f.Host.Root, file)) {
		return x.Tell("Take certfile and keyfile out of its settings (%s), and start it anew", file), true
	}
	for _, p := range []pattern{gunicornTLS, gunicornKey} { // one of them is enough for TLS
		if at, ok := lastLineWith(f, gunicornSettings(f, u), p, "#"); ok {
			x.Undo = also(x.Undo, setLine(f.Host.Root, at.place, configLine(f.Host.Root, at.place)))
			x = x.Do("Take "+at.place.String()+" out", "%s", commentOut(f.Host.Root, at.place))
		}
	}
	return x.Do("Start the app anew", "%s && sleep 2", u.Command("restart")), len(x.Steps) > 0
}

// gunicornKey is the line of the certificate's key.
var gunicornKey = whenAsked(`^\s*keyfile\s*=\s*["'][^"']+["']`)
