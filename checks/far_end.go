package checks

import (
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// namesFarEnd is the line by which an app is told of another service: of its unit, its environment, its settings or its own script. It may have the
// address, a name that /etc/hosts gives it, or, where the service has a port of its own, the port.
func namesFarEnd(f *sysinfo.Facts, u sysinfo.Unit, hosts map[string][]netip.Addr, peer netip.AddrPort) sysinfo.Place {
	if u.Name == "" {
		return sysinfo.Place{}
	}
	port := strconv.Itoa(int(peer.Port()))
	var names []string
	for _, name := range slices.Sorted(maps.Keys(hosts)) {
		if slices.Contains(hosts[name], peer.Addr()) {
			names = append(names, name)
		}
	}
	names = append(names, peer.Addr().String())
	var words []string
	for _, name := range names {
		words = append(words, name+":"+port)
	}
	if words = append(words, names...); peer.Port() >= 1024 {
		words = append(words, port)
	}
	var files []string
	for _, line := range f.UnitLines(u) {
		files = append(files, line.Place.File)
	}
	for _, s := range settingFiles(f, u) {
		files = append(files, s.name)
	}
	files = slices.DeleteFunc(append(append(files, settingsRead(f, u)...), codeRun(f, u)...), func(file string) bool {
		return inside(file, "/usr") || strayLink(f.Host.Root, file)
	})
	for _, word := range words {
		says := regexp.MustCompile(`(?i)(^|[^\w.-])` + regexp.QuoteMeta(word) + `($|[^\w.-])`)
		for at, line := range linesIn(f.Host.Root, files...) {
			if text := strings.TrimSpace(line); says.MatchString(text) && !strings.HasPrefix(text, "#") && !strings.HasPrefix(text, "//") {
				return at
			}
		}
	}
	return sysinfo.Place{}
}
