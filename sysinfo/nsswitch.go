package sysinfo

import (
	"net/netip"
	"slices"
	"strings"
)

// HostsUnread is the line by which no program of a machine looks into its hosts file (nsswitch.conf(5), hosts:), unknown where they do: only of
// sources that are known not to read that file. systemd's resolve does so by itself (nss-resolve(8), ReadEtcHosts=).
func HostsUnread(r Root) Place {
	b, err := r.ReadFile("/etc/nsswitch.conf")
	if err != nil {
		return Place{}
	}
	at := Place{File: "/etc/nsswitch.conf"}
	for line := range strings.Lines(string(b)) {
		at.Line++
		line, _, _ = strings.Cut(line, "#")
		sources, ok := strings.CutPrefix(strings.TrimSpace(line), "hosts:")
		if !ok {
			continue
		}
		if w := strings.Fields(sources); len(w) > 0 && !slices.ContainsFunc(w, mayReadHosts) {
			return at
		}
		break // the first one counts
	}
	return Place{}
}

// mayReadHosts says that a source may give the names of the hosts file; [NOTFOUND=return] is an action.
func mayReadHosts(source string) bool {
	return !slices.Contains([]string{"dns", "myhostname", "mymachines", "wins", "nis", "nisplus", "ldap"}, source) &&
		!strings.HasPrefix(source, "mdns") && !strings.HasPrefix(source, "[") && !strings.HasSuffix(source, "]")
}

// hostsFor are the names of the hosts file that a gateway can look up: one that has started since nsswitch.conf leaves the file out knows none.
func hostsFor(g *Gateway) map[string][]netip.Addr {
	if at := HostsUnread(g.Root); at.Known() {
		if i, err := g.Root.Stat(at.File); err == nil && !i.ModTime.After(g.Loaded) {
			return nil
		}
	}
	return readHosts(g.Root)
}
