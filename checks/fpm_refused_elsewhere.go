package checks

import (
	"context"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

// refusedElsewhere is the PHP-FPM that most likely serves a hop which no pool is meant to listen for, when that PHP-FPM does not
// start for a reason of its own: its pools are not read, or have an address that cannot be. Then the gateway's line is right.
func refusedElsewhere(ctx context.Context, f *sysinfo.Facts, l *live) *fpmDown {
	all, _ := f.FPM(ctx) // none: none is down
	meant := withoutPools(l, all)
	if meant == nil {
		meant = notStarted(l, all)
	}
	if meant == nil {
		return nil
	}
	pool := &phpfpm.Pool{}
	if len(meant.Config.Pools) > 0 {
		pool = meant.Config.Pools[0]
	}
	if c, ok := nearest(ctx, f, l); ok && c.fpm == meant {
		pool = c.pool
	}
	known := whyDown(ctx, f, meant, pool)
	if known.line == nil && known.dir == "" || known.cause != "fpm-pool-config-error" && known.cause != "run-dir-missing" {
		return nil
	}
	if known.cause == "run-dir-missing" {
		known.cause, known.place = "fpm-pool-config-error", pool.Get("listen").Place
	}
	known.asked = strings.TrimPrefix(l.Address(), "unix:")
	return known
}

// withoutPools is the PHP-FPM in a unit of an admin's own that has no pool left to start with, when it is the only one and bears the name of the
// socket or the site: the pool that the gateway asks for was among them. One of a distribution's is left without any by an upgrade, and nobody misses it.
func withoutPools(l *live, all []*sysinfo.FPM) *sysinfo.FPM {
	its := func(word string) bool { return strings.Contains(l.Unix, word) || strings.Contains(l.Site.Name, word) }
	var found *sysinfo.FPM
	for _, p := range all {
		switch {
		case p.Number != "" && strings.Contains(l.Unix, p.Number) && p.Running():
			return nil // its own socket, by another name
		case p.Running() || !p.HasUnit || !p.Unit.AdminMade() || !slices.ContainsFunc(socketWords(unitWord(p.Unit.Name)), its) || len(p.Config.Pools) > 0 || p.Unit.Active != "failed" && !p.Unit.Looping():
		case found != nil:
			return nil
		default:
			found = p
		}
	}
	return found
}

// notStarted is the PHP-FPM that does not start, where none runs, or which the gateway's line means by its number.
func notStarted(l *live, all []*sysinfo.FPM) *sysinfo.FPM {
	var meant *sysinfo.FPM
	for _, p := range all {
		named := p.Number != "" && strings.Contains(l.Unix, p.Number)
		switch {
		case p.Running() && !named:
			if meant == nil || !strings.Contains(l.Unix, meant.Number) {
				return nil // one runs: another one's name is what is wrong
			}
		case p.Running():
			return nil
		case p.HasUnit && (p.Unit.Active == "failed" || p.Unit.Looping()) && (meant == nil || named):
			meant = p
		}
	}
	return meant
}
