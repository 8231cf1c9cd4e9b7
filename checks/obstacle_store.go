package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// storeAskers are the programs by which a unit asks, before it starts its app, whether a database is up, and what database that is.
var storeAskers = map[string]string{"pg_isready": "postgres", "mysqladmin": "mysql", "mariadb-admin": "mysql", "redis-cli": "redis"}

// elsewhereAsked is a host that such a command names, and that is not this machine.
var elsewhereAsked = whenAsked(`(?:^|\s)(?:-h|--host)[= ]?(\S+)`)

// here says that a host as such a command names it is this machine.
func here(host string) bool {
	return host == "127.0.0.1" || host == "localhost" || host == "::1" || path.IsAbs(host)
}

// waitsForStore: the command before the app asks for a database of this machine whose service is down: that is what has to be brought up.
func waitsForStore(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, line sysinfo.UnitLine) *obstacle {
	words := strings.Fields(strings.TrimLeft(line.Value, "+!@:"))
	if len(words) == 0 {
		return nil
	}
	kind, asks := storeAskers[path.Base(words[0])]
	if !asks {
		return nil
	}
	if m := elsewhereAsked.FindStringSubmatch(line.Value); m != nil && !here(m[1]) {
		return nil
	}
	store, ok := storeUnit(ctx, f, &sysinfo.Store{Kind: kind})
	if !ok || store.Running() || store.Name == u.Name {
		return nil
	}
	o := &obstacle{where: sysinfo.Place{File: store.Fragment}, says: fmt.Sprintf("it waits for %s, which is not running", unitWord(store.Name)), evidence: []Evidence{unitLineSays(f, line), unitSays(store)}}
	start := startUnit(store).Steps
	inner := obstacleOf(ctx, f, store)
	if inner != nil {
		o.where, o.says = inner.where, o.says+": "+inner.says
		o.evidence = append(inner.evidence, o.evidence...)
	}
	o.clear = func(x Fix) Fix {
		if inner != nil {
			x = inner.clear(x)
		}
		x.Steps = append(x.Steps, start...)
		return x
	}
	return o
}
