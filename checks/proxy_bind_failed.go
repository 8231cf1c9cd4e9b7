package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// proxyBindFailed: the gateway shall speak from an address that this machine does not have.
func proxyBindFailed() Check {
	return Check{
		ID: "proxy-bind-failed", Title: "The gateway's source address belongs to this machine", Topic: Network,
		Means: `proxy_bind (nginx), source (HAProxy) and ProxySourceAddress (Apache) make a gateway connect to the app from a certain address of this
machine. The address is gone (another network card, a moved virtual IP), so the connection cannot even be begun, and visitors get a 500 or 503. Remove
the line, or give the machine its address back.`,
		Run: both(perHop(sourceGone), logged([]errlog.Kind{errlog.BindSourceFailed}, func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			if l.Site.Gateway.Kind != "nginx" {
				return nil
			}
			set := l.setting("bind")
			found := &Finding{Confidence: 0.97, Where: l.Pass, Summary: fmt.Sprintf("nginx shall connect from %s, which is no address of this machine", set.Value())}
			if !set.Set() {
				found.Summary = "nginx shall connect from an address that this machine does not have"
				return found
			}
			found.Where = set.Place
			root := l.Site.Gateway.Root
			old := configLine(root, found.Where)
			found.Evidence = append(found.Evidence, lineOf(root, found.Where))
			words := l.family() + "_bind " + strings.Join(set.Args, " ")
			x := Fix{Title: "Let the kernel choose the address", Risk: Low, Undo: setLine(root, found.Where, old)}
			found.Fix = reload(ctx, f, l.Site.Gateway, x.Do(fmt.Sprintf("Switch it off in %s", path.Base(found.Where.File)), "%s", setWords(root, found.Where, old, words, l.family()+"_bind off"))).
				Tell("If the app only admits that address, give it back instead: ip address add %s dev NAME", set.Value())
			return found
		})),
	}
}
