package checks

import (
	"context"

	"fix502/sysinfo"
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

func isDatabasePort(port int) bool {
	return port == 3306 || port == 5432 || port == 6379 || port == 11211
}
