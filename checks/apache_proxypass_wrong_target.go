package checks

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
	"fix502/sysinfo/errlog"
)

// apacheProxypassWrongTarget: the line itself is wrong, whatever runs behind it.
func apacheProxypassWrongTarget() Check {
	return Check{
		ID: "apache-proxypass-wrong-target", Title: "ProxyPass names the right backend", Topic: Platform,
		Means: `ProxyPass or SetHandler names a scheme that does not exist (500 with AH01144 "No protocol handler was valid"), or one side ends with a slash and
the other does not, so that host and path run into one: http://127.0.0.1:3000cart (500 or 502, "DNS lookup failure"); or it is uwsgi:// with
port 3031, which Apache leaves out, to connect to port 0. The first ProxyPass that matches counts, in the order of the file. Correct the line; ProxyPassReverse belongs beside it with the same address.`,
		Run: both(both(perSite(rewriteGlued), perSite(variableUndefined)), perApacheHop(func(ctx context.Context, f *sysinfo.Facts, l *live, x sysinfo.ApacheHop, _ *sysinfo.Apache) *Finding {
			root, scheme := l.Site.Gateway.Root, x.Target.Scheme
			strange := apache.Handlers[scheme] == "" && scheme != ""
			if elsewhere := cmp.Or(remoteLost(ctx, f, l, x), uwsgiPortLost(ctx, f, l, x), reverseElsewhere(ctx, f, l, x)); elsewhere != nil || !strange && !glued(x) { // no line is shown of what is well: a file may have thousands of sites
				return elsewhere
			}
			found := &Finding{Status: l.broken(), Confidence: 0.97, Where: l.Where, Evidence: []Evidence{passLine(l)}, Covers: []ID{"upstream-dns", "upstream-port-nothing-listening"}}
			fix := Fix{Title: "Correct " + l.Where.String(), Risk: Low}
			if strange {
				found.Summary = fmt.Sprintf("Apache knows no protocol %q: %s at %s", scheme, x.Target.URL, l.Where)
				meant := meantScheme(scheme)
				if meant == "" {
					found.Fix = fix.Tell("Write the protocol that the app speaks: http://, fcgi://, uwsgi://, ajp://")
					return withLine(found, l, errlog.NoProtocolHandler)
				}
				fix.Undo = replace(root, l.Where, meant+"://", scheme+"://")
				fix = fix.Do(fmt.Sprintf("Correct the slip: %s is %s", scheme, meant), "%s", replace(root, l.Where, scheme+"://", meant+"://"))
			} else {
				found.Summary = fmt.Sprintf("the path runs into the address: %s has no slash at its end, %s has", x.Pass.URL, x.Pass.Path)
				if l.answersNow() && !l.hit {
					found.Status = Warn
				}
				url := x.Pass.URL
				fix.Undo = replace(root, l.Pass, url+"/", url)
				fix = fix.Do("End the address with a slash as the path does", "%s", replace(root, l.Pass, url, url+"/"))
			}
			found.Fix = reload(ctx, f, l.Site.Gateway, fix)
			return withLine(found, l, errlog.NoProtocolHandler, errlog.ResolveFailed)
		})),
	}
}

// glued says that a ProxyPass's path ends with a slash and its address ends with the port or host.
func glued(x sysinfo.ApacheHop) bool {
	p := x.Pass
	if !p.Is("ProxyPass") || p.Regex || !strings.HasSuffix(p.Path, "/") || x.Target.Network != "tcp" || x.Target.Balancer != nil {
		return false
	}
	_, rest, ok := strings.Cut(p.URL, "://")
	return ok && !strings.Contains(rest, "/")
}

// meantScheme is the protocol that a misspelled one stands for.
func meantScheme(scheme string) string {
	switch scheme {
	case "htp", "htpp", "htttp", "ttp", "hhtp", "httpp":
		return "http"
	case "htps", "htpps", "httsp", "htttps":
		return "https"
	case "fastcgi", "fcg", "fgci", "fcgid":
		return "fcgi"
	case "ajp13":
		return "ajp"
	case "uwgsi", "uswgi":
		return "uwsgi"
	}
	return ""
}
