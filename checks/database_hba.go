package checks

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// hbaRefuses: PostgreSQL turns the app away because of pg_hba.conf, its list of who may come from where and how it proves
// itself, and not because of a password. The first line that fits decides.
func hbaRefuses(f *sysinfo.Facts, s *sysinfo.Store, said sysinfo.Login, found *Finding) bool {
	if s.Kind != "postgres" || !said.Local || !containsAny(said.Said, "pg_hba.conf", "Ident authentication", "Peer authentication") {
		return false
	}
	for _, pattern := range []string{"/etc/postgresql/*/*/pg_hba.conf", "/var/lib/pgsql/data/pg_hba.conf", "/var/lib/pgsql/*/data/pg_hba.conf", "/var/lib/postgres/data/pg_hba.conf"} {
		files, _ := f.Host.Root.Glob(pattern) // none is common
		if len(files) != 1 {
			continue
		}
		hba(f, s, files[0], found)
		return true
	}
	return false
}

func hba(f *sysinfo.Facts, s *sysinfo.Store, file string, found *Finding) {
	root := f.Host.Root
	at, method, first := hbaLine(root, file, s)
	found.Where = sysinfo.Place{File: file}
	found.Summary = fmt.Sprintf("%s lets nobody in as user %s who comes as %s does (%s)", s.Title(), s.User, s.App, file)
	x := Fix{Title: "Let the app's user in with its password", Risk: Medium}
	if at.Known() && slices.Contains([]string{"reject", "ident", "peer"}, method) {
		found.Where = at
		found.Summary = fmt.Sprintf("%s turns %s away by a line of pg_hba.conf: %s", s.Title(), s.App, configLine(root, at))
		found.Evidence = append(found.Evidence, lineOf(root, at))
		x.Undo = replace(root, at, "scram-sha-256", method) + "; systemctl reload postgresql"
		x = x.Do(fmt.Sprintf("This line is the first that fits: ask for the password instead of %s", method), "%s", replace(root, at, method, "scram-sha-256"))
	} else {
		line := fmt.Sprintf("host %s %s %s scram-sha-256", hbaWord(s.Name), hbaWord(s.User), hbaFrom(s))
		if s.Unix != "" {
			line = fmt.Sprintf("local %s %s scram-sha-256", hbaWord(s.Name), hbaWord(s.User))
		}
		if first.Known() {
			x.Undo = removeBelow(root, first, 1) + "; systemctl reload postgresql"
			x = x.Do("Add a line for it", "%s", insertAfter(root, first, line))
		} else {
			x = x.Do("Add a line for it", "echo %s >>%s", sh(line), sh(file))
		}
	}
	found.Fix = x.Do("Let PostgreSQL read it; nobody is disconnected", "systemctl reload postgresql && sleep 1")
}

// hbaLine is the line that decides about a store's connections, with its method, and the last line in force before which
// another may stand.
func hbaLine(r sysinfo.Root, file string, s *sysinfo.Store) (at sysinfo.Place, method string, last sysinfo.Place) {
	b, err := r.ReadFile(file)
	if err != nil {
		return
	}
	n := 0
	for line := range strings.Lines(string(b)) {
		n++
		line, _, _ = strings.Cut(line, "#")
		w := strings.Fields(line)
		if len(w) < 4 {
			continue
		}
		last = sysinfo.Place{File: file, Line: n}
		tcp := strings.HasPrefix(w[0], "host") && len(w) >= 5 && w[0] != "hostssl"
		if tcp != (s.Unix == "") || !tcp && w[0] != "local" || !hbaFits(w[1], s.Name) || !hbaFits(w[2], s.User) || tcp && !hbaHolds(w[3], s) {
			continue
		}
		method = w[3]
		if tcp {
			method = w[4]
		}
		return sysinfo.Place{File: file, Line: n}, method, last
	}
	return sysinfo.Place{}, "", last
}

func hbaFits(list, name string) bool {
	for one := range strings.SplitSeq(list, ",") {
		if one == "all" || strings.Trim(one, `"`) == name {
			return true
		}
	}
	return false
}

func hbaHolds(where string, s *sysinfo.Store) bool {
	from := "127.0.0.1"
	if strings.Contains(s.Host, ":") {
		from = s.Host
	}
	a, err := netip.ParseAddr(from)
	p, err2 := netip.ParsePrefix(where)
	return where == "all" || where == "samehost" || where == "samenet" || err == nil && err2 == nil && p.Contains(a)
}

// hbaFrom is from where an app of this machine comes.
func hbaFrom(s *sysinfo.Store) string {
	if strings.Contains(s.Host, ":") {
		return "::1/128"
	}
	return "127.0.0.1/32"
}

// hbaWord quotes what pg_hba.conf would take for more than a name.
func hbaWord(s string) string {
	if s == "" {
		return "all"
	}
	for _, r := range s {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789_-.", r) {
			return `"` + strings.ReplaceAll(s, `"`, "") + `"`
		}
	}
	return s
}
