package checks

import (
	"cmp"
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
