package checks

import (
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

var (
	hostNotAllowed = whenAsked(`Host '([^']+)' is not allowed to connect`)
	settingsFile   = whenAsked(`(?i)(config|settings|database|db|local|parameters|\.env).*\.(php|ini|ya?ml|json|inc)$|^\.env`)
)

// hostRefused: MySQL knows its users by where they come from as well, and the app comes from another place: user@localhost is who
// asks over the socket, and where names are not looked up 127.0.0.1 is somebody else ("Account Names", skip_name_resolve).
func hostRefused(f *sysinfo.Facts, s *sysinfo.Site, u sysinfo.Unit, said spoken, found *Finding) bool {
	m := hostNotAllowed.FindStringSubmatch(said.Text)
	if m == nil {
		return false
	}
	found.Confidence = 0.93
	found.Summary = fmt.Sprintf("%s runs, and none of its users may come from %s: visitors see 500", unitWord(u.Name), m[1])
	x := Fix{Title: "Ask the database the way its user may come", Risk: Low}
	at := oneSetting(f, s, m[1])
	line := configLine(f.Host.Root, at)
	if at.Known() && m[1] == "127.0.0.1" && strings.Count(line, m[1]) == 1 {
		found.Where = at
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
		x.Undo = replace(f.Host.Root, at, "localhost", m[1])
		found.Fix = x.Do("With localhost it is asked over its socket, where user@localhost may come", "%s", replace(f.Host.Root, at, m[1], "localhost"))
		return true
	}
	found.Fix = x.Do("See which users may come from where", "%s -u root -e 'SELECT user, host FROM mysql.user'", mysqlClient(f)).
		Tell("Where the user is called @localhost, the app's settings have to say localhost, which is the socket; for an address the database needs a user of that address: CREATE USER 'NAME'@'%s' …, with the rights of the other", m[1])
	return true
}

// oneSetting is the only line of a site's own settings that says a word: in its folder, the one above, and config in both.
func oneSetting(f *sysinfo.Facts, s *sysinfo.Site, word string) sysinfo.Place {
	var found sysinfo.Place
	if s.Root == "" || theSystems(s.Root) {
		return found
	}
	for _, dir := range []string{s.Root, path.Dir(s.Root), path.Join(s.Root, "config"), path.Join(path.Dir(s.Root), "config")} {
		names, _ := f.Host.Root.ReadDir(dir) // most have no such folder
		for _, n := range names[:min(len(names), 200)] {
			if !settingsFile.MatchString(n) {
				continue
			}
			for at, line := range linesIn(f.Host.Root, path.Join(dir, n)) {
				code := strings.TrimSpace(line)
				if !strings.Contains(code, word) || strings.HasPrefix(code, "#") || strings.HasPrefix(code, "//") || strings.HasPrefix(code, "*") {
					continue
				}
				if found.Known() {
					return sysinfo.Place{}
				}
				found = at
			}
		}
	}
	return found
}
