package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

// databaseLocked: PostgreSQL works on a question for long, or waits for a lock, while a page hangs.
func databaseLocked() Check {
	return Check{
		ID: "database-locked", Title: "PostgreSQL answers quickly", Topic: Upstreams,
		Means: `A page waits for PostgreSQL, and PostgreSQL for a lock: a console or a job that was left in the middle of a transaction ("idle in
transaction") holds rows that the app wants. One such session holds all workers in the end. End it, and let idle_in_transaction_session_timeout do so
from then on; a question that is slow by itself wants an index.`,
		Run: perStore([]string{"postgres"}, func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, said sysinfo.Login) *Finding {
			if said.Trouble != "" {
				return nil
			}
			if a, bad := failsNow(ctx, f, s.Site); !bad || !a.TimedOut() && a.Status != 504 {
				return nil
			}
			db := said.Database
			if all, err := f.Postgres(ctx); err == nil && said.Local {
				db = all // the superuser sees what others do as well
			}
			db.Client = "pg_stat_activity"
			return slowSession(db, s)
		}),
	}
}

func slowSession(db sysinfo.Database, s *sysinfo.Store) *Finding {
	for _, w := range db.Sessions {
		if !w.Busy() || w.Seconds < longQuery {
			continue
		}
		found := &Finding{Status: Fail, Confidence: 0.93, Where: s.Where, Summary: fmt.Sprintf("PostgreSQL has been at one query for %d s, and a page waits for it", w.Seconds), Evidence: []Evidence{sessionLine(db, w)}}
		holder, known := lockHolder(db, w)
		if !known {
			found.Fix = Fix{Title: "Make the query fast", Risk: Low}.Tell("EXPLAIN (ANALYZE) the query above: a sequential scan over many rows wants an index on the columns of its WHERE. autovacuum off or long behind does the same")
			return found
		}
		found.Summary = fmt.Sprintf("a query has waited for %d s for a lock that PostgreSQL's session %s holds (%s for %d s)", w.Seconds, holder.ID, holder.Command, holder.Seconds)
		found.Evidence = append([]Evidence{sessionLine(db, holder)}, found.Evidence...)
		found.Confidence = 0.96
		found.Fix = Fix{Title: "End the session that holds the lock", Risk: High}.
			Tell("Its work since BEGIN is undone. Look first who %s at %s is: a console somebody left open, an import, a stuck job", holder.User, holder.Host).
			Do("End it", "runuser -u postgres -- psql -d postgres -c %s", sh("SELECT pg_terminate_backend("+holder.ID+")")).
			Tell("So that it does not come back: ALTER DATABASE %s SET idle_in_transaction_session_timeout = '60s'", s.Name)
		return found
	}
	return nil
}
