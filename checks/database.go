package checks

import (
	"context"
	"fmt"
	"net/netip"

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

// namePeer names the far end where it is a program of this machine; it may be that a signal holds it.
func namePeer(ctx context.Context, f *sysinfo.Facts, peer netip.AddrPort, found *Finding) {
	all, err := f.Listeners(ctx, nil)
	if err != nil {
		return
	}
	for _, s := range all {
		p, known := f.OwnerOf(ctx, s)
		if !collide(s, peer) || !known {
			continue
		}
		u, _ := f.Unit(ctx, f.UnitOf(p.PID))
		if p.State != heldState {
			found.Evidence = append(found.Evidence, Evidence{Source: "ss -ltnp", Text: fmt.Sprintf("%s is %s (pid %d)", peer, p.Cmd, p.PID)})
			if u.Name != "" {
				found.Evidence = append(found.Evidence, unitSays(u))
			}
			return
		}
		found.Confidence = 0.95
		found.Summary += fmt.Sprintf(": %s (pid %d), which a signal holds", p.Name, p.PID)
		found.Evidence = append(found.Evidence, heldSays(p))
		if u.Name == "" || u.Manager != "" {
			return
		}
		found.Where = sysinfo.Place{File: u.Fragment}
		found.Evidence = append(found.Evidence, unitSays(u))
		found.Fix = letGoOn(Fix{Title: "Let " + unitWord(u.Name) + " go on", Risk: Low}, u).
			Tell("Somebody, or a debugger, stopped it with a signal; find out who. In the app give the call a time limit, so that it does not wait for ever")
		return
	}
}
