package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
	"fix502/sysinfo/errlog"
)

// apacheProxyModuleMissing: Apache is told a protocol that no module of it speaks.
func apacheProxyModuleMissing() Check {
	return Check{
		ID: "apache-proxy-module-missing", Title: "Apache has the proxy modules it needs", Topic: Platform,
		After: []ID{"apache-proxypass-wrong-target"},
		Means: `The module for the backend's protocol is not loaded: AH01144 "No protocol handler was valid", a 500. On Debian: a2enmod proxy_fcgi setenvif (or
proxy_http, proxy_uwsgi), then restart Apache; on RHEL a LoadModule line in conf.modules.d.`,
		Run: perApacheHop(func(ctx context.Context, f *sysinfo.Facts, l *live, x sysinfo.ApacheHop, a *sysinfo.Apache) *Finding {
			module := apache.Handlers[x.Target.Scheme]
			if module == "" {
				return nil
			}
			if a.Config.Has(module) {
				return pass(fmt.Sprintf("Apache has %s for %s", module, l.Address()))
			}
			if has, _ := heard(ctx, f, l); (x.Target.Scheme == "h2c" || x.Target.Scheme == "h2") && (has == "http" || has == "https") {
				return nil // loaded, it would ask in a language that the app does not speak: upstream-protocol-mismatch
			}
			g := l.Site.Gateway
			found := &Finding{Status: l.broken(), Confidence: 0.97, Where: l.Where, Summary: fmt.Sprintf("Apache has no %s, which it needs to speak %s to %s", module, x.Target.Scheme, l.Address()),
				Evidence: []Evidence{passLine(l), {Source: "LoadModule", Text: fmt.Sprintf("no line of %s loads %s", plural(len(a.Config.Files), "file", "files"), module)}}}
			found.Fix = reload(ctx, f, g, enableModule(g, a, Fix{Title: "Load " + module, Risk: Low}, module))
			return withLine(found, l, errlog.NoProtocolHandler)
		}),
	}
}
