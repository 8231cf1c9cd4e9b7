package checks

import (
	"context"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// storeUnits are the services that may be the far end, by kind.
func storeUnits(kind string) pattern {
	return map[string]pattern{
		"mysql":     regexp.MustCompile(`^(mariadb|mysqld?)\.service$`),
		"postgres":  regexp.MustCompile(`^postgresql(@.+|-\d+)?\.service$`),
		"redis":     regexp.MustCompile(`^(redis|redis-server|valkey|valkey-server)(@.+)?\.service$`),
		"memcached": regexp.MustCompile(`^memcached\.service$`),
	}[kind]
}

// storePrograms are the programs whose settings the unit names, by kind: who has two gives the second a unit of his own.
var storePrograms = map[string]string{"redis-server": "redis", "valkey-server": "redis", "memcached": "memcached"}

// storeKind is what a unit of a database or a cache serves; empty for any other unit.
func storeKind(u sysinfo.Unit) string {
	if kind, ok := storePrograms[path.Base(firstWord(u.Exec))]; ok {
		return kind
	}
	for _, kind := range []string{"mysql", "postgres", "redis", "memcached"} {
		if storeUnits(kind).MatchString(u.Name) {
			return kind
		}
	}
	return ""
}

// storeUnit is the service of this machine that a store means: the one that listens where it is asked, or whose settings say that it
// would. Else one that has a usual name, of several the longest: Debian's postgresql.service only stands for postgresql@15-main.service.
func storeUnit(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store) (sysinfo.Unit, bool) {
	all, err := f.Services(ctx)
	if err != nil {
		return sysinfo.Unit{}, false
	}
	u, ok := storeAt(ctx, f, s, all)
	if !ok {
		u, ok = storeCalled(s.Kind, all)
	}
	if !ok || !u.Running() && u.Enabled != "enabled" { // switched off: it may be left from before the database moved into a container
		if c, moved := storeInContainer(ctx, f, s, all); moved {
			return c, true
		}
	}
	return u, ok
}

// storeCalled is the service with a usual name for its kind.
func storeCalled(kind string, all map[string]sysinfo.Unit) (sysinfo.Unit, bool) {
	want := storeUnits(kind)
	var best sysinfo.Unit
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if u := all[name]; u.Name == name && u.Load != "not-found" && want.MatchString(name) && len(name) > len(best.Name) {
			best = u
		}
	}
	return best, best.Name != ""
}

// storeInContainer is the one container that does not run, is such a database or cache by its image or command, and had the port at which a store is asked,
// or any port of the machine's where none is known.
func storeInContainer(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, all map[string]sysinfo.Unit) (sysinfo.Unit, bool) {
	containers, err := f.Containers(ctx)
	if err != nil || s.Unix != "" || s.In != "" || s.Host != "" && !ofThisMachine(f.Host.Root, s.Host) {
		return sysinfo.Unit{}, false
	}
	var its []sysinfo.Unit
	for _, c := range containers {
		has := slices.ContainsFunc(c.Ports, func(p sysinfo.Published) bool { return p.Host > 0 && (s.Port == 0 || p.Host == s.Port) })
		if u, known := all[c.Service()]; known && has && c.State != "running" && c.Serves(s.Kind) {
			its = append(its, u)
		}
	}
	if len(its) != 1 {
		return sysinfo.Unit{}, false
	}
	return its[0], true
}

// storeAt is the service that listens where a store is asked, or, where nobody does, the one whose command or settings name that port
// or socket: it is down. Not where two of them do.
func storeAt(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, all map[string]sysinfo.Unit) (sysinfo.Unit, bool) {
	if s.Unix == "" && (s.Port == 0 || !ofThisMachine(f.Host.Root, s.Host)) {
		return sysinfo.Unit{}, false
	}
	listeners, _ := f.Listeners(ctx, nil) // unknown: the settings may tell
	for _, l := range listeners {
		if p, ok := f.OwnerOf(ctx, l); ok && (s.Unix != "" && l.Path == s.Unix || s.Unix == "" && l.Network == "tcp" && int(l.Addr.Port()) == s.Port) {
			u, known := all[f.UnitOf(p.PID)]
			return u, known && storeKind(u) == s.Kind
		}
	}
	var out []sysinfo.Unit
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if u := all[name]; u.Name == name && u.Load != "not-found" && storeKind(u) == s.Kind && wouldListen(f, u, s) {
			out = append(out, u)
		}
	}
	if len(out) != 1 {
		return sysinfo.Unit{}, false
	}
	return out[0], true
}

// wouldListen says that a service's command, or a file of settings that it names, has a store's port or socket.
func wouldListen(f *sysinfo.Facts, u sysinfo.Unit, s *sysinfo.Store) bool {
	at := s.Unix
	if at == "" {
		at = strconv.Itoa(s.Port)
	}
	key := `(?:port|unixsocket|socket)[ \t]*[= \t][ \t]*["']?` + regexp.QuoteMeta(at)
	if regexp.MustCompile(`--` + key + `(?:\s|$)|\s-[ps] ?` + regexp.QuoteMeta(at) + `(?:\s|$)`).MatchString(u.Exec) {
		return true
	}
	set := regexp.MustCompile(`^` + key + `["']?\s*(?:#.*)?$`)
	return lastSetting(f, storeFiles(u), func(_, line string) bool { return set.MatchString(line) }).Known()
}

// storeFiles are the files of settings that a database's or cache's unit names; Debian's clusters have theirs by their name.
func storeFiles(u sysinfo.Unit) []string {
	if clusterOf(u) != "" {
		return clusterFiles(u)
	}
	var out []string
	for word := range strings.FieldsSeq(u.Exec) {
		if path.IsAbs(word) && path.Ext(word) != "" {
			out = append(out, word)
		}
	}
	return out
}

// redisConf are the files of a Redis: the one that its unit names, or those that packages have.
func redisConf(u sysinfo.Unit) []string {
	if files := storeFiles(u); len(files) > 0 {
		return files
	}
	return redisFiles
}
