package checks

import (
	"strings"

	"fix502/sysinfo"
)

// configFiles are the files that a gateway's configuration was read from.
func configFiles(g *sysinfo.Gateway) []string {
	switch x := g.Extra.(type) {
	case *sysinfo.Apache:
		return x.Config.Files
	case *sysinfo.HAProxy:
		return x.Config.Files
	case *sysinfo.Varnish:
		return x.Config.Files
	case *sysinfo.Caddy:
		return x.Config.Files
	}
	return nil
}

// seekLine is the first line of a gateway's configuration that fits a pattern.
func seekLine(g *sysinfo.Gateway, wants pattern) sysinfo.Place {
	for _, file := range configFiles(g) {
		b, err := g.Root.ReadFile(file)
		if err != nil {
			continue
		}
		at := sysinfo.Place{File: file}
		for line := range strings.Lines(string(b)) {
			if at.Line++; wants.MatchString(line) {
				return at
			}
		}
	}
	return sysinfo.Place{}
}

// namedBy are the names that lines of a configuration give: the first group of a pattern.
func namedBy(g *sysinfo.Gateway, gives pattern) []string {
	var out []string
	for _, file := range configFiles(g) {
		b, err := g.Root.ReadFile(file)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(b)) {
			if m := gives.FindStringSubmatch(line); m != nil {
				out = append(out, m[1])
			}
		}
	}
	return out
}

// seekIn is the number of the first line of a file that fits a pattern; 0 when none does.
func seekIn(r sysinfo.Root, file string, wants pattern) int {
	b, err := r.ReadFile(file)
	if err != nil {
		return 0
	}
	n := 0
	for line := range strings.Lines(string(b)) {
		if n++; wants.MatchString(line) {
			return n
		}
	}
	return 0
}

// lastOf is the last line of a configuration that fits a pattern.
func lastOf(g *sysinfo.Gateway, wants pattern) sysinfo.Place {
	found := sysinfo.Place{}
	for _, file := range configFiles(g) {
		b, err := g.Root.ReadFile(file)
		if err != nil {
			continue
		}
		at := sysinfo.Place{File: file}
		for line := range strings.Lines(string(b)) {
			if at.Line++; wants.MatchString(line) {
				found = at
			}
		}
	}
	return found
}
