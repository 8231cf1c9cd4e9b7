package checks

import (
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// backendsUsed are the backends that some rule or default of a frontend names.
func backendsUsed(config *haproxy.Config) map[string]bool {
	used := map[string]bool{}
	for _, front := range config.Proxies("frontend", "listen") {
		for _, r := range front.Rules() {
			used[r.Backend] = true
		}
		for _, l := range front.Lines {
			if (l.Is("default_backend") || l.Is("use_backend")) && len(l.Words) > 1 {
				used[l.Words[1]] = true
			}
		}
	}
	return used
}

// renamedBackend is what a backend that is gone is called now: the one that nobody is sent to, and whose name goes on behind its own or stops in it.
func renamedBackend(gone string, have []string, used map[string]bool) string {
	found := ""
	for _, name := range have {
		if used[name] || !strings.HasPrefix(name, gone) && !strings.HasPrefix(gone, name) || len(name) < 4 {
			continue
		}
		if found != "" {
			return ""
		}
		found = name
	}
	return found
}

// mapLines are the lines of a map that lead to a backend.
func mapLines(r sysinfo.Root, file, backend string) []sysinfo.Place {
	var out []sysinfo.Place
	for at, line := range linesIn(r, file) {
		if w := strings.Fields(line); len(w) == 2 && w[0] != "#" && w[1] == backend {
			out = append(out, at)
		}
	}
	return out
}

// inMap writes another value wherever a map has one.
func inMap(r sysinfo.Root, file, old, new string) string {
	text := fmt.Sprintf(`s#^\([^[:space:]]\{1,\}[[:space:]]\{1,\}\)%s[[:space:]]*$#\1%s#`, sedPattern(old), sedText(new))
	return fmt.Sprintf("sed -i %s %s", sh(text), sh(realFile(r, file)))
}
