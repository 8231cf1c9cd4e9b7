package checks

import (
	"iter"
	"strings"

	"fix502/sysinfo"
)

// configFiles are the files that a gateway's configuration was read from.
func configFiles(g *sysinfo.Gateway) []string {
	switch x := g.Extra.(type) {
	case *sysinfo.Nginx:
		return x.Config.Files
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

// linesIn are the lines of some files with their places, ends and all; a file that cannot be read has none.
func linesIn(r sysinfo.Root, files ...string) iter.Seq2[sysinfo.Place, string] {
	return func(yield func(sysinfo.Place, string) bool) {
		for _, file := range files {
			b, err := r.ReadFile(file)
			if err != nil {
				continue
			}
			at := sysinfo.Place{File: file}
			for line := range strings.Lines(string(b)) {
				if at.Line++; !yield(at, line) {
					return
				}
			}
		}
	}
}

// seekLine is the first line of a gateway's configuration that fits a pattern.
func seekLine(g *sysinfo.Gateway, wants pattern) sysinfo.Place {
	for at, line := range linesIn(g.Root, configFiles(g)...) {
		if wants.MatchString(line) {
			return at
		}
	}
	return sysinfo.Place{}
}

// namedBy are the names that lines of a configuration give: the first group of a pattern.
func namedBy(g *sysinfo.Gateway, gives pattern) []string {
	var out []string
	for _, line := range linesIn(g.Root, configFiles(g)...) {
		if m := gives.FindStringSubmatch(line); m != nil {
			out = append(out, m[1])
		}
	}
	return out
}

// seekIn is the number of the first line of a file that fits a pattern; 0 when none does.
func seekIn(r sysinfo.Root, file string, wants pattern) int {
	for at, line := range linesIn(r, file) {
		if wants.MatchString(line) {
			return at.Line
		}
	}
	return 0
}

// lastOf is the last line of a configuration that fits a pattern.
func lastOf(g *sysinfo.Gateway, wants pattern) (found sysinfo.Place) {
	for at, line := range linesIn(g.Root, configFiles(g)...) {
		if wants.MatchString(line) {
			found = at
		}
	}
	return found
}
