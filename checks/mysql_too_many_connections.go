package checks

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// mysqlTooManyConnections: more workers than the database takes.
func mysqlTooManyConnections() Check {
	return Check{
		ID: "mysql-too-many-connections", Title: "The database takes all connections", Topic: Upstreams,
		Means: `All connections that the database allows (max_connections), or one user of it (max_user_connections), are taken, so the app is refused: a 500, not a 502. The workers of all pools and
apps together must stay below that number, with some to spare for you.`,
		Run: toldOnce(phpError([]errlog.Kind{errlog.DatabaseTooMany}, func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken) *Finding {
			found := &Finding{Confidence: 0.93, Summary: "the database refuses more connections (max_connections)", Covers: []ID{"php-fatal-500"},
				Fix: Fix{Title: "Fewer workers, or more connections", Risk: Medium}.Tell("SHOW FULL PROCESSLIST shows who holds them: sleeping connections come from apps that keep them open, many busy ones from a slow query. Then raise max_connections, or lower pm.max_children, so that the sum fits")}
			if ownLimit(ctx, f, s, line, found) || serverLimit(ctx, f, s, line, found) {
				return found
			}
			if db, err := f.MySQL(ctx); err == nil && db.Max > 0 {
				found.Confidence, found.Summary = 0.97, fmt.Sprintf("the database refuses more connections: %d of %d are taken", db.Connected, db.Max)
				found.Evidence = idlers(db)
				if db.Client != "" && db.Connected+1 >= db.Max && db.Max < 1000 {
					moreConnections(ctx, f, db, found)
				}
			}
			return found
		}), perStore([]string{"mysql"}, noPlaceLeft)),
	}
}

// moreConnections is the way to more places at once, and for good where a line says how many there are.
func moreConnections(ctx context.Context, f *sysinfo.Facts, db sysinfo.Database, found *Finding) {
	more := max(2*db.Max, 151) // MariaDB's own default
	x := Fix{Title: "Allow more connections at once", Risk: Low, Workaround: true, Undo: fmt.Sprintf("%s -u root -e 'SET GLOBAL max_connections = %d'", db.Client, db.Max)}.
		Do("Until its next restart", "%s -u root -e 'SET GLOBAL max_connections = %d'", db.Client, more)
	where := "max_connections in the server's configuration (/etc/mysql),"
	if at := serverSetting(f, refusals[0].files, "max_connections"); at.Known() {
		line := configLine(f.Host.Root, at)
		_, value, _ := strings.Cut(withoutComment(line), "=")
		set, _ := strconv.Atoi(strings.TrimSpace(value)) // 0 is no number
		found.Where, found.Evidence = at, append(found.Evidence, lineOf(f.Host.Root, at))
		where = "it is to be"
		if set > db.Max { // the server itself takes fewer where it may open too few files (MySQL's manual, "How MySQL Opens and Closes Tables")
			where = fmt.Sprintf("its line says %d, and it has fewer since it may open too few files (LimitNOFILE= of its unit) or somebody set it so; that line is to be", set)
		} else {
			x.Undo = undoAll([]string{setLine(f.Host.Root, at, line), x.Undo})
			x = x.Do("For its next start as well", "%s", setLine(f.Host.Root, at, fmt.Sprintf("max_connections = %d", more)))
		}
	}
	held := holders(ctx, f, "mariadbd", "mysqld")
	found.Evidence = append(found.Evidence, quoteHolders(held)...)
	found.Fix = x.Tell("For good: %s larger than all pools' pm.max_children and all apps' threads together. Then look %s", where, greediest(held, db.Connected))
}

// idlers counts the connections by who holds them and whether they do anything.
func idlers(db sysinfo.Database) []Evidence {
	count := map[string]int{}
	var order []string
	for _, s := range db.Sessions {
		who := s.User + " " + s.Command
		if count[who]++; count[who] == 1 {
			order = append(order, who)
		}
	}
	var out []Evidence
	for _, who := range order[:min(len(order), 3)] {
		out = append(out, Evidence{Source: sessionsOf(db), Text: fmt.Sprintf("%d connections: %s", count[who], who)})
	}
	return out
}
