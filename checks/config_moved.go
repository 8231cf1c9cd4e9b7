package checks

import (
	"crypto"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/nginx"
)

// cureMoved mends what nginx says of a certificate whose file lies elsewhere now, and of a listen for TLS without one.
func (t *confError) cureMoved(g *sysinfo.Gateway, x Fix, name, line string) (Fix, bool) {
	n, ok := g.Extra.(*sysinfo.Nginx)
	switch {
	case !ok || g.Foreign:
		return x, false
	case strings.Contains(t.text, "no \"ssl_certificate\" is defined"):
		return t.plainListen(g, n, x)
	case path.IsAbs(name) && strings.Contains(t.text, "cannot load certificate") && !g.Root.Exists(name):
		if other := sameName(g.Root, name); other != "" && strings.Contains(line, name) && movedPair(g, name) {
			return t.nameOther(g, n, x, name, other)
		}
	}
	return x, false
}

// sameName is the only file of that name in the usual places for certificates.
func sameName(r sysinfo.Root, name string) string {
	var found []string
	for _, dir := range []string{"/etc/ssl", "/etc/ssl/certs", "/etc/ssl/private", "/etc/nginx", "/etc/nginx/ssl", "/etc/nginx/tls", "/etc/nginx/certs", "/etc/pki/tls/certs", "/etc/pki/tls/private", path.Dir(path.Dir(name))} {
		file := path.Join(dir, path.Base(name))
		if i, err := r.Stat(file); err == nil && i.Mode&fs.ModeType == 0 && i.Size > 0 && !slices.Contains(found, file) {
			found = append(found, file)
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

// movedPair says that the certificate and the key that a server would have after the move belong together, and that the
// certificate is for one of its names: fullchain.pem is everybody's name.
func movedPair(g *sysinfo.Gateway, file string) bool {
	p, ok := pairOf(g, file)
	if !ok {
		return false
	}
	now := func(name string) string {
		if g.Root.Exists(name) {
			return name
		}
		return sameName(g.Root, name)
	}
	cert, key := certificateIn(g.Root, now(p.cert)), privateKey(g.Root, now(p.key))
	if cert == nil || key == nil {
		return false
	}
	public, ok := cert.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
	return ok && public.Equal(key) && (len(p.names) == 0 || slices.ContainsFunc(p.names, func(n string) bool {
		return cert.VerifyHostname(n) == nil || strings.EqualFold(cert.Subject.CommonName, n)
	}))
}

// nameOther has each line of the configuration that names a file of the old folder name that of the new one, where it is there too.
func (t *confError) nameOther(g *sysinfo.Gateway, n *sysinfo.Nginx, x Fix, name, other string) (Fix, bool) {
	x = x.Do(fmt.Sprintf("The file is %s now", other), "%s", replace(g.Root, t.place, name, other))
	undo := []string{x.Undo}
	done := map[nginx.Place]bool{nginx.Place(t.place): true}
	for _, s := range n.Config.Servers() {
		for _, key := range []string{"ssl_certificate", "ssl_certificate_key", "ssl_trusted_certificate"} {
			for _, set := range s.All(key) {
				was := set.Value()
				if done[set.Place] || !path.IsAbs(was) || g.Root.Exists(was) || sameName(g.Root, was) == "" {
					continue
				}
				done[set.Place] = true
				at := set.Place
				x = x.Do("And this one is "+sameName(g.Root, was), "%s", replace(g.Root, at, was, sameName(g.Root, was)))
				undo = append(undo, setLine(g.Root, at, configLine(g.Root, at)))
			}
		}
	}
	x.Undo = undoAll(undo)
	return x, true
}

// plainListen takes TLS off a listen for which there is no certificate, where the site can be reached without.
func (t *confError) plainListen(g *sysinfo.Gateway, n *sysinfo.Nginx, x Fix) (Fix, bool) {
	for _, s := range n.Config.Servers() {
		if s.Block.Place != t.place {
			continue
		}
		var off []sysinfo.Place
		plain := false
		for _, l := range s.Listens {
			at := l.Place
			plain = plain || !l.SSL
			if l.SSL && alone(configLine(g.Root, at)) {
				off = append(off, at)
			}
		}
		if !plain || len(off) == 0 {
			return x, false
		}
		x = x.Tell("Name the site's certificate (ssl_certificate and ssl_certificate_key) and skip this, if there is one")
		var undo []string
		for _, at := range off {
			x = x.Do("Until there is one: do not listen for TLS", "%s", commentOut(g.Root, at))
			undo = append(undo, setLine(g.Root, at, configLine(g.Root, at)))
		}
		x.Undo = undoAll(undo)
		return x, true
	}
	return x, false
}
