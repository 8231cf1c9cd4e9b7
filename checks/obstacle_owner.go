package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

// homes are the folders in which databases and caches keep their data, and whose they have to be.
var homes = []struct {
	of   pattern // the unit
	dir  string
	user string
}{
	{whenAsked(`^(mariadb|mysqld?)\.service$`), "/var/lib/mysql", "mysql"},
	{whenAsked(`^postgresql`), "/var/lib/postgresql", "postgres"},
	{whenAsked(`^postgresql`), "/var/lib/pgsql", "postgres"},
	{whenAsked(`^(redis|redis-server)(@.+)?\.service$`), "/var/lib/redis", "redis"},
	{whenAsked(`^valkey`), "/var/lib/valkey", "valkey"},
	{whenAsked(`^mongod\.service$`), "/var/lib/mongodb", "mongodb"},
}

var noRight = whenAsked(`(?i)permission denied|errcode: 13|wrong ownership|must not be owned by root|can't open.*write`)

// strangersHome: the data folder of a database belongs to somebody else after a restore or a chown that went too far, so it
// may not write there and leaves.
func strangersHome(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	users, err := f.Users(ctx)
	lines, err2 := f.Journal(ctx, u.Name)
	if err != nil || err2 != nil {
		return nil
	}
	said := lastSaid(recent(lines), noRight)
	for _, h := range homes {
		i, err := f.Host.Root.Stat(h.dir)
		who, known := users.Creds(h.user)
		if said == nil || err != nil || !known || !h.of.MatchString(u.Name) || i.UID == who.UID {
			continue
		}
		dir := realFile(f.Host.Root, h.dir) // chown -R does not go through a link
		ls := Evidence{Source: "ls -ld " + h.dir, Text: fmt.Sprintf("it belongs to uid %d, not to %s (uid %d)", i.UID, h.user, who.UID)}
		return &obstacle{where: sysinfo.Place{File: u.Fragment}, says: fmt.Sprintf("its folder %s does not belong to %s, and it may not write there", h.dir, h.user),
			evidence: []Evidence{{Source: u.Log(), Text: said.Text, Time: said.Time}, ls}, clear: func(x Fix) Fix {
				if dir != h.dir && theSystems(dir) {
					return x.Tell("%s is a link to %s, where more lies than the service's data: give only that data to %s", h.dir, dir, h.user)
				}
				x.Undo = fmt.Sprintf("chown -R %d:%d %s", i.UID, i.GID, sh(dir))
				return x.Do(fmt.Sprintf("Give the folder back to %s", h.user), "chown -R %s:%s %s", sh(h.user), sh(h.user), sh(dir))
			}}
	}
	return nil
}
