package checks

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// sourceGone: HAProxy and Apache shall call an app from an address that this machine does not have. HAProxy says so in
// one line at most, and writes of each request what it writes of every failed connection.
func sourceGone(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	addr, words, at := sourceOf(l)
	from, err := netip.ParseAddr(addr)
	if err != nil || l.Unix != "" || !l.hit || l.Site.Gateway.Foreign || f.Host.Files || from.IsLoopback() && from.Is4() {
		return nil // all of 127.0.0.0/8 is this machine's
	}
	route, err := f.Host.Route(ctx, from)
	if err != nil {
		return &Finding{Status: Unknown, Summary: why(err)}
	}
	if route.Kind == "local" {
		return pass(fmt.Sprintf("%s, from which %s calls %s, is an address of this machine", addr, l.From, l.Address()))
	}
	root := l.Site.Gateway.Root
	found := &Finding{Status: Fail, Confidence: 0.96, Where: at, Summary: fmt.Sprintf("%s shall connect from %s, which is no address of this machine", l.From, addr),
		Evidence: []Evidence{lineOf(root, at), {Source: "ip address", Text: "no " + addr}, passLine(l)}}
	line := configLine(root, at)
	x := Fix{Title: "Let the kernel choose the address", Risk: Low, Undo: setLine(root, at, line)}
	if strings.HasPrefix(line, words) {
		x = x.Do("Switch it off at "+at.String(), "%s", commentOut(root, at))
	} else {
		x = x.Do("Take it out of "+at.String(), "%s", replace(root, at, " "+words, ""))
	}
	found.Fix = reload(ctx, f, l.Site.Gateway, x).Tell("If the app only admits that address, give it back instead: ip address add %s dev NAME", addr)
	return found
}

// sourceOf is the address that a gateway calls from where its configuration names one, the words that say so, and their line.
func sourceOf(l *live) (addr, words string, at sysinfo.Place) {
	switch x := l.Extra.(type) {
	case haproxy.Server:
		addr, at = x.Line.After("source"), x.Place
		if h, ok := l.Site.Gateway.Extra.(*sysinfo.HAProxy); ok && addr == "" {
			if back := h.Config.Backend(l.Block); back != nil {
				if line, ok := back.Get("source"); ok && len(line.Words) > 1 {
					addr, at = line.Words[1], line.Place
				}
			}
		}
		words = "source " + addr
		if host, port, ok := strings.Cut(addr, ":"); ok && !strings.Contains(port, ":") {
			addr = host
		}
	case sysinfo.ApacheHop:
		d := x.Pass.Server.Get("ProxySourceAddress")
		if d == nil || len(d.Args) == 0 {
			return "", "", at
		}
		addr, words, at = d.Args[0], "ProxySourceAddress", d.Place
	}
	return addr, words, at
}

// source is the address that the gateway's configuration has it connect from; empty where the kernel chooses.
func (l *live) source() string {
	if set := l.setting("bind"); set.Set() {
		return set.Value()
	}
	addr, _, _ := sourceOf(l)
	return addr
}

// unheardSource is the address that nginx shall connect from where this machine does not have it: the 500 that its log, which only root may read, would
// explain. With "transparent" the address may be a visitor's.
func (l *live) unheardSource(ctx context.Context, f *sysinfo.Facts) string {
	set := l.setting("bind")
	from, err := netip.ParseAddr(set.Value())
	if err != nil || len(set.Args) > 1 || l.Unix != "" || l.Site.Gateway.Foreign || l.answer.Status != 500 || !failsUnheard(ctx, f, l) {
		return ""
	}
	if route, err := f.Host.Route(ctx, from); err != nil || route.Kind == "local" {
		return ""
	}
	return from.String()
}
