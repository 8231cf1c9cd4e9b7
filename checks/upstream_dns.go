package checks

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// upstreamDNS: the resolver does not answer, or says that there is no such name.
func upstreamDNS() Check {
	return Check{
		ID: "upstream-dns", Title: "Gateways can look up the names they need", Topic: Network,
		Means: `The gateway looks the upstream's name up and gets no address. nginx asks its own resolver directive while it serves: the name does not exist
there (3), the server failed (2), refused (5) or stayed silent (110); curl may work all the same, because it reads /etc/hosts and /etc/resolv.conf and
nginx does not. Apache, Caddy and HAProxy read what the machine reads: a line lost from /etc/hosts is enough, or a hosts: line
of /etc/nsswitch.conf without files. Correct the name, or the resolver.`,
		Run: both(perHop(nameWithoutAddress), resolved(func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			h, _ := l.Extra.(sysinfo.NginxHop)
			r := h.Pass.Resolver()
			at := r.Place
			name := nameIn(l, line)
			found := &Finding{Confidence: 0.97, Where: l.Where, Summary: fmt.Sprintf("nginx gets no address for %s from its resolver %s: %s", name, r.Value(), strings.TrimPrefix(what(line), name+" could not be resolved "))}
			if resolverBegan(ctx, f, r.Value(), line.Time) && l.answersNow() {
				return pass(fmt.Sprintf("%s was started after nginx had asked it in vain at %s", r.Value(), line.Time.Format("15:04:05")))
			}
			dead := line.Kind == errlog.ResolverDown || !strings.Contains(line.Message, "(3:")
			if !dead {
				found.Fix = Fix{Title: "Correct the name", Risk: Low}
				if len(l.Addrs) > 0 && h.Target.Host != "" {
					found.Fix = literal(ctx, f, l, h.Target.Host)
					return found
				}
				if in := l.Site.Gateway.Container; in != nil { // whose names are those of its engine's containers
					if meant := neighbourMeant(ctx, f, *in, name, configLine(l.Site.Gateway.Root, l.Where)); meant != "" {
						found.Summary += fmt.Sprintf("; most likely container %s is meant", meant)
						found.Fix = pointTo(ctx, f, l, fmt.Sprintf("%s:%d", meant, l.Port))
						return found
					}
				}
				found.Fix = found.Fix.Tell("%s does not exist in DNS: correct it at %s, or have it added", name, l.Where)
				return found
			}
			found.Where = at
			found.Evidence = append(found.Evidence, lineOf(l.Site.Gateway.Root, at))
			found.Fix = resolverFix(ctx, f, l, r.Value(), at)
			return found
		}, errlog.ResolveFailed, errlog.ResolverDown)),
	}
}

// resolverFix starts the DNS server that was meant, points nginx to the machine's own, or writes the name itself.
func resolverFix(ctx context.Context, f *sysinfo.Facts, l *live, was string, at sysinfo.Place) Fix {
	if u, ok := resolverDown(ctx, f, was); ok {
		return startSeen(ctx, f, u)
	}
	root := l.Site.Gateway.Root
	h, ok := l.Extra.(sysinfo.NginxHop)
	if ok && len(f.HostNames(l.Site.Gateway)[strings.ToLower(h.Target.Host)]) > 0 && !sysinfo.HostsUnread(root).Known() {
		return literal(ctx, f, l, h.Target.Host) // no DNS server knows what the hosts file says, and nginx reads that one when it starts
	}
	if ns := nameserver(f); ns != "" && ns != was && answersFor(ctx, f, ns, h.Target.Host) {
		x := Fix{Title: "Ask the machine's own DNS server", Risk: Low, Undo: replace(root, at, ns, was)}
		return reload(ctx, f, l.Site.Gateway, x.Do("Correct the resolver", "%s", replace(root, at, was, ns)))
	}
	if ok && len(l.Addrs) > 0 {
		return literal(ctx, f, l, h.Target.Host)
	}
	return Fix{Title: "Bring the DNS server back, or name another", Risk: Low}.Tell("The resolver %s does not answer: start it, or correct %s", was, at)
}

// resolverDown is a DNS server of this machine that is meant to run and does not.
func resolverDown(ctx context.Context, f *sysinfo.Facts, address string) (sysinfo.Unit, bool) {
	return resolverUnit(ctx, f, address, func(u sysinfo.Unit) bool { return !u.Running() })
}

// resolverBegan says that the DNS server at an address was started after a moment, so that its silence at that moment is explained.
func resolverBegan(ctx context.Context, f *sysinfo.Facts, address string, then time.Time) bool {
	_, began := resolverUnit(ctx, f, address, func(u sysinfo.Unit) bool { return u.Running() && u.Restarts == 0 && !u.Since.Before(then) })
	return began
}

// resolverUnit is a service of this machine in some state that may answer for names at an address.
func resolverUnit(ctx context.Context, f *sysinfo.Facts, address string, is func(sysinfo.Unit) bool) (sysinfo.Unit, bool) {
	units, _ := f.Units(ctx) // none: no service to start
	_, port, _ := strings.Cut(address, ":")
	for _, name := range slices.Sorted(maps.Keys(units)) {
		u := units[name]
		if name == u.Name && is(u) && u.Exec != "" && (port != "" && port != "53" && sysinfo.NamesNumber(u.Exec, port) || dnsProgram.MatchString(u.Exec) || isDNS(name)) && (u.Enabled == "enabled" || strings.HasPrefix(u.Fragment, "/etc/") || strings.HasPrefix(u.Fragment, "/run/systemd/transient")) {
			return u, true
		}
	}
	return sysinfo.Unit{}, false
}

// answersFor says that a DNS server has an address for a name: nobody is sent to one that was not asked.
func answersFor(ctx context.Context, f *sysinfo.Facts, server, name string) bool {
	a, err := netip.ParseAddr(strings.Trim(server, "[]"))
	if err != nil || f.Offline && !a.IsLoopback() {
		return false
	}
	found, err := f.AskResolver(ctx, netip.AddrPortFrom(a, 53), name)
	return err == nil && len(found) > 0
}

// dnsProgram are the programs that answer for names, and what people call theirs; ddns is one that asks.
var dnsProgram = whenAsked(`\b(?:named|unbound|knotd|kresd|consul|(?:core|my|smart|tiny)?dns\w*)\b`)

func isDNS(unit string) bool {
	switch unitWord(unit) {
	case "named", "bind9", "unbound", "dnsmasq", "systemd-resolved", "dns", "coredns", "pdns-recursor":
		return true
	}
	return false
}
