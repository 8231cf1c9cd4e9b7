package checks

import (
	"context"
	"net/netip"
	"strings"

	"fix502/sysinfo"
)

// ipsets are the members of the kernel's sets that hold single addresses and networks (ipset(8)); of others nothing is known.
func ipsets(ctx context.Context, f *sysinfo.Facts) map[string][]string {
	out := map[string][]string{}
	said, err := f.Host.Run(ctx, "ipset", "save")
	if err != nil || said.Exit != 0 {
		return out
	}
	for line := range strings.Lines(string(said.Stdout)) {
		switch w := strings.Fields(line); {
		case len(w) > 2 && w[0] == "create" && (w[2] == "hash:ip" || w[2] == "hash:net"):
			out[w[1]] = []string{}
		case len(w) > 2 && w[0] == "add" && out[w[1]] != nil:
			if strings.HasSuffix(strings.TrimSpace(line), " nomatch") {
				delete(out, w[1])
				continue
			}
			out[w[1]] = append(out[w[1]], w[2])
		}
	}
	return out
}

// inSet says whether a set holds an end of a packet: "src" or "dst" (iptables-extensions(8)).
func (p packet) inSet(name, end string) answer {
	a := map[string]netip.Addr{"src": p.from, "dst": p.to}[end]
	members, known := p.ipsets[name]
	if !known || !a.IsValid() {
		return unsure
	}
	for _, m := range members {
		if within4(a, m) == yes {
			return yes
		}
	}
	return no
}
