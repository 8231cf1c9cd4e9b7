package checks

import (
	"cmp"
	"context"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// storesHere are the running services of this machine that an app's database may be: the one at the address that the app's own words or its
// settings name; where they name none, all of that kind. None where they name another machine: a database of that kind may well run here as
// well, as somebody else's, or as the copy of that one.
func storesHere(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, kind, said string) []sysinfo.Unit {
	if m := serverNamed.FindStringSubmatch(said); m != nil && !ofThisMachine(f.Host.Root, cmp.Or(m[2], m[1])) {
		return nil
	}
	all, err := f.Services(ctx)
	if err != nil {
		return nil
	}
	var hosts []hostLine
	if kind == "mysql" {
		hosts = databaseHosts(ctx, f, s, said)
	}
	var asked []*sysinfo.Store
	if m := portNamed.FindStringSubmatch(said); m != nil && kind == "postgres" {
		port, _ := strconv.Atoi(m[1]) // at most five digits
		asked = append(asked, &sysinfo.Store{Kind: kind, Host: "localhost", Port: port})
	}
	for _, st := range f.Stores(ctx) {
		if st.Site != s || st.Kind != kind {
			continue
		}
		asked = append(asked, st)
		if kind == "postgres" {
			hosts = append(hosts, hostLine{st.Where, cmp.Or(st.Unix, st.Host)})
		}
	}
	if len(hosts) > 0 && !slices.ContainsFunc(hosts, func(h hostLine) bool { return ofThisMachine(f.Host.Root, h.host) }) {
		return nil
	}
	var at, out []sysinfo.Unit
	for _, st := range asked {
		if u, ok := storeAt(ctx, f, st, all); ok && u.Running() && !slices.ContainsFunc(at, func(o sysinfo.Unit) bool { return o.Name == u.Name }) {
			at = append(at, u)
		}
	}
	if len(at) > 0 {
		return at
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if u := all[name]; u.Name == name && u.Running() && u.Sub != "exited" && storeUnits(kind).MatchString(name) { // Debian's postgresql.service only stands for its clusters
			out = append(out, u)
		}
	}
	return out
}

// storeHere is the one service that an app's database is; of several nobody can say.
func storeHere(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, kind, said string) (sysinfo.Unit, bool) {
	all := storesHere(ctx, f, s, kind, said)
	if len(all) != 1 {
		return sysinfo.Unit{}, false
	}
	return all[0], true
}

// clusterOf is which of Debian's PostgreSQLs a unit is: 15/main of postgresql@15-main; empty of the others' only one.
func clusterOf(u sysinfo.Unit) string {
	_, of, _ := strings.Cut(unitWord(u.Name), "@")
	version, cluster, ok := strings.Cut(of, "-")
	if !ok {
		return ""
	}
	return path.Join(version, cluster)
}

// psqlOf asks that one PostgreSQL: left to itself, Debian's psql asks the one at port 5432 (pg_wrapper(1)).
func psqlOf(u sysinfo.Unit) string {
	if of := clusterOf(u); of != "" {
		return "runuser -u postgres -- psql --cluster " + sh(of)
	}
	return "runuser -u postgres -- psql"
}
