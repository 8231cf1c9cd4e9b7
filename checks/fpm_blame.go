package checks

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

var (
	fpmPlace  = whenAsked(`\[(/[^\]:]+):(\d+)\] (.*)`)
	fpmGlob   = whenAsked(`Unable to globalize '[^']*' \(ret=\d+\) from (/\S+) at line (\d+)`)
	quotedBit = whenAsked(`'([^']+)'`)
	closedLog = whenAsked(`(?:access log|slowlog|error_log) ?\((/[^)]+)\)`)
)

// blame finds the configuration line that an error is about: named in it, or the one that sets the key or the value it names.
func (d *fpmDown) blame(text string) sysinfo.Place {
	for _, re := range []pattern{fpmPlace, fpmGlob} {
		if m := re.FindStringSubmatch(text); m != nil {
			n, _ := strconv.Atoi(m[2])
			return sysinfo.Place{File: m[1], Line: n}
		}
	}
	global := d.fpm.Config.Global
	for says, key := range map[string]string{"failed to open error_log": "error_log", "the PID file": "pid", "event mechanism": "events.mechanism"} {
		if at := global.Get(key).Place; at.File != "" && strings.Contains(text, says) {
			return at
		}
	}
	if at := d.valueOf(text); at.Known() {
		return at
	}
	if p := d.heldElsewhere(text); p != nil {
		return p.Get("listen").Place
	}
	pool := poolNamed(d, text)
	if at := blamed(pool, text); at.Known() {
		return at
	}
	for _, p := range d.fpm.Config.Failed() {
		if p.File != "" {
			return sysinfo.Place{File: p.File, Line: p.Line}
		}
	}
	return pool.Place
}

// valueOf is the line, of whichever pool, with the address that PHP-FPM could not listen on, or the log that it could not open: it says only
// the value, with the pool's name in the place of $pool (fpm_conf.c, fpm_log.c). A pool has a second address, for its status page.
func (d *fpmDown) valueOf(text string) sysinfo.Place {
	said, keys := "", []string(nil)
	if m := quotedBit.FindStringSubmatch(text); m != nil && strings.Contains(text, "unable to bind listening socket") {
		said, keys = m[1], []string{"listen", "pm.status_listen"}
	} else if m := closedLog.FindStringSubmatch(text); m != nil {
		said, keys = m[1], []string{"access.log", "slowlog"}
	}
	for _, key := range keys {
		for _, p := range d.fpm.Config.Pools {
			if v := p.Get(key); v.Text == said {
				return v.Place
			}
		}
	}
	return sysinfo.Place{}
}

// blamed is the line of a pool whose key an error names, or whose value. "cannot get uid for user 'x'" is said of
// listen.owner's and of each name of listen.acl_users as well, and never means the key user by itself.
func blamed(pool *phpfpm.Pool, text string) sysinfo.Place {
	said := map[string]bool{}
	for _, m := range quotedBit.FindAllStringSubmatch(text, -1) {
		said[m[1]] = true
	}
	keys := phpfpm.PoolKeys()
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	named := func(key string) bool {
		word := strings.TrimPrefix(key, "pm.")
		return strings.Contains(text, key) && len(key) > 5 || strings.Contains(text, word+" ") || strings.Contains(text, word+"(") || key == "access.log" && strings.Contains(text, "access log") ||
			key == "listen" && containsAny(text, "listening socket", "invalid port value", "listen address")
	}
	account := containsAny(text, "cannot get uid", "cannot get gid")
	var byValue, byKey sysinfo.Place
	for _, key := range keys {
		v := pool.Get(key)
		switch {
		case v.Place.File == "":
		case account && namesAccount(key):
			if slices.ContainsFunc(accountsIn(v.Text), func(who string) bool { return said[who] }) {
				byValue = v.Place
			}
		case account:
		case said[v.Text] && named(key):
			byValue = v.Place
		case named(key) && (!byKey.Known() || key != "user" && key != "group" && key != "listen"):
			if !byKey.Known() {
				byKey = v.Place
			}
		}
	}
	return cmp.Or(byValue, byKey)
}

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
	if known.line == nil || known.cause != "fpm-pool-config-error" && known.cause != "run-dir-missing" {
		return nil
	}
	if known.cause == "run-dir-missing" {
		known.cause, known.place = "fpm-pool-config-error", pool.Get("listen").Place
	}
	known.asked = strings.TrimPrefix(l.Address(), "unix:")
	return known
}

// withoutPools is the PHP-FPM in a unit of an admin's own that has no pool left to start with, when it is the only one: the pool that the gateway
// asks for was among them. One of a distribution's is left without any by an upgrade, and nobody misses it.
func withoutPools(l *live, all []*sysinfo.FPM) *sysinfo.FPM {
	var found *sysinfo.FPM
	for _, p := range all {
		switch {
		case p.Number != "" && strings.Contains(l.Unix, p.Number) && p.Running():
			return nil // its own socket, by another name
		case p.Running() || !p.HasUnit || !p.Unit.AdminMade() || len(p.Config.Pools) > 0 || p.Unit.Active != "failed" && !p.Unit.Looping():
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
