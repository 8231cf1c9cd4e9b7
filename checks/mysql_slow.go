package checks

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// longQuery is from when on a query counts as one that a page waits for, in seconds.
const longQuery = 2

// mysqlSlow: the workers all wait for the database.
func mysqlSlow() Check {
	waits := waitsFor("the database", isDatabasePort)
	return Check{
		ID: "mysql-slow", Title: "The database answers quickly", Topic: Upstreams,
		Means: `Workers wait for the database: one slow or locked query first makes heavy pages time out (504), then holds all workers until every page does.
More workers do not help. Find the query (SHOW FULL PROCESSLIST, the slow query log) and give it an index, or end the session that holds its lock.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			found, err := perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding { return lockedQuery(ctx, f, l) })(ctx, f)
			for _, x := range found {
				if x.Status == Fail {
					return found, err
				}
			}
			return waits(ctx, f)
		},
	}
}

// lockedQuery looks at the database's own list, when a page hangs at this moment.
func lockedQuery(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	_, timedOut, _ := l.has(errlog.ReadTimeout)
	if !timedOut && !l.silent {
		return nil
	}
	server, ok := database(ctx, f)
	if !ok {
		return nil
	}
	db, err := f.MySQL(ctx)
	if err != nil {
		return nil // waitsFor tells what the sockets show
	}
	var long []sysinfo.Session
	for _, s := range db.Sessions {
		if s.Busy() && s.Seconds >= longQuery {
			long = append(long, s)
		}
	}
	if len(long) == 0 {
		return nil
	}
	first := longestWait(long)
	found := &Finding{Status: Fail, Confidence: 0.93, Where: sysinfo.Place{File: server.Fragment}, Covers: []ID{"upstream-read-timeout", "fpm-workers-exhausted", "external-api-slow", "listen-backlog-full-unix"},
		Summary: fmt.Sprintf("%s in the database, the longest for %d s: pages wait for it", plural(len(long), "query is at work", "queries are at work"), first.Seconds)}
	for _, s := range long[:min(len(long), 3)] {
		found.Evidence = append(found.Evidence, sessionLine(db, s))
	}
	x := Fix{Title: "Make the query fast", Risk: Medium}
	holder, known := lockHolder(db, first)
	switch {
	case goesOn(ctx, f, db.Sessions):
		found.Summary = "the database's disk was full and has room again: it goes on within a minute"
		x = Fix{Title: "Wait until the database goes on", Risk: Low}.Do("It looks for room once a minute", "sleep 60").
			Tell("Then find out what filled the disk, or it will again")
	case known:
		found.Summary = fmt.Sprintf("a query has waited for %d s for a lock that database session %s holds (%s for %d s)", first.Seconds, holder.ID, holder.Command, holder.Seconds)
		found.Evidence = append([]Evidence{sessionLine(db, holder)}, found.Evidence...)
		x = Fix{Title: "End the session that holds the lock", Risk: High}.
			Tell("Its work since BEGIN is undone. Look first who %s at %s is: a console somebody left open, an import, a stuck job", holder.User, holder.Host).
			Do("End it", "%s -u root -e 'KILL %s'", cmp.Or(db.Client, mysqlClient(f)), holder.ID).
			Tell("Then find out why it kept its transaction open: a page or job that waits for something else between BEGIN and COMMIT")
	case first.Waits():
		found.Summary = fmt.Sprintf("%s for a lock, the longest for %d s", plural(len(long), "query waits", "queries wait"), first.Seconds)
		x = x.Tell("%s: some other session holds the table (LOCK TABLES, ALTER TABLE, a backup). SHOW FULL PROCESSLIST shows them all; end that one, or wait until it is done", first.State)
	default:
		x = x.Do("See how it is worked out", "%s -u root -e 'SHOW FULL PROCESSLIST'", cmp.Or(db.Client, mysqlClient(f))).
			Tell("EXPLAIN the query: 'type: ALL' with many rows wants an index on the columns of its WHERE. In the meantime let the one page that asks it run alone, not all visitors")
	}
	found.Fix = x
	slowQueries(ctx, f, l, found)
	return found
}

// sessionLine is a session as the database lists it; of its statement without the values, which are visitors'.
func sessionLine(db sysinfo.Database, s sysinfo.Session) Evidence {
	kind := "mysql"
	if sessionsOf(db) == "pg_stat_activity" {
		kind = "postgres"
	}
	return Evidence{Source: sessionsOf(db), Text: fmt.Sprintf("%s %s@%s %s %d s %s %s", s.ID, s.User, s.Host, s.Command, s.Seconds, s.State, sysinfo.SQLShape(s.Query, kind))}
}

// sessionsOf names the list that a database keeps of its sessions.
func sessionsOf(db sysinfo.Database) string {
	switch db.Client {
	case "psql", "pg_stat_activity":
		return "pg_stat_activity"
	}
	return strings.TrimSpace(db.Client + " SHOW FULL PROCESSLIST")
}
