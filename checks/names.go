package checks

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// siteLine finds the latest line of some kinds about a site that names no upstream: of our own questions first.
func siteLine(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, kinds ...errlog.Kind) (line sysinfo.LogLine, now, ok bool) {
	is := func(k errlog.Kind) bool {
		for _, want := range kinds {
			if k == want {
				return true
			}
		}
		return false
	}
	for _, l := range f.Fresh(ctx, s) {
		if is(l.Kind) && s.Called(l.Site()) {
			return l, true, true
		}
	}
	logs, err := f.Logs(ctx)
	if err != nil {
		return line, false, false
	}
	for _, g := range logs.Groups {
		if is(g.Kind) && s.Called(g.Site) && len(g.Latest) > 0 && !g.Last.Before(line.Time) {
			line, ok = g.Latest[len(g.Latest)-1], true
		}
	}
	return line, false, ok
}

// resolved is a check on names that nginx looks up while it serves.
func resolved(judge func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding, kinds ...errlog.Kind) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
		h, ok := l.Extra.(sysinfo.NginxHop)
		if !ok || !h.Target.AtRun && !l.Variable {
			return nil
		}
		line, now, ok := siteLine(ctx, f, l.Site, kinds...)
		if !ok {
			return nil
		}
		found := judge(ctx, f, l, line)
		if found == nil {
			return nil
		}
		found.Status = Fail
		if !now {
			found.When, found.Status = l.comesAndGoes(line)
		}
		found.Evidence = append([]Evidence{quoteLine(line), passLine(l)}, found.Evidence...)
		return found
	})
}

// noResolver: a variable in proxy_pass, and nobody to ask for names.
func noResolver() Check {
	return Check{
		ID: "no-resolver", Title: "nginx knows whom to ask for names", Topic: Network,
		Means: `With a variable in proxy_pass nginx looks the name up at each request, and for that it needs a resolver of its own: it reads neither
/etc/resolv.conf nor /etc/hosts then. Without the directive every request is a 502. Write the name itself instead of the variable, or add
resolver with the address of a DNS server.`,
		Run: resolved(func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			found := &Finding{Confidence: 0.98, Where: l.Pass, Summary: fmt.Sprintf("nginx has to look %s up at each request and has no resolver", nameIn(l, line))}
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
		}, errlog.NoResolver),
	}
}

func nameIn(l *live, line sysinfo.LogLine) string {
	if line.Name != "" {
		return line.Name
	}
	return l.Host
}

// literal writes the name where the variable stood, so that nginx resolves it once, at its start, as the system does.
func literal(ctx context.Context, f *sysinfo.Facts, l *live, name string) Fix {
	root := l.Site.Gateway.Root
	old := configLine(root, l.Pass)
	i := strings.IndexByte(old, '$')
	x := Fix{Title: "Write the name itself", Risk: Low, Undo: setLine(root, l.Pass, old)}
	if i < 0 {
		return x.Tell("Write %s instead of the variable at %s", name, l.Pass)
	}
	end := i + 1
	for end < len(old) && (old[end] == '_' || old[end] == '{' || old[end] == '}' || old[end] >= 'a' && old[end] <= 'z' || old[end] >= 'A' && old[end] <= 'Z' || old[end] >= '0' && old[end] <= '9') {
		end++
	}
	new := name
	if !strings.Contains(old[end:], ":") && l.Port != 0 && l.Port != 80 && l.Port != 443 {
		new = fmt.Sprintf("%s:%d", name, l.Port)
	}
	x = x.Do("Correct "+l.Pass.String(), "%s", replace(root, l.Pass, old[i:end], new))
	return nginxReload(ctx, f, l.Site.Gateway, x)
}

// nameserver is the first DNS server of /etc/resolv.conf.
func nameserver(f *sysinfo.Facts) string {
	b, err := f.Host.Root.ReadFile("/etc/resolv.conf")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(b)) {
		if w := strings.Fields(line); len(w) >= 2 && w[0] == "nameserver" {
			a, err := netip.ParseAddr(w[1])
			if err != nil {
				continue
			}
			if a.Is6() {
				return "[" + a.String() + "]"
			}
			return a.String()
		}
	}
	return ""
}

// upstreamDNS: the resolver does not answer, or says that there is no such name.
func upstreamDNS() Check {
	return Check{
		ID: "upstream-dns", Title: "nginx can look up the names it needs", Topic: Network,
		Means: `nginx looks the upstream's name up while it serves, by its own resolver directive, and gets no address: the name does not exist there
(3), the server failed (2), refused (5) or stayed silent (110). curl may work all the same: it reads /etc/hosts and /etc/resolv.conf, nginx
does not. Correct the name, or the resolver.`,
		Run: resolved(func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			h, _ := l.Extra.(sysinfo.NginxHop)
			r := h.Pass.Resolver()
			at := sysinfo.Place(r.Place)
			name := nameIn(l, line)
			found := &Finding{Confidence: 0.97, Where: l.Where, Summary: fmt.Sprintf("nginx gets no address for %s from its resolver %s: %s", name, r.Value(), strings.TrimPrefix(what(line), name+" could not be resolved "))}
			dead := line.Kind == errlog.ResolverDown || !strings.Contains(line.Message, "(3:")
			if !dead {
				found.Fix = Fix{Title: "Correct the name", Risk: Low}
				if len(l.Addrs) > 0 && h.Target.Host != "" {
					found.Fix = literal(ctx, f, l, h.Target.Host)
					return found
				}
				found.Fix = found.Fix.Tell("%s does not exist in DNS: correct it at %s, or have it added", name, l.Where)
				return found
			}
			found.Where = at
			found.Evidence = append(found.Evidence, Evidence{Source: at.String(), Text: configLine(l.Site.Gateway.Root, at)})
			found.Fix = resolverFix(ctx, f, l, r.Value(), at)
			return found
		}, errlog.ResolveFailed, errlog.ResolverDown),
	}
}

// resolverFix starts the DNS server that was meant, points nginx to the machine's own, or writes the name itself.
func resolverFix(ctx context.Context, f *sysinfo.Facts, l *live, was string, at sysinfo.Place) Fix {
	units, _ := f.Units(ctx) // none: no service to start
	_, port, _ := strings.Cut(was, ":")
	for name, u := range units {
		if name == u.Name && !u.Running() && u.Exec != "" && (port != "" && strings.Contains(u.Exec, port) || strings.Contains(u.Exec, "dns") || isDNS(name)) && (u.Enabled == "enabled" || strings.HasPrefix(u.Fragment, "/etc/") || strings.HasPrefix(u.Fragment, "/run/systemd/transient")) {
			return startUnit(u)
		}
	}
	root := l.Site.Gateway.Root
	if ns := nameserver(f); ns != "" && ns != was {
		x := Fix{Title: "Ask the machine's own DNS server", Risk: Low, Undo: replace(root, at, ns, was)}
		return nginxReload(ctx, f, l.Site.Gateway, x.Do("Correct the resolver", "%s", replace(root, at, was, ns)))
	}
	if h, ok := l.Extra.(sysinfo.NginxHop); ok && len(l.Addrs) > 0 {
		return literal(ctx, f, l, h.Target.Host)
	}
	return Fix{Title: "Bring the DNS server back, or name another", Risk: Low}.Tell("The resolver %s does not answer: start it, or correct %s", was, at)
}

func isDNS(unit string) bool {
	switch unitWord(unit) {
	case "named", "bind9", "unbound", "dnsmasq", "systemd-resolved", "dns", "coredns", "pdns-recursor":
		return true
	}
	return false
}

// staleDNS: nginx looked the name up when it started, and the address has changed since.
func staleDNS() Check {
	return Check{
		ID: "stale-dns-cached-ip", Title: "nginx uses the upstreams' present addresses", Topic: Network,
		Means: `A name in the configuration is looked up once, when nginx starts or reloads. The upstream has moved to another address since (a container
that was made anew, a load balancer), and nginx still asks the old one. A reload looks it up again; a resolver and a variable in
proxy_pass make nginx do it by itself.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if _, err := netip.ParseAddr(l.Host); l.Unix != "" || l.Host == "" || err == nil || len(l.Addrs) == 0 || l.Variable {
				return nil
			}
			line, now, ok := strayLine(ctx, f, l)
			if !ok || !now && (l.answersNow() || !l.after(line)) {
				return pass(fmt.Sprintf("%s is %s, and nginx asks no other address", l.Host, l.Addrs[0]))
			}
			found := &Finding{Status: Fail, Confidence: 0.96, Where: l.Where, Covers: []ID{"upstream-port-nothing-listening", "network-unreachable", "upstream-read-timeout", "bind-address-mismatch", "firewall-blocks-upstream"},
				Summary:  fmt.Sprintf("nginx asks %s for %s, whose address is %s now", line.Upstream.Host(), l.Host, l.Addrs[0]),
				Evidence: []Evidence{quoteLine(line), {Source: "getent hosts " + l.Host, Text: l.Addrs[0].String()}, passLine(l)}}
			found.Fix = nginxReload(ctx, f, l.Site.Gateway, Fix{Title: "Let nginx look the name up again", Risk: Low}).
				Tell("To have it done by itself: 'resolver' with a DNS server, and the name in a variable: set $app %s; proxy_pass http://$app:%d;", l.Host, l.Port)
			return found
		}),
	}
}

// strayLine is a failed connection of this site to the hop's port at an address that its name does not stand for.
func strayLine(ctx context.Context, f *sysinfo.Facts, l *live) (sysinfo.LogLine, bool, bool) {
	stray := func(line sysinfo.LogLine) bool {
		ip := line.Upstream.IP()
		if !ip.IsValid() || line.Upstream.Port() != l.Port || !l.Site.Called(line.Site()) {
			return false
		}
		for _, a := range l.Addrs {
			if a == ip {
				return false
			}
		}
		for _, h := range l.Site.Hops {
			for _, a := range h.Addrs {
				if a == ip {
					return false
				}
			}
		}
		return true
	}
	for _, line := range f.Fresh(ctx, l.Site) {
		if stray(line) {
			return line, true, true
		}
	}
	var last sysinfo.LogLine
	logs, err := f.Logs(ctx)
	if err != nil {
		return last, false, false
	}
	for _, g := range logs.Groups {
		for _, line := range g.Latest {
			if line.Event.Source == errlog.Nginx && stray(line) && line.Time.After(last.Time) {
				last = line
			}
		}
	}
	return last, false, !last.Time.IsZero()
}
