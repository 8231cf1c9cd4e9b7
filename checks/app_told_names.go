package checks

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// nameAsked is the name that a program got no address for.
var nameAsked = whenAsked(`(?:EAI_AGAIN|ENOTFOUND) ([A-Za-z0-9.-]+)|(?:Could not resolve host:|Failed to resolve|unable to resolve host(?: address)?|lookup) ['"\x60]?([A-Za-z0-9.-]+)`)

// nameNotFound: nobody knows an address for the name of a server that an app asks.
func nameNotFound(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) bool {
	said := saidNow(ctx, f, u, nameAsked)
	if said == nil {
		return false
	}
	for _, look := range []lookout{closedLookup, hostsAside, nameNotInHosts} {
		if o := look(ctx, f, u); o != nil {
			found.Where, found.Confidence = o.where, 0.95
			found.Summary += ": " + o.says
			found.Evidence = append(found.Evidence, o.evidence...)
			found.Fix = o.clear(Fix{Title: "Let it find names again", Risk: Low})
			return true
		}
	}
	m := nameAsked.FindStringSubmatch(said.Text)
	name, r := strings.ToLower(m[1]+m[2]), f.Host.Root
	if !hostName.MatchString(name) || len(f.Lookup(ctx, l.Site.Gateway, name)) > 0 {
		return false
	}
	found.Where, found.Confidence = sysinfo.Place{File: "/etc/hosts"}, 0.94
	found.Summary += fmt.Sprintf(": no address is to be had for %s, which it asks", name)
	found.Evidence = append(found.Evidence, quoteSaid(said))
	if !f.Offline && !f.Host.Files {
		found.Evidence = append(found.Evidence, Evidence{Source: "getent hosts " + name, Text: "no answer"})
	}
	for _, call := range f.NamedCalls(ctx, l.Hop) {
		if strings.EqualFold(call.Host, name) {
			found.Where = call.Where
			found.Evidence = append(found.Evidence, lineOf(r, call.Where))
			break
		}
	}
	x := Fix{Title: "Give the name its address again", Risk: Low}
	if kept := copyOf(r, "/etc/hosts"); kept != "" {
		named := wholeWord(name)
		for at, line := range linesIn(r, kept) {
			w := strings.Fields(withoutComment(line))
			if len(w) > 1 && named.MatchString(" "+strings.Join(w[1:], " ")+" ") {
				found.Where = sysinfo.Place{File: "/etc/hosts"}
				found.Evidence = append(found.Evidence, lineOf(r, at))
				if x, ok := hostsLine(r, x, "As "+kept+" has it", w[0], name); ok {
					found.Fix = x
					return true
				}
			}
		}
	}
	found.Fix = x.Tell("If other names fail as well, it is the name server: resolvectl status, cat /etc/resolv.conf. Else see whether the name is right where the app has it from, and whether it is one of a resolver that this machine does not ask (resolvectl query %s; cat /etc/resolv.conf). If only this machine needs it, a line in /etc/hosts does: ADDRESS %s", name, name)
	return true
}

// tookTooLong is what apps say of a server that they asked and that did not answer in their time.
var tookTooLong = whenAsked(`(?i)\btimed? ?out\b|timeout (?:of|after|exceeded)|ETIMEDOUT|ESOCKETTIMEDOUT|deadline exceeded`)

// peerHeld: a service of this machine that an app asks is held (SIGSTOP, or a debugger): it takes connections, and never answers.
func peerHeld(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) bool {
	said := saidNow(ctx, f, u, tookTooLong)
	if said == nil {
		return false
	}
	for _, call := range f.LocalCalls(ctx, l.Hop, l.uri()) {
		peer := &live{Hop: &sysinfo.Hop{Site: l.Site, From: l.From, Scheme: "http", Host: "127.0.0.1", Port: call.Port, Addrs: []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}, Where: call.Where}}
		peer.reach = f.Reach(ctx, peer.Hop)
		if peer.reach.Owner == nil || peer.reach.Owner.State != heldState {
			continue
		}
		server, ok := f.Unit(ctx, f.UnitOf(peer.reach.Owner.PID))
		if !ok || server.Manager != "" {
			continue
		}
		found.Where, found.Confidence = sysinfo.Place{File: server.Fragment}, 0.96
		found.Summary += fmt.Sprintf(": it asks %s at port %d, which is held and answers nobody", unitWord(server.Name), call.Port)
		found.Evidence = append(found.Evidence, quoteSaid(said), heldSays(*peer.reach.Owner), Evidence{Source: call.Where.String(), Text: fmt.Sprintf("the app asks port %d of this machine", call.Port)})
		found.Fix = letGoOn(Fix{Title: "Let " + unitWord(server.Name) + " go on", Risk: Low}, server)
		return true
	}
	return false
}

// refusedInVain: an app is refused at a port of this machine where nothing listens, and no service is known that would.
func refusedInVain(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) bool {
	said, addr, port := refusedAddress(ctx, f, u)
	if said == nil {
		return false
	}
	n, _ := strconv.Atoi(port) // the pattern takes digits alone
	if all, err := f.Services(ctx); err != nil || listenedAt(ctx, f, n) || !ownAddress(f, l.Site, addr).IsValid() {
		return false
	} else if missed, ok := idleAt(f, all, n, u); ok {
		startMissed(ctx, f, found, missed)
		return true
	}
	for _, call := range f.LocalCalls(ctx, l.Hop, l.uri()) {
		if call.Port == n {
			found.Where = call.Where
			found.Evidence = append(found.Evidence, lineOf(f.Host.Root, call.Where))
			break
		}
	}
	found.Confidence = 0.93
	found.Summary += fmt.Sprintf(": it asks %s:%s, where nothing listens", addr, port)
	found.Evidence = append(found.Evidence, quoteSaid(said), Evidence{Source: "ss -ltn", Text: "no listener on port " + port})
	x := Fix{Title: "Bring back whom the app asks, or name the address where it is now", Risk: Low}
	var others []string
	for _, a := range f.AllUnasked(ctx) {
		if a.Unit.Name != u.Name {
			others = append(others, fmt.Sprintf("%s at %s", unitWord(a.Unit.Name), a.Addr))
		}
	}
	if len(others) > 0 && len(others) < 4 {
		x = x.Tell("Running here, and asked by no web server: %s. If it is one of them, write its port where the app has the address from, and start the app anew", listed(others))
	}
	found.Fix = x.Do("Which services of this machine do not run, and when each was last heard of", "systemctl list-units --type=service --state=failed,inactive --all --no-pager")
	return true
}

// refusedFrom is the address at which a program was refused.
var refusedFrom = whenAsked(`(?i)ECONNREFUSED (\d+\.\d+\.\d+\.\d+):(\d+)|dial tcp (\d+\.\d+\.\d+\.\d+):(\d+): connect: connection refused|connect to (\d+\.\d+\.\d+\.\d+) port (\d+)`)

// refusedAddress is the last line in which an app says that it was refused, and at which address; nil where it says no such thing.
func refusedAddress(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) (said *sysinfo.JournalLine, addr, port string) {
	if said = saidNow(ctx, f, u, refusedFrom); said == nil {
		return nil, "", ""
	}
	m := refusedFrom.FindStringSubmatch(said.Text)
	return said, m[1] + m[3] + m[5], m[2] + m[4] + m[6]
}

// asksOldAddress: an app is refused at an address where nobody listens, for the hosts file gives a name another address of this machine's than that of the service.
func asksOldAddress(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) bool {
	said, addr, port := refusedAddress(ctx, f, u)
	if said == nil {
		return false
	}
	for _, call := range f.NamedCalls(ctx, l.Hop) {
		at, here, ok := namedAway(ctx, f, call.Host, addr, port)
		if !ok || fmt.Sprint(call.Port) != port {
			continue
		}
		found.Where, found.Confidence = at, 0.94
		found.Summary += fmt.Sprintf(": /etc/hosts says that %s is %s, and what serves its port is at %s", call.Host, addr, here)
		found.Evidence = append(found.Evidence, quoteSaid(said), lineOf(f.Host.Root, at), Evidence{Source: "ss -ltn", Text: "port " + port + " is listened on at " + here}, lineOf(f.Host.Root, call.Where))
		found.Fix = pointName(f.Host.Root, at, call.Host, here)
		return true
	}
	return false
}

// namedAway is the line of the hosts file that gives a name an address where a port is not listened on, while it is at another of this machine: here.
func namedAway(ctx context.Context, f *sysinfo.Facts, host, addr, port string) (at sysinfo.Place, here string, ok bool) {
	all, err := f.Listeners(ctx, nil)
	if err != nil || addr == "127.0.0.1" {
		return at, "", false
	}
	for _, s := range all {
		if s.Network != "tcp" || fmt.Sprint(s.Addr.Port()) != port || !s.Addr.Addr().Is4() {
			continue
		}
		if here = s.Addr.Addr().String(); here == addr || here == "0.0.0.0" {
			return at, "", false
		}
	}
	for place, line := range linesIn(f.Host.Root, "/etc/hosts") {
		w := strings.Fields(withoutComment(line))
		if here != "" && len(w) > 1 && w[0] == addr && wholeWord(host).MatchString(" "+strings.Join(w[1:], " ")+" ") {
			return place, here, true
		}
	}
	return at, "", false
}

// pointName gives a name of the hosts file the address where its service is.
func pointName(r sysinfo.Root, at sysinfo.Place, host, here string) Fix {
	line := strings.TrimSpace(configLine(r, at))
	x := Fix{Title: "Give the name the address where the service is", Risk: Low, Undo: setLine(r, at, line)}
	w := strings.Fields(withoutComment(line))
	if len(w) > 2 { // the others on the line may be right
		x.Undo = ""
		return x.Tell("Write %s %s on a line of its own in /etc/hosts, and take the name out of line %d", here, host, at.Line)
	}
	return x.Do("Write the address where it listens", "%s", setLine(r, at, here+strings.TrimPrefix(line, w[0])))
}
