package checks

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// remoteLost: ProxyRemote is meant for what leaves the company, and sends what ProxyPass means for an app of this machine to
// another proxy as well (mod_proxy.c, proxy_handler). Where nobody listens there, every page is a 503.
func remoteLost(ctx context.Context, f *sysinfo.Facts, l *live, x sysinfo.ApacheHop) *Finding {
	if !l.hit || l.broken() != Fail || !l.reach.Open() || x.Pass == nil || x.Pass.Server == nil {
		return nil
	}
	for _, d := range x.Pass.Server.All("ProxyRemote") {
		match := strings.ToLower(d.Arg(0))
		to, err := url.Parse(d.Arg(1))
		if err != nil || match != "*" && match != l.Scheme && !strings.HasPrefix(x.Target.URL, match+"://") && !(strings.Contains(match, "://") && strings.HasPrefix(x.Target.URL, match)) {
			continue
		}
		port, err := strconv.Atoi(to.Port())
		if host := to.Hostname(); err != nil || host != "127.0.0.1" && host != "localhost" && host != "::1" || listenedAt(ctx, f, port) {
			return nil // the first that matches counts
		}
		root, at := l.Site.Gateway.Root, d.Place
		fix := Fix{Title: "Let Apache ask the app itself", Risk: Low, Undo: setLine(root, at, configLine(root, at))}
		fix = fix.Do(fmt.Sprintf("Nobody listens at %s: switch the line off (what leaves this machine goes without a proxy then, or start that proxy)", to.Host), "%s", commentOut(root, at))
		return &Finding{Status: Fail, Confidence: 0.97, Where: at, Summary: fmt.Sprintf("Apache sends what is meant for %s to another proxy, %s, and nothing listens there", l.Address(), to.Host),
			Evidence: []Evidence{lineOf(root, at), {Source: "ss -ltn", Text: "no listener on port " + to.Port()}, passLine(l)}, Covers: []ID{"upstream-port-nothing-listening"},
			Fix: reload(ctx, f, l.Site.Gateway, fix)}
	}
	return nil
}
