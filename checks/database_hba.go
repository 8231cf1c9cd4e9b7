package checks

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// hbaRefuses: PostgreSQL turns the app away because of pg_hba.conf, its list of who may come from where and how it proves
// itself, and not because of a password. The first line that fits decides.
func hbaRefuses(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, said sysinfo.Login, found *Finding) bool {
	if s.Kind != "postgres" || !containsAny(said.Said, "pg_hba.conf", "Ident authentication", "Peer authentication") {
		return false
	}
	if c, ok := f.ServedBy(ctx, s); ok {
		return hbaOfContainer(f, c, s, said.Said, found)
	}
	if !said.Local {
		return false
	}
	file := hbaFile(f)
	if file == "" {
		return false
	}
	asks := *s
	if m := hbaWords.FindStringSubmatch(said.Said); m != nil && s.Host == "localhost" { // the name has two addresses mostly
		asks.Host = m[1]
	}
	hba(f, &asks, file, "systemctl reload postgresql", found)
	return true
}

// hbaFile is the one pg_hba.conf of this machine; of several, nobody can say which one spoke.
func hbaFile(f *sysinfo.Facts) string {
	for _, pattern := range []string{"/etc/postgresql/*/*/pg_hba.conf", "/var/lib/pgsql/data/pg_hba.conf", "/var/lib/pgsql/*/data/pg_hba.conf", "/var/lib/postgres/data/pg_hba.conf"} {
		if files, _ := f.Host.Root.Glob(pattern); len(files) == 1 { // none is common
			return files[0]
		}
	}
	return ""
}

// hba never touches a line that is there: it may keep out, or let in, many others. A narrow line before it decides for this
// app alone. again is the command by which PostgreSQL reads its list.
func hba(f *sysinfo.Facts, s *sysinfo.Store, file, again string, found *Finding) {
	root := f.Host.Root
	at, method, first := hbaLine(root, file, s)
	found.Where = sysinfo.Place{File: file}
	found.Summary = fmt.Sprintf("%s lets nobody in as user %s who comes as %s does (%s)", s.Title(), s.User, s.App, file)
	if at.Known() && slices.Contains([]string{"reject", "ident", "peer"}, method) {
		found.Where = at
		found.Summary = fmt.Sprintf("%s turns %s away by a line of pg_hba.conf: %s", s.Title(), s.App, configLine(root, at))
		found.Evidence = append(found.Evidence, lineOf(root, at))
	}
	x := Fix{Title: "Let the app's user in with its password", Risk: Medium}
	if !hbaName.MatchString(s.Name) || !hbaName.MatchString(s.User) {
		found.Fix = x.Tell("Write a line into %s, before all others that fit: the app's database, its user, from where it comes, scram-sha-256; then reload PostgreSQL", file)
		return
	}
	line := fmt.Sprintf("host %s %s %s scram-sha-256", hbaWord(s.Name), hbaWord(s.User), hbaFrom(s))
	if s.Unix != "" {
		line = fmt.Sprintf("local %s %s scram-sha-256", hbaWord(s.Name), hbaWord(s.User))
	}
	if !at.Known() {
		at = first
	}
	const say = "Add a line for this user and this database; the first that fits decides, and nobody else is concerned"
	if at.Known() {
		x.Undo = removeBelow(root, sysinfo.Place{File: file, Line: at.Line - 1}, 1) + "; " + again
		x = x.Do(say, "%s", insertBefore(root, at, line))
	} else {
		x.Undo = dropLine(root, file, line) + "; " + again
		x = x.Do(say, "%s", addLine(root, file, line))
	}
	found.Fix = x.Do("Let PostgreSQL read it; nobody is disconnected", "%s && sleep 1", again)
}

// hbaName is a name that a command may write into pg_hba.conf.
var hbaName = whenAsked(`^[\w.-]+$`)

// hbaLine is the line that decides about a store's connections, with its method, and the first line in force.
func hbaLine(r sysinfo.Root, file string, s *sysinfo.Store) (at sysinfo.Place, method string, first sysinfo.Place) {
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
		if !first.Known() {
			first = sysinfo.Place{File: file, Line: n}
		}
		tcp := strings.HasPrefix(w[0], "host") && len(w) >= 5 && w[0] != "hostssl"
		if tcp != (s.Unix == "") || !tcp && w[0] != "local" || !hbaFits(w[1], s.Name) || !hbaFits(w[2], s.User) || tcp && !hbaHolds(w[3], s) {
			continue
		}
		method = w[3]
		if tcp {
			method = w[4]
		}
		return sysinfo.Place{File: file, Line: n}, method, first
	}
	return sysinfo.Place{}, "", first
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
	p, err := netip.ParsePrefix(where)
	return where == "all" || where == "samehost" || where == "samenet" || err == nil && p.Contains(hbaSource(s))
}

// hbaFrom is from where an app of this machine comes.
func hbaFrom(s *sysinfo.Store) string {
	a := hbaSource(s)
	return netip.PrefixFrom(a, a.BitLen()).String()
}

// hbaSource is the address that an app of this machine has: the very one that it calls.
func hbaSource(s *sysinfo.Store) netip.Addr {
	if a, err := netip.ParseAddr(strings.Trim(s.Host, "[]")); err == nil {
		return a.Unmap()
	}
	return netip.AddrFrom4([4]byte{127, 0, 0, 1})
}

// hbaWord quotes what pg_hba.conf would take for more than a name.
func hbaWord(s string) string {
	for _, r := range s {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789_-.", r) {
			return `"` + s + `"`
		}
	}
	if slices.Contains([]string{"all", "sameuser", "samerole", "samegroup", "replication"}, s) {
		return `"` + s + `"`
	}
	return s
}
