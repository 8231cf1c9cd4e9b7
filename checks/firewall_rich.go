package checks

import (
	"context"
	"fmt"
	"net/netip"
	"path"
	"strings"

	"fix502/sysinfo"
)

var (
	richSource = whenAsked(`\bsaddr (\S+)`)
	richPort   = whenAsked(`\bdport (\d+)`)
)

// richRule is the rich rule of firewalld's that a rule of nft was made from, as firewall-cmd prints it: the only one of its zone that stops the same
// address at the same port. Empty where none does, or several do.
func richRule(ctx context.Context, f *sysinfo.Facts, r *rule, text string) string {
	m := richSource.FindStringSubmatch(text)
	if r.zone() == "" || m == nil {
		return ""
	}
	out, err := f.Host.Run(ctx, "firewall-cmd", "--zone="+r.zone(), "--list-rich-rules")
	if err != nil || out.Exit != 0 {
		return ""
	}
	port, found := richPort.FindStringSubmatch(text), ""
	for line := range strings.Lines(string(out.Stdout)) {
		line = strings.TrimSpace(line)
		stops := strings.Contains(line, " drop") || strings.Contains(line, " reject")
		if !stops || !strings.Contains(line, fmt.Sprintf("source address=%q", m[1])) || (port == nil) != !strings.Contains(line, " port=") || port != nil && !strings.Contains(line, fmt.Sprintf(" port=%q", port[1])) {
			continue
		}
		if found != "" {
			return ""
		}
		found = line
	}
	return found
}

// zonePlace is the line of a zone's file that names the address which a rule stops; what was given to firewalld until its next start alone stands nowhere.
func zonePlace(f *sysinfo.Facts, r *rule, text string) sysinfo.Place {
	m := richSource.FindStringSubmatch(text)
	if r.zone() == "" || m == nil {
		return sysinfo.Place{}
	}
	for at, line := range linesIn(f.Host.Root, path.Join("/etc/firewalld/zones", r.zone()+".xml")) {
		if strings.Contains(line, fmt.Sprintf("<source address=%q", m[1])) {
			return at
		}
	}
	return sysinfo.Place{}
}

var zoneSource = whenAsked(`<source address="([^"]+)"`)

// zoneOf is the line that binds an address to the zone whose end a rule is: the zone decides about all that comes from there.
func zoneOf(f *sysinfo.Facts, r *rule, from netip.Addr) sysinfo.Place {
	if r.zone() == "" {
		return sysinfo.Place{}
	}
	for at, line := range linesIn(f.Host.Root, path.Join("/etc/firewalld/zones", r.zone()+".xml")) {
		if m := zoneSource.FindStringSubmatch(line); m != nil && within4(from, m[1]) == yes {
			return at
		}
	}
	return sysinfo.Place{}
}

// dropRich takes a rich rule out of firewalld, now and, where its zone's file has it, for good.
func dropRich(r *rule, rich string, kept bool) Fix {
	zone, word := r.zoneWord(), sh(rich)
	x := Fix{Title: "Take the rich rule out of firewalld", Risk: Low, Undo: fmt.Sprintf("firewall-cmd%s --add-rich-rule=%s", zone, word)}
	x = x.Do("Now", "firewall-cmd%s --remove-rich-rule=%s", zone, word)
	if kept {
		x.Undo += fmt.Sprintf("; firewall-cmd --permanent%s --add-rich-rule=%s", zone, word)
		x = x.Do("And at every boot", "firewall-cmd --permanent%s --remove-rich-rule=%s", zone, word)
	}
	return x
}
