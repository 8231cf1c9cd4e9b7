package checks

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

// poolTwice: two files give their pool the same name, which makes one pool of them, and the address of the second takes the place of
// the one that the gateway asks for: a pool's file that was copied, and only its address changed.
func poolTwice(f *sysinfo.Facts, l *live, c poolCandidate, found *Finding) {
	was := slices.IndexFunc(c.pool.Hidden, func(v phpfpm.Value) bool {
		return v.Text != "" && (v.Text == l.Unix || l.Unix == "" && strings.TrimPrefix(l.Address(), "unix:") == v.Text)
	})
	if was < 0 {
		return
	}
	first := c.pool.Hidden[was].Place
	again := slices.IndexFunc(c.pool.Again, func(p phpfpm.Place) bool { return p.File == c.at.Place.File && p.File != first.File })
	if again < 0 || !wholePool(f.Host.Root, c.at.Place.File) {
		return
	}
	at := sysinfo.Place(c.pool.Again[again])
	other := strings.TrimSuffix(path.Base(at.File), path.Ext(at.File))
	if c.fpm.Config.Pool(other) != nil || strings.ContainsAny(other, "[]; \t") {
		other = c.pool.Name + "-2"
	}
	found.Where = at
	found.Summary += fmt.Sprintf("; %s and %s both name their pool %s, so the second takes the place of the first", path.Base(first.File), path.Base(at.File), c.pool.Name)
	found.Evidence = append([]Evidence{lineOf(f.Host.Root, at), lineOf(f.Host.Root, sysinfo.Place(first))}, found.Evidence...)
	x := Fix{Title: "Give the second pool a name of its own", Risk: Medium, Undo: setLine(f.Host.Root, at, configLine(f.Host.Root, at))}
	found.Fix = fpmRestart(c.fpm, x.Do("Two pools need two names", "%s", setLine(f.Host.Root, at, "["+other+"]")))
}

// wholePool says that a file's pool has all that a pool cannot do without, so that it may stand by itself.
func wholePool(r sysinfo.Root, file string) bool {
	pools := phpfpm.Read(r, file).Pools
	return len(pools) == 1 && pools[0].Get("pm").Set() && pools[0].Get("user").Set() && pools[0].Get("listen").Set()
}
