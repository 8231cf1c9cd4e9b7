package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// poolOfAnother says whose a pool is that a site must not be led to: it runs as a user of its own, another site asks it, and nothing of this
// site bears its name. What such a pool runs, it runs as that customer.
func poolOfAnother(ctx context.Context, f *sysinfo.Facts, l *live, c poolCandidate) (whose string, is bool) {
	user := c.pool.Get("user").Text
	if user == "" || user == webUser(ctx, f) || calledAfter(path.Base(l.Unix), c.pool.Name) || calledAfter(l.Site.Name, c.pool.Name) {
		return "", false
	}
	if users, err := f.Users(ctx); err == nil && l.Site.Root != "" {
		if i, err := f.Host.Root.Stat(l.Site.Root); err == nil && users.Name(i.UID) == user {
			return "", false
		}
	}
	if others := othersAsk(ctx, f, l, c); len(others) == 1 { // several share it
		return others[0].Name, true
	}
	return "", false
}

// othersAsk are the other sites that ask a pool, each once.
func othersAsk(ctx context.Context, f *sysinfo.Facts, l *live, c poolCandidate) []*sysinfo.Site {
	var out []*sysinfo.Site
	for _, s := range askers(ctx, f)[poolKey(f, c.at.Path, c.at.Port)] {
		if s != l.Site && !sameNames(s, l.Site) && !slices.ContainsFunc(out, func(o *sysinfo.Site) bool { return sameNames(o, s) }) {
			if out = append(out, s); len(out) == 8 {
				break
			}
		}
	}
	return out
}

// packageWords are what packages and people put around a pool's name in that of its socket: php8.2-fpm-shop.sock, shop-fpm.sock.
var packageWords = whenAsked(`^php[\d.]*(?:-fpm)?[-_.]|[-_.]fpm$`)

// calledAfter says that the name of a socket, a file or a site is a pool's or an app's, or has it as one of its labels. A part of a word
// is none: web10.sock is not web1's, and smart.test not art's.
func calledAfter(name, pool string) bool {
	name = strings.TrimPrefix(strings.TrimSuffix(strings.TrimSuffix(name, ".sock"), ".conf"), "www.")
	plain := strings.NewReplacer(".", "-", "_", "-")
	if name == "" || pool == "" {
		return false
	}
	if as := plain.Replace(pool); plain.Replace(name) == as || plain.Replace(packageWords.ReplaceAllString(name, "")) == as {
		return true
	}
	labels := strings.Split(name, ".")
	return slices.Contains(labels[:max(1, len(labels)-1)], pool)
}

// askers are the sites that ask each address of a pool; there may be thousands of both, so they are gathered once.
func askers(ctx context.Context, f *sysinfo.Facts) map[string][]*sysinfo.Site {
	all, _ := sysinfo.Memo(f, "askers of pools", func() (map[string][]*sysinfo.Site, error) {
		out, keys := map[string][]*sysinfo.Site{}, map[string]string{}
		gateways, _ := f.Gateways(ctx) // none: nobody asks
		for _, g := range gateways {
			for _, s := range g.Sites {
				for _, h := range s.Hops {
					if h.Scheme != "fastcgi" {
						continue
					}
					key, known := keys[h.Address()]
					if !known {
						key = poolKey(f, h.Unix, h.Port)
						keys[h.Address()] = key
					}
					out[key] = append(out[key], s)
				}
			}
		}
		return out, nil
	})
	return all
}

// poolKey is a socket's own path, or a port.
func poolKey(f *sysinfo.Facts, unix string, port int) string {
	if unix == "" {
		return strconv.Itoa(port)
	}
	return realFile(f.Host.Root, sysinfo.InRun(path.Clean(unix)))
}

// ownPoolGone leaves the gateway's line as it is: the site's own pool is missing, and the only one near is another's.
func ownPoolGone(l *live, c poolCandidate, whose string, found *Finding) {
	found.Confidence = 0.93
	found.Summary = fmt.Sprintf("no pool of PHP-FPM listens on %s, where %s asks; pool %s is %s's, and runs as %s", l.Address(), l.From, c.pool.Name, whose, c.pool.Get("user").Text)
	found.Fix = Fix{Title: "Bring this site's own pool back", Risk: Medium}.
		Tell("Put its file back (from a backup, or the panel that made it) in %s, with listen = %s and a user of its own, test it (%s -t), and restart %s. Do not lead the site to pool %s: its scripts would run as %s, and each of the two could read the other's files", path.Dir(c.at.Place.File), strings.TrimPrefix(l.Address(), "unix:"), c.fpm.Binary, c.fpm.Name(), c.pool.Name, c.pool.Get("user").Text)
}

// poolAside finds the file of a pool that should listen where a gateway asks, put aside where PHP-FPM does not read it: under another
// ending, in a folder below, or in the folder of a PHP that is not installed any more.
func poolAside(f *sysinfo.Facts, l *live, c poolCandidate) (file, back string) {
	address := strings.TrimPrefix(l.Address(), "unix:")
	for _, p := range poolsAside(f, path.Dir(c.at.Place.File)) {
		if listensAt(p.text, address) {
			return p.file, p.back
		}
	}
	return "", ""
}

// asidePool is a file that PHP-FPM does not read, the name by which it would, and its text.
type asidePool struct{ file, back, text string }

// poolsAside are such files of a folder, read once however many sites miss their pool.
func poolsAside(f *sysinfo.Facts, dir string) []asidePool {
	all, _ := sysinfo.Memo(f, "pools aside in "+dir, func() ([]asidePool, error) {
		root := f.Host.Root
		var out []asidePool
		names, _ := root.ReadDir(dir) // it was read before
		for _, n := range names {
			if path.Ext(n) == ".conf" {
				continue
			}
			in := []string{path.Join(dir, n)}
			if isDir(root, in[0]) {
				below, _ := root.ReadDir(in[0])
				in = nil
				for _, b := range below {
					in = append(in, path.Join(dir, n, b))
				}
			}
			for _, name := range in {
				out = asideAs(root, out, dir, name)
			}
		}
		for _, name := range poolsOfGonePHP(root) {
			out = asideAs(root, out, dir, name)
		}
		return out, nil
	})
	return all
}

func asideAs(root sysinfo.Root, out []asidePool, dir, name string) []asidePool {
	stem, _, _ := strings.Cut(path.Base(name), ".")
	back := path.Join(dir, stem+".conf")
	if i, err := root.Stat(name); err != nil || i.Size > 64<<10 || root.Exists(back) || !onlyRoots(root, name) {
		return out
	}
	b, err := root.ReadFile(name)
	if err != nil {
		return out
	}
	return append(out, asidePool{name, back, string(b)})
}

// poolsOfGonePHP are the files of pools that an upgrade left behind: Debian keeps a folder for each version, and takes only its own files out
// of it when the version goes.
func poolsOfGonePHP(root sysinfo.Root) []string {
	all, _ := root.Glob("/etc/php/*/fpm/pool.d/*.conf") // only Debian's packages have such folders
	slices.Reverse(all)                                 // the newest first: what an older one left was replaced since
	return slices.DeleteFunc(all, func(name string) bool {
		return root.Exists("/usr/sbin/php-fpm" + strings.Split(name, "/")[3])
	})
}

// bringPool puts such a file back.
func bringPool(f *sysinfo.Facts, l *live, c poolCandidate, found *Finding, file, back string) {
	found.Where, found.Confidence = sysinfo.Place{File: file}, 0.96
	found.Summary = fmt.Sprintf("no pool of PHP-FPM listens on %s, where %s asks: the file of that pool lies where %s does not read it, %s", l.Address(), l.From, c.fpm.Name(), file)
	x := Fix{Title: "Put the pool's file back", Risk: Low, Undo: fmt.Sprintf("mv -nT %s %s", sh(back), sh(file))}
	found.Fix = fpmRestart(c.fpm, x.Do("Bring it where "+c.fpm.Name()+" reads it", "mv -nT %s %s", sh(file), sh(back)))
}
