package checks

import (
	"context"
	"fmt"
	"maps"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// nowhere is an address where nobody answers: connections to it are refused at once (discard, port 9).
const nowhere = "127.0.0.1:9"

// cureName is for an app's name that does not resolve, which keeps all of a gateway down: the slip of another name, the name
// of an app of this machine that fell out of the hosts file, or one that only its own pages can do without.
func (t *confError) cureName(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, x Fix, name, line string) Fix {
	if m := regexp.MustCompile(regexp.QuoteMeta(name) + `:\d+`).FindString(line); m != "" && g.Kind == "nginx" {
		name = m // nginx names it without its port
	}
	host, port, err := net.SplitHostPort(name)
	if err != nil {
		host, port = name, askedPort(g, name)
	}
	if g.Foreign || !plainHost(host) || strings.Count(line, name) != 1 {
		return x.Tell("The name %s does not resolve: correct it at %s, add it to /etc/hosts, or repair DNS; %s asks for it at every start", name, t.place, g.Title())
	}
	known := slices.Sorted(maps.Keys(f.HostNames(g)))
	if n := nginxOf(g); n != nil {
		for _, u := range n.Config.Upstreams() {
			known = append(known, u.Name)
		}
	}
	if slices.Contains(known, host) {
		if at := sysinfo.HostsUnread(g.Root); at.Known() {
			t.place, t.evidence = at, append(t.evidence, unreadNames(g.Root, at, host)...)
			return askHosts(g.Root, x, at)
		}
		return inHostsInVain(x, host)
	}
	if meant := meantName(host, known); meant != "" {
		return x.Do(fmt.Sprintf("Correct the slip: %s is %s", host, meant), "%s", replace(g.Root, t.place, host, meant))
	}
	if file, back := blockAside(g, t.place.File, host); file != "" {
		x.Title, x.Undo = "Put the upstream's file back", fmt.Sprintf("mv -nT %s %s", sh(back), sh(file))
		return x.Do(fmt.Sprintf("%s has the block that is called %s, and nginx reads files that end in .conf", file, host), "mv -nT %s %s", sh(file), sh(back))
	}
	if addr := localApp(ctx, f, g, port); addr != "" {
		x.Risk = Medium
		if named, ok := hostsLine(g.Root, x, fmt.Sprintf("An app of this machine listens on port %s: if %s means that one, give it the name (else correct %s)", port, host, t.place), addr, host); ok {
			return named
		}
	}
	x.Title, x.Risk, x.Workaround = "Let "+g.Title()+" start without "+host, Medium, true
	say := fmt.Sprintf("%s does not resolve, and %s asks for it at every start. ", host, g.Title())
	switch g.Kind {
	case "haproxy": // configuration.txt, init-addr
		return x.Do(say+"Let it start all the same; the server counts as down", "%s", setLine(g.Root, t.place, withWords(line, "init-addr last,libc,none")))
	case "varnish":
		return x.Do(say+"Let the line lead nowhere until it does: only the pages behind it fail then", "%s", replace(g.Root, t.place, name, "127.0.0.1"))
	}
	return x.Do(say+"Let the line lead nowhere until it does: only the pages behind it fail then", "%s", replace(g.Root, t.place, name, nowhere))
}

// lookedUpIn is where this machine looks for names of a kind, and the line that says so (nsswitch.conf(5)).
func lookedUpIn(r sysinfo.Root, kind string) (sysinfo.Place, string) {
	for at, line := range linesIn(r, "/etc/nsswitch.conf") {
		if sources, ok := strings.CutPrefix(strings.TrimSpace(line), kind+":"); ok {
			return at, strings.TrimSpace(sources)
		}
	}
	return sysinfo.Place{}, ""
}

// askedPort is the port at which a gateway asks a name; empty when it asks none of that name.
func askedPort(g *sysinfo.Gateway, host string) string {
	for _, h := range allHops(g) {
		if h.Host == host && h.Port > 0 {
			return strconv.Itoa(h.Port)
		}
	}
	return ""
}

// localApp is the address of whoever listens on a port of this machine and is no web server's.
func localApp(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, port string) string {
	n, err := strconv.Atoi(port)
	all, err2 := f.Listeners(ctx, g)
	if err != nil || err2 != nil || n == 80 || n == 443 {
		return ""
	}
	found := ""
	for _, s := range all {
		if s.Network != "tcp" || int(s.Addr.Port()) != n {
			continue
		}
		switch a := s.Addr.Addr().Unmap(); {
		case a.IsUnspecified() || a.IsLoopback() && a.Is4():
			return "127.0.0.1"
		default:
			found = a.String()
		}
	}
	return found
}
