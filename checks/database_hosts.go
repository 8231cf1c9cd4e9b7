package checks

import (
	"context"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// A hostLine is where an app's own files say on which machine its MySQL is.
type hostLine struct {
	at   sysinfo.Place
	host string
}

// here says that it is this machine: its loopback, or localhost, which is the socket to PHP's drivers.
func (h hostLine) here() bool { return ofLoopback(h.host) }

// allHere says that it is known where an app looks for its database, and that it is this machine.
func allHere(hosts []hostLine) bool {
	for _, h := range hosts {
		if !h.here() {
			return false
		}
	}
	return len(hosts) > 0
}

var (
	settingsFile = whenAsked(`(?i)(config|settings|database|db|local|parameters|\.env).*\.(php|ini|ya?ml|json|inc)$|^\.env`)
	phpFile      = whenAsked(`(/[^\s:"'()]+\.(?:php|inc))\b`)
	mysqlHost    = []pattern{
		whenAsked(`(?i)mysqli?(?:_connect)?\(\s*["']([\w.:-]+)["']`),
		whenAsked(`(?i)mysql:(?:[^"']*;)?\s*host=([\w.-]+)`),
		whenAsked(`(?i)(?:mysql2?|mariadb)://[^@\s"']*@([\w.-]+)`),
		whenAsked(`(?i)(?:db|database|mysql)\w*[._]?(?:host|hostname|server)\w*["'\]]*\s*(?:=>|=|:|,)\s*["']?([\w.-]+)`),
	}
	anyHost = whenAsked(`(?i)\b(?:host|hostname|servername)\b["'\]]*\s*(?:=>|=|:|,)\s*["']?([\w.-]+)`)
)

// databaseHosts are the lines that say where an app asks its MySQL: of the settings that are known to be an app's, or else of the files in
// the site's own folder. A line that only says "host" counts where it is the only one. None: nobody knows.
func databaseHosts(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, said string) []hostLine {
	var known, sure, maybe []hostLine
	for _, st := range f.Stores(ctx) {
		if st.Site == s && st.Kind == "mysql" {
			known = append(known, hostLine{st.Where, st.Host})
			if st.Unix != "" {
				known[len(known)-1].host = "localhost"
			}
		}
	}
	if len(known) > 0 {
		return known
	}
	for _, file := range ownSettings(ctx, f, s, said) {
		for at, line := range linesIn(f.Host.Root, file) {
			code := strings.TrimSpace(line)
			if len(code) > 2000 || strings.HasPrefix(code, "#") || strings.HasPrefix(code, "//") || strings.HasPrefix(code, "*") {
				continue
			}
			if host := hostOn(code); host != "" {
				sure = append(sure, hostLine{at, host})
			} else if m := anyHost.FindStringSubmatch(code); m != nil && m[1] != "" {
				maybe = append(maybe, hostLine{at, m[1]})
			}
		}
	}
	if len(sure) == 0 && len(maybe) == 1 {
		return maybe
	}
	return sure
}

// hostOn is the machine of MySQL that a line names.
func hostOn(code string) string {
	for _, p := range mysqlHost {
		if m := p.FindStringSubmatch(code); m != nil {
			return m[1]
		}
	}
	return ""
}

// ownSettings are the files of a site's own in which its database may stand: in its folder, the one above where no other site lives
// there, config in both, and those that its error names. No link: it may lead into another's folder, or into the system's.
func ownSettings(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, said string) []string {
	r, home := f.Host.Root, ownHome(ctx, f, s)
	if home == "" {
		return nil
	}
	var out []string
	add := func(file string) {
		i, err := r.Lstat(file)
		if err == nil && i.Mode.IsRegular() && inside(file, home) && realFile(r, file) == file && !slices.Contains(out, file) {
			out = append(out, file)
		}
	}
	for _, dir := range []string{s.Root, home, path.Join(s.Root, "config"), path.Join(home, "config")} {
		names, _ := r.ReadDir(dir) // most have no such folder
		for _, n := range names[:min(len(names), 200)] {
			if settingsFile.MatchString(n) {
				add(path.Join(dir, n))
			}
		}
	}
	for _, m := range phpFile.FindAllStringSubmatch(said, 8) {
		add(path.Clean(m[1]))
	}
	return out
}

// othersLive says that a folder holds other sites than the one in a folder of it.
func othersLive(ctx context.Context, f *sysinfo.Facts, dir, home string) bool {
	gateways, err := f.Gateways(ctx)
	if err != nil || dir == "/" || dir == "/var/www" || dir == "/srv" || dir == "/home" {
		return true
	}
	for _, g := range gateways {
		for _, s := range g.Sites {
			if root := path.Clean(s.Root); inside(root, dir) && root != home {
				return true
			}
		}
	}
	return false
}
