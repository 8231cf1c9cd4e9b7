package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// databases are the units that serve one, in the order they are looked for.
var databases = []string{"mariadb.service", "mysql.service", "mysqld.service", "postgresql.service"}

// database is the unit of the database server that is installed here.
func database(ctx context.Context, f *sysinfo.Facts) (sysinfo.Unit, bool) {
	for _, name := range databases {
		if u, ok := f.Unit(ctx, name); ok && u.Load == "loaded" {
			return u, true
		}
	}
	return sysinfo.Unit{}, false
}

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

// mysqlTooManyConnections: more workers than the database takes.
func mysqlTooManyConnections() Check {
	return Check{
		ID: "mysql-too-many-connections", Title: "The database takes all connections", Topic: Upstreams,
		Means: `All connections that the database allows (max_connections) are taken, so the app is refused: a 500, not a 502. The workers of all pools and
apps together must stay below that number, with some to spare for you.`,
		Run: phpError([]errlog.Kind{errlog.DatabaseTooMany}, func(_ context.Context, _ *sysinfo.Facts, _ *sysinfo.Site, _ spoken) *Finding {
			return &Finding{Confidence: 0.93, Summary: "the database refuses more connections (max_connections)", Covers: []ID{"php-fatal-500"},
				Fix: Fix{Title: "Fewer workers, or more connections", Risk: Medium}.Tell("SHOW FULL PROCESSLIST shows who holds them: sleeping connections come from apps that keep them open, many busy ones from a slow query. Then raise max_connections, or lower pm.max_children, so that the sum fits")}
		}),
	}
}

// mysqlSlow: the workers all wait for the database.
func mysqlSlow() Check {
	return Check{
		ID: "mysql-slow", Title: "The database answers quickly", Topic: Upstreams,
		Means: `Workers wait for the database: one slow or locked query first makes heavy pages time out (504), then holds all workers until every page does.
More workers do not help. Find the query (SHOW FULL PROCESSLIST, the slow query log) and give it an index, or end it.`,
		Run: waitsFor("the database", isDatabasePort),
	}
}

// externalAPISlow: the workers all wait for somebody else's server.
func externalAPISlow() Check {
	return Check{
		ID: "external-api-slow", Title: "Calls to other services come back", Topic: Upstreams,
		Means: `The app calls another service while the visitor waits, a payment, mail or licence server, and that one does not answer. Each worker that waits
is lost for other visitors; soon all wait. Give every such call a time limit of a few seconds in the app, or do it in the background.`,
		Run: waitsFor("another service", func(port int) bool { return !isDatabasePort(port) }),
	}
}

func isDatabasePort(port int) bool {
	return port == 3306 || port == 5432 || port == 6379 || port == 11211
}

// waitsFor looks, when pages time out at this moment, whether most busy workers of a pool hold a connection to one
// and the same far end.
func waitsFor(who string, port func(int) bool) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
		_, timedOut, _ := l.has(errlog.ReadTimeout)
		if !timedOut && !l.silent || l.reach.Owner == nil {
			return nil
		}
		workers := []sysinfo.Proc{*l.reach.Owner}
		if p, pool := f.PoolOf(ctx, l.Hop); p != nil {
			workers = p.Workers[pool.Name]
		}
		peers, err := f.Peers(ctx, workers, l.Port)
		if err != nil {
			return &Finding{Status: Unknown, Summary: why(err)}
		}
		for peer, n := range peers {
			if !port(int(peer.Port())) || n*2 < len(workers) || n == 0 {
				continue
			}
			return &Finding{Status: Fail, Confidence: 0.88, Where: l.Where, Covers: []ID{"upstream-read-timeout", "fpm-workers-exhausted"},
				Summary:  fmt.Sprintf("%d of %d workers wait for %s at %s", n, len(workers), who, peer),
				Evidence: []Evidence{{Source: "/proc/PID/fd, /proc/net/tcp", Text: fmt.Sprintf("%d established or opening connections to %s", n, peer)}},
				Fix:      Fix{Title: "Look at " + peer.String(), Risk: Low}.Tell("See what that service does: its own log and load. In the app give the call a time limit (curl: CURLOPT_TIMEOUT; database: max_execution_time, lock waits)")}
		}
		return nil
	})
}
