package checks

import (
	"slices"
	"strings"

	"fix502/sysinfo"
)

// savedEnd finds the line of a file that says what becomes of a packet no rule of a chain speaks of: nftables' hook, or a script's "iptables -P".
func savedEnd(f *sysinfo.Facts, r *rule) sysinfo.Place {
	if !r.Policy() {
		return sysinfo.Place{}
	}
	if r.Tool == "nft" {
		return savedHook(f, r)
	}
	last := sysinfo.Place{}
	for at, line := range linesIn(f.Host.Root, savedFiles(f)...) {
		m := endInScript.FindStringSubmatch(strings.TrimSpace(line))
		if m != nil && m[2] == r.Chain && strings.Contains(strings.ToLower(m[1]), "ip6") == (r.Tool == "ip6tables") && onlyRoots(f.Host.Root, at.File) {
			last = at
		}
	}
	return last
}

// endInScript is that line of a script: "iptables -P OUTPUT DROP", or by a variable of its own for the command.
var endInScript = whenAsked(`^(\S+(?: -w)?(?: -t filter)?) (?:-P|--policy) (\w+) DROP\b`)

// savedHook finds the line of a file that hangs a chain into the kernel's way of a packet: rules below it come first.
func savedHook(f *sysinfo.Facts, r *rule) sysinfo.Place {
	for _, name := range []string{"/etc/nftables.conf", "/etc/sysconfig/nftables.conf"} {
		b, err := f.Host.Root.ReadFile(name)
		if err != nil {
			continue
		}
		table, chain, n := false, false, 0
		for line := range strings.Lines(string(b)) {
			n++
			words := strings.Fields(strings.ReplaceAll(line, "{", " { "))
			switch {
			case len(words) > 1 && words[0] == "table":
				table = slices.Equal(words[1:min(3, len(words))], []string{r.Family, r.Table}) || r.Family == "ip" && words[1] == r.Table
			case len(words) > 1 && words[0] == "chain":
				chain = words[1] == r.Chain
			}
			if table && chain && slices.Contains(words, "hook") && strings.HasSuffix(strings.TrimSpace(line), ";") && words[0] == "type" {
				return sysinfo.Place{File: name, Line: n}
			}
		}
	}
	return sysinfo.Place{}
}
