package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// noResolver: a variable in proxy_pass, and nobody to ask for names.
func noResolver() Check {
	return Check{
		ID: "no-resolver", Title: "nginx knows whom to ask for names", Topic: Network,
		Means: `With a variable in proxy_pass nginx looks the name up at each request, and for that it needs a resolver of its own: it reads neither
/etc/resolv.conf nor /etc/hosts then. Without the directive every request is a 502. Write the name itself instead of the variable, or add
resolver with the address of a DNS server. Or the variable is empty for some pages: then nginx answers 500, "invalid URL prefix".`,
		Run: resolved(func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			if line.Kind == errlog.InvalidURL {
				return emptyVariable(ctx, f, l)
			}
			return nobodyToAsk(ctx, f, l, nameIn(l, line))
		}, errlog.NoResolver, errlog.InvalidURL),
	}
}

// nobodyToAsk is told of a pass whose name nginx has to look up at each request, by nobody.
func nobodyToAsk(ctx context.Context, f *sysinfo.Facts, l *live, name string) *Finding {
	found := &Finding{Confidence: 0.98, Where: l.Pass, Summary: fmt.Sprintf("nginx has to look %s up at each request and has no resolver", name)}
	if h, ok := l.Extra.(sysinfo.NginxHop); ok && h.Target.Host != "" && len(l.Addrs) > 0 {
		found.Fix = literal(ctx, f, l, h.Target.Host)
		return found
	}
	ns := nameserver(f)
	if ns == "" {
		found.Fix = Fix{Title: "Tell nginx whom to ask", Risk: Low}.Tell("Add a line 'resolver ADDRESS valid=30s;' above %s with the address of a DNS server that knows the name", l.Pass)
		return found
	}
	found.Fix = nginxFix(ctx, f, l, Fix{Title: "Tell nginx whom to ask", Risk: Low}, pair{"resolver", ns + " valid=30s"})
	return found
}
