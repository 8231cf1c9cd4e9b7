package checks

import (
	"context"
	"fmt"
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// environmentName is a variable of a gateway's environment as its configuration asks for it: Apache's and HAProxy's, Caddy's two.
var environmentName = whenAsked(`\$\{(\w+)\}|\{\$(\w+)(?::[^}]*)?\}|\{env\.(\w+)\}|"\$(\w+)"`)

// pointVariable corrects an address where the gateway's environment sets it: its line has only the variable's name.
func pointVariable(ctx context.Context, f *sysinfo.Facts, l *live, line, addr string) (Fix, bool) {
	g := l.Site.Gateway
	u, ok := f.Unit(ctx, g.Unit)
	if !ok || g.Foreign {
		return Fix{}, false
	}
	old, to := strings.TrimPrefix(l.Address(), "unix:"), strings.TrimPrefix(addr, "unix:")
	for _, m := range environmentName.FindAllStringSubmatch(line, -1) {
		name := strings.Join(m[1:], "")
		w, ok := gatewayVariable(f, g, u, name)
		if !ok || !onlyRoots(f.Host.Root, w.place.File) {
			continue
		}
		was, is := old, to
		if strings.Trim(w.match[1], `"'`) == fmt.Sprint(l.Port) && samePrefix(old, to) { // the port alone
			was, is = fmt.Sprint(l.Port), to[strings.LastIndexByte(to, ':')+1:]
		}
		if strings.Count(w.match[1], was) != 1 {
			continue
		}
		x := Fix{Title: fmt.Sprintf("Let %s stand for %s", name, addr), Risk: Medium}
		x = x.Do("Correct "+w.place.String(), "%s", replace(f.Host.Root, w.place, was, is))
		x.Undo = replace(f.Host.Root, w.place, is, was)
		if w.unit {
			x = daemonReload(x)
			x.Undo += "; systemctl daemon-reload"
		}
		return environAnew(g, x, m[2] != ""), true
	}
	return Fix{}, false
}

// environAnew lets a gateway read its environment; atReload is true of a variable that is filled in when its configuration is read.
func environAnew(g *sysinfo.Gateway, x Fix, atReload bool) Fix {
	say, again := g.Title()+" has its environment from its start", "systemctl restart "+sh(unitWord(g.Unit))
	switch {
	case atReload: // caddy reload reads the Caddyfile in a program of its own, with the environment of now
		say, again, x.Risk = "Reload Caddy; no request is lost, and a second later it works with the new address", "systemctl reload "+sh(unitWord(g.Unit)), Low
	case g.Kind == "apache":
		x = x.Do("Test the configuration before it is used", "%s", keeperOf(g).tested())
	}
	x.Undo += "; " + again
	return x.Do(say, "%s && sleep 1", again)
}

// pointPort corrects the port alone, where nginx has it behind the variable that holds the host: proxy_pass http://$backend:3000.
func pointPort(ctx context.Context, f *sysinfo.Facts, l *live, addr string) (Fix, bool) {
	h, ok := l.Extra.(sysinfo.NginxHop)
	to, err := netip.ParseAddrPort(addr)
	old := fmt.Sprintf(":%d", l.Port)
	if !ok || err != nil || l.Where == l.Pass || !slices.Contains(l.Addrs, to.Addr()) || !regexp.MustCompile(`\$\{?\w+\}?`+old+`(?:[/$]|$)`).MatchString(h.Pass.Value) {
		return Fix{}, false
	}
	root, is := l.Site.Gateway.Root, fmt.Sprintf(":%d", to.Port())
	for _, other := range allHops(l.Site.Gateway) { // a map's, or a snippet's: the line is not this site's alone
		if other.Pass == l.Pass && other.Address() != l.Address() {
			return Fix{Title: "Ask the port at which the app listens", Risk: Low}.
				Tell("%s asks %s as well: let the app listen at port %d again, or put the port behind the host where the variable gets it (%s) and take it out of %s", l.Pass, other.Address(), l.Port, l.Where, l.Pass), true
		}
	}
	line := configLine(root, l.Pass)
	if strings.Count(line, old) != 1 {
		return Fix{}, false
	}
	x := Fix{Title: fmt.Sprintf("Let %s point to %s", path.Base(l.Pass.File), addr), Risk: Low, Undo: setLine(root, l.Pass, line)}
	return reload(ctx, f, l.Site.Gateway, x.Do("Correct the port at "+l.Pass.String(), "%s", replace(root, l.Pass, old, is))), true
}

// samePrefix says that two addresses have one host.
func samePrefix(a, b string) bool {
	i, j := strings.LastIndexByte(a, ':'), strings.LastIndexByte(b, ':')
	return i > 0 && j > 0 && a[:i] == b[:j]
}

// gatewayVariable finds where a variable of a gateway's environment is set: in its unit, in a file that the unit names, or in the
// file that Debian's apache2ctl reads.
func gatewayVariable(f *sysinfo.Facts, g *sysinfo.Gateway, u sysinfo.Unit, name string) (written, bool) {
	if g.Kind == "apache" {
		if w, ok := lastLineWith(f, apacheVariables, regexp.MustCompile(`^\s*(?:export\s+)?`+name+`=(\S+)`), "#"); ok {
			return w, true
		}
	}
	return inEnvironment(f, u, regexp.MustCompile(`(?:^|[\s"'=])`+name+`=["']?([^\s"']+)`))
}
