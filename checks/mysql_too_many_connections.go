package checks

import (
	"context"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

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
