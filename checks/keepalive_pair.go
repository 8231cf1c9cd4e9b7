package checks

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo"
)

// gatewayIdle is how long a hop's gateway keeps an idle connection to it; false where it keeps none, or where that is not known.
func gatewayIdle(l *live) (idleTime, bool) {
	if x, _, ok := l.apacheHop(); ok {
		if l.Scheme != "http" && l.Scheme != "https" || !reuses(x) {
			return idleTime{}, false
		}
		ttl := x.Pass.Param(x.Target, "ttl")
		if !ttl.Set() {
			return idleTime{owner: "Apache"}, true
		}
		n, err := strconv.Atoi(ttl.Value)
		return idleTime{time.Duration(n) * time.Second, ttl.Place, "Apache"}, err == nil
	}
	h, ok := l.Extra.(sysinfo.NginxHop)
	n, ok2 := l.Site.Gateway.Extra.(*sysinfo.Nginx)
	if !ok || !ok2 || h.Target.Upstream == nil || h.Pass.Family != "proxy" {
		return idleTime{}, false
	}
	keep := n.Config.Keepalive(h.Target.Upstream)
	if v := h.Pass.Get("http_version").Value(); keep.Value() == "0" || v != "1.1" || strings.EqualFold(h.Pass.Header("Connection").Value(), "close") {
		return idleTime{}, false
	}
	if own := h.Target.Upstream.Own("keepalive_timeout"); len(own) > 0 {
		d, ok := own[len(own)-1].Duration()
		return idleTime{d, own[len(own)-1].Place, "nginx"}, ok
	}
	return idleTime{lasts: time.Minute, owner: "nginx"}, true // ngx_http_upstream_keepalive_module
}

// says is a gateway's and its app's in one sentence, each with the line that sets it.
func (t idleTime) says(app idleTime) string {
	word := t.owner + " keeps an idle connection for as long as the other end does"
	if t.lasts > 0 {
		word = fmt.Sprintf("%s keeps an idle connection for %s", t.owner, seconds(t.lasts))
	}
	return fmt.Sprintf("%s (%s), %s closes it after %s (%s)", word, t.from(), app.owner, seconds(app.lasts), app.from())
}

func (t idleTime) from() string {
	if t.where.Known() {
		return t.where.String()
	}
	return "its default"
}

// withIdle adds to a finding how long gateway and app keep idle connections, where both are known: who closes first, loses or spares a request. By
// themselves the two numbers are no more than a note.
func withIdle(ask func(context.Context, *sysinfo.Facts, *live) *Finding) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
		found := ask(ctx, f, l)
		if found == nil || found.Status == Skip || found.Status == Unknown {
			return found
		}
		gateway, ok := gatewayIdle(l)
		if !ok {
			return found
		}
		app, ok := appIdle(ctx, f, l)
		if !ok || app.lasts == 0 {
			return found
		}
		longer := gateway.lasts == 0 || gateway.lasts >= app.lasts
		if found.Status == Pass {
			found.Summary += "; KeepAlive against the backend's: " + gateway.says(app)
			return found
		}
		if longer {
			found.Summary += "; " + gateway.says(app)
		}
		for _, t := range []idleTime{gateway, app} {
			if e := lineOf(f.Host.Root, t.where); t.where.Known() && !slices.Contains(found.Evidence, e) {
				found.Evidence = append(found.Evidence, e)
			}
		}
		return found
	})
}
