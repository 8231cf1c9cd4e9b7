package checks

import (
	"context"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
	"fix502/sysinfo/varnish"
)

// failsSome says of a hop where nobody answers that its gateway goes on asking it in turn with others, and hands what comes of it to every so manieth
// visitor: a page that came back well came by another server.
func (l *live) failsSome() bool {
	g := l.Site.Gateway
	return l.answersNow() && l.reach.Broken() && !l.aside && !l.Backup && !l.Down && g.Running() && !g.Edited.After(g.Loaded) && len(l.brothers()) > 0 && l.triedOnce()
}

// putAsideByHand says that a running gateway was told not to ask a server, which its files do not tell. Where nobody may ask it, it was not.
func (l *live) putAsideByHand(ctx context.Context, f *sysinfo.Facts) bool {
	if l.Site.Gateway.Kind != "haproxy" || !l.reach.Broken() {
		return false
	}
	all, _ := f.Stats(ctx, l.Site.Gateway)
	s, known := all[l.Label]
	return known && s.Status != "no check" && !strings.HasPrefix(s.Status, "UP")
}

// TakenOut says that the configuration sends nobody to a server, while another of its block is left: whether an app is there or not, nobody asks.
func TakenOut(h *sysinfo.Hop) bool {
	return h.Block != "" && markedOut(h) && slices.ContainsFunc(h.Site.Hops, func(other *sysinfo.Hop) bool {
		return other.Block == h.Block && other.Address() != h.Address() && !other.Backup && !markedOut(other)
	})
}

// markedOut says that a server's own line takes it out of the turn: as down or disabled, by HAProxy's weight 0, by Apache's +N (drain).
func markedOut(h *sysinfo.Hop) bool {
	switch x := h.Extra.(type) {
	case haproxy.Server:
		return h.Down || x.Full.After("weight") == "0"
	case sysinfo.ApacheHop:
		status := x.Pass.Param(x.Target, "status").Value
		return h.Down || !strings.HasPrefix(status, "-") && strings.ContainsAny(status, "Nn")
	}
	return h.Down
}

// blockHas says that another server of the hop's block has an address: its app is no spare's that moved.
func (l *live) blockHas(address string) bool {
	return slices.ContainsFunc(l.Site.Hops, func(h *sysinfo.Hop) bool {
		return h.Block == l.Block && l.Block != "" && h.Address() != l.Address() && h.Address() == address
	})
}

// brothers are the servers that the hop is taken in turn with.
func (l *live) brothers() []*sysinfo.Hop {
	var out []*sysinfo.Hop
	for _, h := range l.Site.Hops {
		if h != l.Hop && !h.Down && !h.Backup && h.Block != "" && takenInTurn(l.Site.Gateway, h.Block, l.Block) && h.Address() != l.Address() {
			out = append(out, h)
		}
	}
	return out
}

// triedOnce says that the gateway hands each failure to the visitor and tries no other server: nginx's proxy_next_upstream without
// "error", or one try (ngx_http_upstream_next); Apache as apacheTriesOnce says; HAProxy, Caddy, Varnish and Traefik of a server whose health they do
// not look after.
func (l *live) triedOnce() bool {
	switch x := l.Extra.(type) {
	case haproxy.Server:
		return l.haproxyTriesOnce(x)
	case sysinfo.CaddyHop:
		return caddyTriesOnce(x)
	case sysinfo.TraefikHop:
		return l.traefikTriesOnce(x)
	}
	if x, _, ok := l.apacheHop(); ok && x.Target.Balancer != nil {
		return apacheTriesOnce(x)
	}
	if l.Site.Gateway.Kind == "varnish" {
		return l.varnishTriesOnce()
	}
	next := l.setting("next_upstream")
	return next.Set() && !slices.Contains(next.Args, "error") || l.setting("next_upstream_tries").Value() == "1"
}

// apacheTriesOnce: a sticky session with nofailover (proxy_balancer_pre_request in mod_proxy_balancer.c), no second attempt, or a member whose errors are
// ignored, so that it is still usable after one (proxy_handler in mod_proxy.c).
func apacheTriesOnce(x sysinfo.ApacheHop) bool {
	if balancerParam(x, "stickysession").Set() && strings.EqualFold(balancerParam(x, "nofailover").Value, "on") {
		return true
	}
	status := x.Pass.Param(x.Target, "status").Value
	return balancerParam(x, "maxattempts").Value == "0" || !strings.HasPrefix(status, "-") && strings.ContainsAny(status, "Ii")
}

// haproxyTriesOnce: a server without a check is up for ever, and tried three times more; only "option redispatch" gives the last try to another
// (configuration manual, 4.2). With "balance first" the later ones are asked when the first has no room.
func (l *live) haproxyTriesOnce(s haproxy.Server) bool {
	h, ok := l.Site.Gateway.Extra.(*sysinfo.HAProxy)
	if !ok || s.Full.Has("check") || s.Full.Has("agent-check") || s.Full.Has("observe") || s.Full.After("weight") == "0" || s.Full.Has("track") {
		return false
	}
	back := h.Config.Backend(l.Block)
	_, again := back.Get("option", "redispatch")
	how, _ := back.Get("balance")
	return !again && how.After("balance") != "first"
}

// caddyTriesOnce: without lb_try_duration or lb_retries a request is tried once, and without health checks no upstream is ever put aside (Caddyfile
// directives, reverse_proxy: "Load balancing"). With the policy first the others are not asked.
func caddyTriesOnce(x sysinfo.CaddyHop) bool {
	for _, key := range []string{"lb_try_duration", "lb_retries", "fail_duration", "health_uri", "health_path", "health_port", "dynamic"} {
		if _, set := x.Pass.Settings[key]; set {
			return false
		}
	}
	return len(x.Pass.Upstreams) > 1 && !strings.HasPrefix(x.Pass.Settings["lb_policy"].Text, "first")
}

// traefikTriesOnce: without a health check no server is put aside, and only the middleware retry hands a failure on to the next one.
func (l *live) traefikTriesOnce(x sysinfo.TraefikHop) bool {
	t, ok := l.Site.Gateway.Extra.(*sysinfo.Traefik)
	return !x.Service.Health.Set() && !x.Service.Passive && !(ok && t.Config.Retries)
}

// varnishTriesOnce: a director takes backends without a probe for healthy, whatever came of the last request to them (vmod_directors, vdir_any_healthy); one
// called fallback asks the first of them alone. A VCL with retries or restarts of its own may find another.
func (l *live) varnishTriesOnce() bool {
	b, ok := l.Extra.(*varnish.Backend)
	if !ok || len(b.Probe) > 0 || b.Values["probe"].Text != "" {
		return false
	}
	inTurn := false
	for _, line := range linesIn(l.Site.Gateway.Root, configFiles(l.Site.Gateway)...) {
		switch text := withoutComment(line); {
		case strings.Contains(text, "retry") || strings.Contains(text, "restart") || strings.Contains(text, "std.healthy"):
			return false
		case directorInTurn.MatchString(text):
			inTurn = true
		case strings.Contains(text, "directors.fallback"):
			return false
		}
	}
	return inTurn
}

var directorInTurn = whenAsked(`directors\.(round_robin|random|hash|shard|least_connections)\b`)
