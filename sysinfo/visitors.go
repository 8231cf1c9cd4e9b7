package sysinfo

import (
	"path"
	"strconv"
	"strings"
)

// Visitors counts the TCP connections that stand to the ports at which a gateway listens. Everybody may see how many there are, but not whose.
func (f *Facts) Visitors(g *Gateway) (int, error) {
	ports := map[uint16]bool{}
	for _, s := range g.Sites {
		for _, l := range s.Listen {
			ports[l.Addr.Port()] = ports[l.Addr.Port()] || l.Addr.IsValid()
		}
	}
	return f.Connections(g.Net, ports)
}

// Connections counts those that stand to ports of a network, which process net lives in; 0 is ours.
func (f *Facts) Connections(net int, ports map[uint16]bool) (int, error) {
	pid := "self"
	if net > 0 {
		pid = strconv.Itoa(net)
	}
	n, read := 0, error(nil)
	for _, name := range []string{"tcp", "tcp6"} {
		b, err := f.Host.Root.ReadFile(path.Join("/proc", pid, "net", name))
		if err != nil {
			if name == "tcp" {
				read = err
			}
			continue // no IPv6
		}
		for line := range strings.Lines(string(b)) {
			w := strings.Fields(line)
			if len(w) < 4 || w[3] != "01" { // TCP_ESTABLISHED
				continue
			}
			if own, ok := hexAddr(w[1]); ok && ports[own.Port()] {
				n++
			}
		}
	}
	return n, read
}
