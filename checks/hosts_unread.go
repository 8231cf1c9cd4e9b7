package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// vainLookup are the words of gateways that do not start for want of a name's address: Go's for a name to listen at, Apache's for Listen.
var vainLookup = whenAsked(`\blookup ([\w.-]+)(?: on \S+)?: |failed to set up sockaddr for ([\w.-]+)`)

// unreadName is a name of the hosts file for which a start asked in vain, since nobody looks there (nsswitch.conf(5)).
func (t *confError) unreadName(r sysinfo.Root) bool {
	m := vainLookup.FindStringSubmatch(t.text)
	at := sysinfo.HostsUnread(r)
	if m == nil || !at.Known() {
		return false
	}
	name := m[1] + m[2]
	if hosts, err := r.ReadFile("/etc/hosts"); err != nil || !namesHost(string(hosts), name) {
		return false
	}
	t.text, t.place = "no address is known for "+name+hostsPassedOver, at
	t.evidence = append(t.evidence, Evidence{Source: "/etc/hosts", Text: "has " + name})
	return true
}

// hostsPassedOver ends what is said of a name that has an address in the hosts file.
const hostsPassedOver = ": it is in /etc/hosts, and nobody looks there"

// unreadNames is what proves it: the line of nsswitch.conf, and that the hosts file has the name.
func unreadNames(r sysinfo.Root, at sysinfo.Place, name string) []Evidence {
	return []Evidence{lineOf(r, at), {Source: "/etc/hosts", Text: "has " + name}}
}

// askHosts lets the hosts file be asked again, before all else: whatever has started since glibc 2.33, and whatever starts anew, looks there.
func askHosts(r sysinfo.Root, x Fix, at sysinfo.Place) Fix {
	line := configLine(r, at)
	_, sources, _ := strings.Cut(line, ":")
	x.Undo = setLine(r, at, line)
	return x.Do("/etc/hosts has the name, and nobody looks there: let it be asked first", "%s", setLine(r, at, "hosts: files "+strings.TrimSpace(sources)))
}

// inHostsInVain is for a name that stands in the hosts file and is not found for a reason that only a look-up shows.
func inHostsInVain(x Fix, name string) Fix {
	return x.Tell("/etc/hosts has %s, and it does not resolve: getent ahosts %s shows what the machine makes of it (/etc/nsswitch.conf, DNS, the file's mode)", name, sh(name))
}

// hostsIgnored: the name to which a gateway sends a page stands in the hosts file, where nobody looks, and the gateway itself found no address
// for it, or its page fails where only root may read why.
func hostsIgnored(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	g := l.Site.Gateway
	at := sysinfo.HostsUnread(g.Root)
	own, now, said := l.has(resolveKinds[:]...)
	if !at.Known() || g.Foreign || len(f.HostNames(g)[strings.ToLower(l.Host)]) == 0 || !(said && now) && (len(l.Addrs) > 0 || !failsUnheard(ctx, f, l)) {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.96, Where: at, Summary: fmt.Sprintf("%s asks %s for %s, and gets no address for that name%s (%s)", l.From, l.Host, l.Location, hostsPassedOver, at),
		Evidence: append([]Evidence{passLine(l)}, unreadNames(g.Root, at, l.Host)...), Covers: namelessCovers[:]}
	if said && now {
		found.Evidence = append([]Evidence{quoteLine(own)}, found.Evidence...)
	}
	found.Fix = askHosts(g.Root, Fix{Title: "Let names be looked up in /etc/hosts again", Risk: Low}, at)
	if g.Kind == "caddy" && g.Unit != "" { // a program of Go older than 1.20 reads nsswitch.conf once
		found.Fix = found.Fix.Do("Caddy may have read it at its start alone: start it anew", "systemctl restart %s && sleep 1", sh(unitWord(g.Unit)))
	} else {
		found.Fix = reload(ctx, f, g, found.Fix)
	}
	return found
}

// hostsAside: a service does not start for want of a name's address, and the hosts file has the name, where nobody looks.
func hostsAside(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	r := f.Host.Root
	at := sysinfo.HostsUnread(r)
	if !at.Known() || u.Contained() {
		return nil
	}
	lines, err := f.Words(ctx, u)
	hosts, err2 := r.ReadFile("/etc/hosts")
	if err != nil || err2 != nil {
		return nil
	}
	said := lastSaid(recent(lines), asksLocalhost)
	if said == nil {
		said = lastSaid(recent(lines), asksNameless)
	}
	if said == nil {
		return nil
	}
	for _, name := range hostWord.FindAllString(said.Text, -1) {
		if !namesHost(string(hosts), name) {
			continue
		}
		return &obstacle{where: at, says: fmt.Sprintf("no address is known for %s%s (%s)", name, hostsPassedOver, at),
			evidence: append([]Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}}, unreadNames(r, at, name)...),
			clear:    func(x Fix) Fix { return askHosts(r, x, at) }}
	}
	return nil
}

// hostWord are the words in a line that may be a name of a host.
var hostWord = whenAsked(`[A-Za-z0-9_][\w.-]*[A-Za-z0-9]`)
