package checks

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

// copiedListen is, of two pools that want one address, the one that has it by a slip of copying: the address bears the other's name. PHP-FPM
// itself names the one that it reads later.
func copiedListen(r sysinfo.Root, d *fpmDown, text string) *phpfpm.Pool {
	if !strings.Contains(text, "already used in another pool") {
		return nil
	}
	named, other := poolNamed(d, text), d.fpm.Config.Pool(between(text, "in another pool '", "'"))
	if named == nil || other == nil {
		return nil
	}
	stem := strings.TrimSuffix(path.Base(named.Get("listen").Text), ".sock")
	switch fits, fits2 := bears(stem, named.Name), bears(stem, other.Name); {
	case calledAfter(stem, named.Name) != calledAfter(stem, other.Name): // web10.sock has web1 in it as well
		if calledAfter(stem, named.Name) {
			return other
		}
		return named
	case fits && !fits2:
		return other
	case fits2 && !fits:
		return named
	case fits && fits2 && len(other.Name) > len(named.Name): // joiner and joiner-beta at joiner.sock
		return other
	case fits && fits2:
		return named
	case laterCopy(r, named, other):
		return named
	case laterCopy(r, other, named):
		return other
	}
	return nil
}

// laterCopy says that a pool was made from another one and saved beside it: foto2 from foto, or the file foto-copy.conf from foto.conf.
// Its file is not the older one: a pool that has long been there is no copy, whatever its name.
func laterCopy(r sysinfo.Root, p, of *phpfpm.Pool) bool {
	i, err := r.Stat(p.Place.File)
	j, err2 := r.Stat(of.Place.File)
	if err != nil || err2 != nil || p.Place.File == of.Place.File || i.ModTime.Before(j.ModTime) {
		return false
	}
	return strings.HasPrefix(p.Name, of.Name) || strings.HasPrefix(fileStem(p), fileStem(of))
}

func fileStem(p *phpfpm.Pool) string { return strings.TrimSuffix(path.Base(p.Place.File), ".conf") }

// bears says that a socket's name has the name of a pool in it, or is the beginning of it.
func bears(stem, pool string) bool {
	return strings.Contains(stem, pool) || strings.HasPrefix(pool, stem) || pool == "www" && packageSocket.MatchString(stem)
}

// packageSocket is the socket of the pool www that PHP's packages bring.
var packageSocket = whenAsked(`^php[\d.]*-fpm$`)

// ownListen gives such a pool a socket of its own name, in the folder where the other's is; not where a third one has that already. A port
// of its own no site would ask: there the copy is set aside.
func ownListen(t *poolTrouble, x Fix) Fix {
	pool := copiedListen(t.root, t.d, t.text)
	if asked := ownSiteAsks(t, pool); asked != "" {
		at := pool.Get("listen").Place
		x.Undo = setLine(t.root, at, configLine(t.root, at))
		return x.Do("Let pool "+pool.Name+" listen where its own site asks, and no other pool does", "%s", setLine(t.root, at, "listen = "+asked))
	}
	if pool != nil && !path.IsAbs(pool.Get("listen").Text) && path.Ext(pool.Place.File) == ".conf" && onlyPool(t.f, pool) {
		file := pool.Place.File
		x.Title, x.Undo = "Set the copy aside and start "+t.d.fpm.Name(), fmt.Sprintf("mv -nT %s %s", sh(file+".off"), sh(file))
		return x.Do("Pool "+pool.Name+" is a copy that never ran: no other pool has its port. PHP-FPM reads files that end in .conf", "mv -nT %s %s", sh(file), sh(file+".off"))
	}
	if pool == nil || !path.IsAbs(pool.Get("listen").Text) {
		x.Undo = ""
		return x.Tell("Two pools want %s: give each an address of its own, the one that its site asks for", value(t.old))
	}
	own := path.Join(path.Dir(pool.Get("listen").Text), pool.Name+".sock")
	for _, p := range t.d.fpm.Config.Pools {
		if p.Get("listen").Text == own {
			x.Undo = ""
			return x.Tell("Two pools want %s, and %s has the socket %s that pool %s would have: give each the one that its site asks for", value(t.old), p.Name, own, pool.Name)
		}
	}
	at := pool.Get("listen").Place
	x.Undo = setLine(t.root, at, configLine(t.root, at))
	return x.Do("Give pool "+pool.Name+" a socket of its own", "%s", setLine(t.root, at, "listen = "+own))
}

// ownSiteAsks is where a site asks that is called as a pool is, and where no pool listens; empty where there is none.
func ownSiteAsks(t *poolTrouble, pool *phpfpm.Pool) string {
	gateways, _ := t.f.Gateways(t.ctx) // none: nobody asks
	for _, g := range gateways {
		for _, s := range g.Sites {
			if pool == nil || !slices.ContainsFunc(s.Names, func(n string) bool { return calledAfter(n, pool.Name) }) {
				continue
			}
			for _, h := range s.Hops {
				if _, there := t.f.PoolOf(t.ctx, h); h.Scheme == "fastcgi" && there == nil && (h.Unix != "" || ofLoopback(h.Host)) {
					return strings.TrimPrefix(h.Address(), "unix:")
				}
			}
		}
	}
	return ""
}
