package checks

import (
	"context"
	"strings"

	"fix502/sysinfo"
)

var (
	// oldDigest is what Node says of MD4, RC4 and their like since OpenSSL 3 (Node 17): they are in a part of it that is off (OSSL_PROVIDER-legacy(7)).
	oldDigest  = whenAsked(`error:0308010C:digital envelope routines::unsupported|ERR_OSSL_EVP_UNSUPPORTED`)
	nodeOpts   = whenAsked(`\b(NODE_OPTIONS=)(["']?)([^"'\n]*)`)
	legacyPart = "--openssl-legacy-provider"
)

// digestOff: Node ends at a digest or cipher that its OpenSSL keeps switched off. Until the app takes another, Node can be told to allow it.
func digestOff(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, _ := f.Words(ctx, u)
	said := lastSaid(latest(lines), oldDigest)
	if said == nil || u.Manager != "" || !fails(u) {
		return nil
	}
	w, set := inEnvironment(f, u, nodeOpts)
	if set && strings.Contains(w.match[3], legacyPart) { // then it was not heard, and something else is wrong
		return nil
	}
	o := &obstacle{says: "it uses a digest that OpenSSL 3, with Node 17 and later, has switched off, as MD4", where: execPlace(f, u), evidence: []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}}}
	o.clear = func(x Fix) Fix {
		x.Title, x.Risk, x.Workaround = "Let Node use old digests until the app does without", Low, true
		const say = "Allow them for this service; an update of the app, or of the webpack that built it, makes this unnecessary"
		if set {
			line := configLine(f.Host.Root, w.place)
			x.Undo = setLine(f.Host.Root, w.place, line) + "; systemctl daemon-reload"
			return daemonReload(x.Do(say, "%s", replace(f.Host.Root, w.place, w.match[0], w.match[1]+w.match[2]+strings.TrimSpace(w.match[3]+" "+legacyPart))))
		}
		return daemonReload(dropIn(x, u.Name, say, "Service", "Environment=NODE_OPTIONS="+legacyPart))
	}
	return o
}
