package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

// databaseConnectionsFull: PostgreSQL has no connection left for the app; mysql-too-many-connections is the same of MySQL.
func databaseConnectionsFull() Check {
	return Check{
		ID: "database-connections-full", Title: "PostgreSQL has connections left", Topic: Upstreams, After: []ID{"mysql-too-many-connections"},
		Means: `All connections that PostgreSQL allows are taken (53300, "too many clients already"), so the app is turned away: 500, or a
502 or 503 where the app ends itself. The pools of all apps and workers together must stay below max_connections; idle ones point to a leak, or to a
pool that is larger than the database.`,
		Run: perStore([]string{"postgres"}, noPlaceLeft),
	}
}

// noPlaceLeft judges a database that has no connection left.
func noPlaceLeft(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, said sysinfo.Login) *Finding {
	if said.Trouble != sysinfo.StoreFull {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.97, Where: s.Where, Summary: fmt.Sprintf("%s has no connection left for %s", s.Title(), s.App),
		Evidence: []Evidence{storeLine(s), {Source: s.Title() + " at " + s.Address(), Text: said.Said}}}
	switch {
	case !said.Local:
		found.Fix = Fix{Title: "Fewer connections, or more places", Risk: Medium}.Tell("On %s see who holds them (SHOW FULL PROCESSLIST, pg_stat_activity): idle ones come from an app that does not give them back", s.Host)
	case s.Kind == "mysql":
		if db, err := f.MySQL(ctx); err == nil {
			found.Evidence = append(found.Evidence, idlers(db)...)
			moreConnections(ctx, f, db, found)
		}
	default:
		found.Fix = freePostgres(ctx, f, s, found)
	}
	return found
}

// freePostgres ends sessions of the app's user that do nothing: max_connections takes a restart.
func freePostgres(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, found *Finding) Fix {
	x := Fix{Title: "End connections that do nothing, then find who keeps them", Risk: Medium, Workaround: true}
	db, err := f.Postgres(ctx)
	who := s.User
	if err == nil {
		found.Summary = fmt.Sprintf("PostgreSQL has no connection left for %s: %d of %d are taken", s.App, db.Connected, db.Max)
		found.Evidence = append(found.Evidence, idlers(db)...)
		idle := map[string]int{}
		for _, p := range db.Sessions {
			if p.Command == "idle" {
				if idle[p.User]++; idle[p.User] > idle[who] {
					who = p.User
				}
			}
		}
	}
	held := holders(ctx, f, "postgres")
	found.Evidence = append(found.Evidence, quoteHolders(held)...)
	return x.Do("End what is idle of "+who, "runuser -u postgres -- psql -d postgres -c %s", sh("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE state = 'idle' AND usename = '"+plainName(who)+"'")).
		Tell("Then look %s", greediest(held, db.Connected)).
		Tell("For good: let the pools of all apps together stay below max_connections (pool size times processes), put pgbouncer between, or raise max_connections in postgresql.conf, which takes a restart")
}
