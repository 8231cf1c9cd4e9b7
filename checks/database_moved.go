package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// movedBy: a line of a server's own configuration has it listen at another port, or socket, than the one that apps take by themselves.
func movedBy(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, name string, found *Finding) bool {
	kind, at := storeKind(u), ownSetting(f, u, name)
	line := configLine(f.Host.Root, at)
	value := settingWord(line)
	if line == "" || value == "" || value == usualPort(u) || strings.Contains(value, "/run/mysqld/") || value == "/var/lib/mysql/mysql.sock" && !f.Host.Root.Exists("/etc/debian_version") { // Debian's, and RHEL's
		return false
	}
	listens := map[string]string{"port": ":" + value, "socket": "unix:" + value}[name]
	if !slices.ContainsFunc(append(storeListens(ctx, f, u), unowned(ctx, f)...), func(a string) bool { return strings.HasSuffix(a, listens) }) {
		return false // not there either: the line moved nothing
	}
	if slices.ContainsFunc(f.Stores(ctx), func(s *sysinfo.Store) bool {
		return s.Kind == kind && (name == "socket" && s.Unix == value || name == "port" && s.Unix == "" && fmt.Sprint(s.Port) == value)
	}) {
		return false // another app asks it there: the move was meant
	}
	if name == "port" && othersAt(f, u, value) {
		return false
	}
	found.Where, found.Confidence = at, 0.93
	what := "its database"
	if s := (&sysinfo.Store{Kind: kind}); kind == "redis" || kind == "memcached" {
		what = s.Title()
	}
	found.Summary = fmt.Sprintf("the app cannot reach "+what+": %s runs, with %s %s instead of the usual one", unitWord(u.Name), name, value)
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
	x := Fix{Title: "Let " + strings.Replace(what, "its", "the", 1) + " be where the app looks", Risk: Medium, Undo: setLine(f.Host.Root, at, line) + "; systemctl restart " + sh(unitWord(u.Name))}
	port, _ := strconv.Atoi(value) // a socket has none
	x = x.Tell("If the move was meant, write %s %s into the app's own settings instead; then this line stays", name, value).
		Do("Take the line out", "%s", commentOut(f.Host.Root, at))
	if its := clientsLine(f, kind, name, value); its.Known() {
		x.Undo = setLine(f.Host.Root, its, configLine(f.Host.Root, its)) + "; " + x.Undo
		x = x.Do("And the one that sends its own tools there: mariadb, mariadb-dump", "%s", commentOut(f.Host.Root, its))
	}
	found.Fix = restartStore(f, u, port, x)
	return true
}

// clientsLine is the line of MySQL's settings that sends its own tools to where a line of the server's moved it.
func clientsLine(f *sysinfo.Facts, kind, name, value string) sysinfo.Place {
	if kind != "mysql" {
		return sysinfo.Place{}
	}
	return lastSetting(f, refusals[0].files, func(section, line string) bool {
		key, said, _ := strings.Cut(line, "=")
		return strings.HasPrefix(section, "client") && strings.TrimSpace(key) == name && strings.TrimSpace(said) == value
	})
}

// othersAt says that a port is one at which others ask a server: somebody is connected there, or it is a cluster of PostgreSQL's beside the first one,
// which got a port of its own when it was made (pg_createcluster(1)).
func othersAt(f *sysinfo.Facts, u sysinfo.Unit, port string) bool {
	n, _ := strconv.ParseUint(port, 10, 16) // 0 has no connections
	there, err := f.Connections(0, map[uint16]bool{uint16(n): true})
	_, cluster, _ := strings.Cut(strings.TrimSuffix(u.Name, ".service"), "@")
	return err == nil && there > 0 || storeKind(u) == "postgres" && cluster != "" && !strings.HasSuffix(cluster, "-main")
}

// ownSetting is the line of a server's own settings, the last of several, that tells its port or socket. What ALTER SYSTEM wrote is no file for hands.
func ownSetting(f *sysinfo.Facts, u sysinfo.Unit, name string) (at sysinfo.Place) {
	switch storeKind(u) {
	case "mysql":
		return serverSetting(f, refusals[0].files, name)
	case "postgres":
		at = lastSetting(f, clusterFiles(u), func(_, line string) bool {
			key, _, ok := strings.Cut(line, "=")
			return ok && strings.TrimSpace(key) == name
		})
	case "redis":
		at = lastSetting(f, redisAll(f, u), func(_, line string) bool { return strings.EqualFold(firstWord(line), name) })
	}
	if path.Base(at.File) == "postgresql.auto.conf" {
		return sysinfo.Place{}
	}
	return at
}

// settingWord is what such a line says: behind "=", or behind a blank.
func settingWord(line string) string {
	line = withoutComment(strings.TrimSpace(line))
	_, value, ok := strings.Cut(line, "=")
	if !ok {
		_, value, _ = strings.Cut(line, " ")
	}
	return strings.Trim(strings.TrimSpace(value), `'"`)
}
