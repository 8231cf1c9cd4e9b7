package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// mysqlDown: the app cannot reach its database.
func mysqlDown() Check {
	return Check{
		ID: "mysql-down", Title: "The database is up", Topic: Upstreams,
		Means: `The app cannot reach its database. Visitors see the app's own error page or a 500, not a 502, unless the connection hangs (504) or the app ends
itself. Look why it is down before you start it: a full disk and a kill for memory are the usual reasons.`,
		Run: phpError([]errlog.Kind{errlog.DatabaseDown, errlog.DatabaseGone}, func(ctx context.Context, f *sysinfo.Facts, _ *sysinfo.Site, _ spoken) *Finding {
			found := &Finding{Confidence: 0.9, Summary: "the app cannot reach its database: visitors see 500", Covers: []ID{"php-fatal-500"}}
			u, ok := database(ctx, f)
			if !ok {
				found.Fix = Fix{Title: "Bring the database back", Risk: Low}.Tell("No database server of this machine is known: look into the app's configuration for its address (DB_HOST), and there")
				return found
			}
			found.Where = sysinfo.Place{File: u.Fragment}
			found.Evidence = append(found.Evidence, unitSays(u))
			if !u.Running() {
				found.Confidence = 0.96
				found.Summary = fmt.Sprintf("%s is not running: visitors see 500", unitWord(u.Name))
				found.Evidence = append(found.Evidence, lastWords(ctx, f, u)...)
				found.Fix = startUnit(u)
				return found
			}
			found.Fix = Fix{Title: "Compare the address in the app's configuration with the database's", Risk: Low}.Tell("%s runs. DB_HOST of the app (localhost means the socket /run/mysqld/mysqld.sock for PHP, 127.0.0.1 the port) must fit what it listens on: ss -ltnx | grep -i mysql", unitWord(u.Name))
			return found
		}),
	}
}
