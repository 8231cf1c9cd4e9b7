package checks

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// storeHere is the service of this machine that an app's database is, when it runs. Not where the app's own words or its settings name another
// machine: a database of that kind may well run here as well, as somebody else's, or as the copy of that one.
func storeHere(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, kind, said string) (sysinfo.Unit, bool) {
	if m := serverNamed.FindStringSubmatch(said); m != nil && !ofThisMachine(f.Host.Root, cmp.Or(m[2], m[1])) {
		return sysinfo.Unit{}, false
	}
	var hosts []hostLine
	if kind == "mysql" {
		hosts = databaseHosts(ctx, f, s, said)
	}
	for _, st := range f.Stores(ctx) {
		if kind == "postgres" && st.Site == s && st.Kind == kind {
			hosts = append(hosts, hostLine{st.Where, cmp.Or(st.Unix, st.Host)})
		}
	}
	here := func(h hostLine) bool { return ofThisMachine(f.Host.Root, h.host) }
	if len(hosts) > 0 && !slices.ContainsFunc(hosts, here) {
		return sysinfo.Unit{}, false
	}
	u, ok := storeUnit(ctx, f, &sysinfo.Store{Kind: kind})
	return u, ok && u.Running()
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
