package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// mysqlDown: the app cannot reach its database.
func mysqlDown() Check {
	return Check{
		ID: "mysql-down", Title: "The database is up", Topic: Upstreams, After: []ID{"oom-killed", "disk-full"},
		Means: `The app cannot reach its MySQL or MariaDB: it does not run, listens elsewhere, its name has no address, or it hangs, or a line of its settings keeps it from what it has. Visitors see the app's own error page or a 500, not a 502, unless the connection hangs (504) or the app ends
itself. Where it does not run, look why before you start it: a full disk and a kill for memory are the usual reasons.`,
		Run: both(perSite(smallNames), toldOnce(phpError([]errlog.Kind{errlog.DatabaseDown, errlog.DatabaseGone}, func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, said spoken) *Finding {
			if refusedByDatabase(said.own()) || postgresWords.MatchString(said.own()) && storeFails(ctx, f, s, "postgres") || hostNotAllowed.MatchString(said.own()) && storeFails(ctx, f, s, "mysql") {
				return nil // it is up; or database-unreachable knows the app's own settings
			}
			if heldInContainer(ctx, f, s, "mysql") || said.app.Name != "" && f.AsksElsewhere(ctx, said.app, s, "mysql") {
				return nil // no database of this machine's
			}
			found := &Finding{Confidence: 0.9, Summary: "the app cannot reach its database: visitors see 500", Covers: []ID{"php-fatal-500"}}
			u, ok := databaseAsked(ctx, f, s, said.own())
			if nameLost(ctx, f, s, u, ok, said, found) {
				return found
			}
			if !ok && storeTells(ctx, f, s) {
				return nil // asked with the app's own settings it tells more
			}
			if !ok {
				found.Fix = Fix{Title: "Bring the database back", Risk: Low}.Tell("No database server of this machine is known: look into the app's configuration for its address (DB_HOST), and there")
				return found
			}
			found.Where = sysinfo.Place{File: u.Fragment}
			found.Evidence = append(found.Evidence, unitSays(u))
			if !u.Running() {
				found.Confidence = 0.96
				found.Summary = fmt.Sprintf("%s is not running: visitors see 500", unitWord(u.Name))
				if first := f.Answers(ctx, s); len(first) > 0 && (said.URI == "" || said.URI == first[0].Question.URI) {
					doesWithout(first[0].Status, found)
				}
				found.Evidence = append(found.Evidence, lastWords(ctx, f, u)...)
				bringUp(ctx, f, u, found)
				return found
			}
			if dropped(f, u, said, found) || hostRefused(ctx, f, s, u, said, found) || noNetworking(ctx, f, s, u, said, found) || boundHere(ctx, f, s, u, said, found) || phpElsewhere(ctx, f, s, u, said, found) || refusedPostgres(ctx, f, s, said, found) || movedDatabase(ctx, f, s, u, said, found) {
				return found
			}
			if storeTells(ctx, f, s) {
				return nil
			}
			found.Fix = compareAddress(u)
			return found
		}), perStoreOr([]string{"mysql"}, unreachable, strangerAnswers))),
	}
}

// compareAddress is what is left where nothing tells why a database that runs is not reached.
func compareAddress(u sysinfo.Unit) Fix {
	x := Fix{Title: "Compare the address in the app's configuration with the database's", Risk: Low}
	if storeKind(u) == "postgres" {
		return x.Tell("%s runs. DB_HOST and DB_PORT of the app must fit what it listens on: ss -ltnx | grep -i postgres", unitWord(u.Name))
	}
	return x.Tell("%s runs. DB_HOST of the app (localhost means the socket /run/mysqld/mysqld.sock for PHP, 127.0.0.1 the port) must fit what it listens on: ss -ltnx | grep -i mysql", unitWord(u.Name))
}

// movedDatabase: the database runs, and a line of its own configuration moved it away from where apps look by default: port
// 3306, the socket of its package. Where the app's own settings are not known, the line that moved it is.
func movedDatabase(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, u sysinfo.Unit, said spoken, found *Finding) bool {
	name := ""
	switch {
	case !strings.HasPrefix(u.Name, "m"):
		return false
	case strings.Contains(said.own(), "Connection refused") && !allHere(databaseHosts(ctx, f, s, said.own())):
		return false // its database may be another machine's
	case strings.Contains(said.own(), "Connection refused") && storeApart(f, u, found):
		return true
	case strings.Contains(said.own(), "Connection refused") && boundElsewhere(ctx, f, u, found):
		return true
	case strings.Contains(said.own(), "Connection refused"):
		name = "port"
	case strings.Contains(said.own(), "No such file or directory"):
		name = "socket"
	default:
		return false
	}
	return movedBy(ctx, f, u, name, found)
}

// postgresWords are PostgreSQL's in an app's error, or of its drivers.
var postgresWords = whenAsked(`(?i)port 5432|SQLSTATE\[08006\]|pgsql|postgres|\.s\.PGSQL`)

// mysqlWords are those of MySQL's drivers.
var mysqlWords = whenAsked(`(?i)mysqli|mysql|mariadb|port 3306`)

// databaseAsked is the database of a site's own settings, where they lead to one of this machine; else the one that its error speaks of.
func databaseAsked(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, text string) (sysinfo.Unit, bool) {
	var its []*sysinfo.Store
	for _, st := range f.Stores(ctx) {
		if st.Site == s && (st.Kind == "mysql" || st.Kind == "postgres") && st.In == "" {
			its = append(its, st)
		}
	}
	if len(its) == 1 && (its[0].Unix != "" || ofThisMachine(f.Host.Root, its[0].Host)) {
		if u, ok := storeUnit(ctx, f, its[0]); ok {
			return u, true
		}
	}
	return spokenDatabase(ctx, f, text)
}

// storeTells says that a database is not reached when it is asked with the app's own settings, or that a wall is before it.
func storeTells(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) bool {
	for _, st := range f.Stores(ctx) {
		if st.Site != s || st.Kind != "mysql" {
			continue
		}
		said, err := f.Login(ctx, st)
		if err == nil && (said.Trouble == sysinfo.StoreRefused || said.Trouble == sysinfo.StoreSilent || said.Trouble == "" && walledStore(ctx, f, st) != nil) {
			return true
		}
	}
	return false
}

// spokenDatabase is the database that an app's error speaks of.
func spokenDatabase(ctx context.Context, f *sysinfo.Facts, text string) (sysinfo.Unit, bool) {
	if mysqlWords.MatchString(text) { // one that is masked, too
		if u, ok := storeUnit(ctx, f, &sysinfo.Store{Kind: "mysql"}); ok {
			return u, true
		}
		for _, name := range databases {
			if u, ok := f.Unit(ctx, name); ok && u.Load == "masked" && storeUnits("mysql").MatchString(name) {
				return u, true
			}
		}
	}
	if !postgresWords.MatchString(text) {
		return database(ctx, f)
	}
	return storeUnit(ctx, f, &sysinfo.Store{Kind: "postgres"})
}

// storeFails says that a database of a kind which a site's own settings name does not let the app in, or is not reached: what says so
// knows more than the app's words in a log.
func storeFails(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, kind string) bool {
	for _, st := range f.Stores(ctx) {
		if st.Site == s && st.Kind == kind {
			if said, err := f.Login(ctx, st); err == nil && said.Trouble != "" {
				return true
			}
		}
	}
	return false
}
