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
	again := lastAbove(c.pool.Again, c.at.Place)
	if again < 0 || first.File != c.at.Place.File && !wholePool(f.Host.Root, c.at.Place.File) {
		return
	}
	at := c.pool.Again[again]
	other := strings.TrimSuffix(path.Base(at.File), path.Ext(at.File))
	if first.File == at.File { // two sections of one file: the second's own user and socket tell its name
		other = strings.TrimSuffix(path.Base(c.at.Path), ".sock")
		if u := c.pool.Get("user"); u.Place.File != at.File || u.Place.Line < at.Line || first.Line > at.Line {
			return
		}
	}
	if c.fpm.Config.Pool(other) != nil || strings.ContainsAny(other, "[]; \t") {
		other = c.pool.Name + "-2"
	}
	found.Where = at
	found.Summary += fmt.Sprintf("; %s and %s both name their pool %s, so the second takes the place of the first", first, at, c.pool.Name)
	found.Evidence = append([]Evidence{lineOf(f.Host.Root, at), lineOf(f.Host.Root, first)}, found.Evidence...)
	x := Fix{Title: "Give the second pool a name of its own", Risk: Medium, Undo: setLine(f.Host.Root, at, configLine(f.Host.Root, at))}
	found.Fix = fpmRestart(c.fpm, x.Do("Two pools need two names", "%s", setLine(f.Host.Root, at, "["+other+"]")))
}

// lastAbove is the last of the sections of one name that stands above a place in its file; -1 when none does.
func lastAbove(again []phpfpm.Place, at phpfpm.Place) int {
	best := -1
	for i, p := range again {
		if p.File == at.File && p.Line < at.Line && (best < 0 || p.Line > again[best].Line) {
			best = i
		}
	}
	return best
}

// wholePool says that a file's pool has all that a pool cannot do without, so that it may stand by itself.
func wholePool(r sysinfo.Root, file string) bool {
	pools := phpfpm.Read(r, file).Pools
	return len(pools) == 1 && pools[0].Get("pm").Set() && pools[0].Get("user").Set() && pools[0].Get("listen").Set()
}
