package checks

import (
	"context"
	"maps"
	"regexp"
	"slices"

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

// storeKind is what a unit of a database or a cache serves; empty for any other unit.
func storeKind(u sysinfo.Unit) string {
	for _, kind := range []string{"mysql", "postgres", "redis", "memcached"} {
		if storeUnits(kind).MatchString(u.Name) {
			return kind
		}
	}
	return ""
}

// storeUnit is the service of this machine that a store means; of several the one with the longest name: Debian's
// postgresql.service only stands for postgresql@15-main.service.
func storeUnit(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store) (sysinfo.Unit, bool) {
	all, err := f.Services(ctx)
	if err != nil {
		return sysinfo.Unit{}, false
	}
	want := storeUnits(s.Kind)
	var best sysinfo.Unit
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if u := all[name]; u.Name == name && u.Load != "not-found" && want.MatchString(name) && len(name) > len(best.Name) {
			best = u
		}
	}
	return best, best.Name != ""
}
