package checks

import (
	"crypto"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// haproxyKey puts a key back behind its certificate: HAProxy wants both in one file, and what writes that file after a renewal, a hook or a
// cron job, sometimes writes the chain alone. The key that fits lies where the certificate came from.
func (t *confError) haproxyKey(g *sysinfo.Gateway, x Fix) (Fix, bool) {
	m := noCertificate.FindStringSubmatch(t.text)
	if m == nil || g.Foreign || !strings.HasPrefix(m[0], "No Private Key") {
		return x, false
	}
	file := m[1]
	key := keyOf(g.Root, file)
	if key == "" || strayLink(g.Root, file) || strayLink(g.Root, key) || !onlyRoots(g.Root, file) || !onlyRoots(g.Root, path.Dir(file)) {
		return x, false
	}
	x.Title, x.Risk = "Put the key back behind its certificate", Low
	x.Undo = fmt.Sprintf("sed -i '/BEGIN .*PRIVATE KEY/,/END .*PRIVATE KEY/d' %s", sh(file))
	if i, err := g.Root.Stat(file); err == nil {
		x.Undo += fmt.Sprintf("; chmod %04o %s", i.Mode.Perm(), sh(file))
	}
	x = x.Do(fmt.Sprintf("%s is the key of this certificate; nobody but root may read the two", key), "chmod 600 %s && { echo; cat %s; } >>%s", sh(file), sh(key), sh(file))
	if by := writerOf(g.Root, file); by != "" {
		x = x.Tell("%s writes that file: have it write the key as well (cat fullchain.pem privkey.pem), or the next renewal breaks it again", by)
	}
	return x, true
}

// keyOf is the file with the private key of a certificate: beside it, certbot's, or among Debian's keys.
func keyOf(r sysinfo.Root, cert string) string {
	whose, ok := certificateKey(r, cert).(interface{ Equal(crypto.PublicKey) bool })
	if !ok {
		return ""
	}
	dirs := []string{path.Dir(cert), "/etc/ssl/private"}
	live, _ := r.Glob("/etc/letsencrypt/live/*") // without certbot there is none
	for _, dir := range append(dirs, live[:min(len(live), 200)]...) {
		files, _ := r.ReadDir(dir) // a folder that is not there has no key
		for _, name := range files[:min(len(files), 200)] {
			if found := privateKey(r, path.Join(dir, name)); found != nil && whose.Equal(found) {
				return path.Join(dir, name)
			}
		}
	}
	return ""
}

// writerOf is the hook of certbot's that names a file.
func writerOf(r sysinfo.Root, file string) string {
	hooks, _ := r.Glob("/etc/letsencrypt/renewal-hooks/*/*") // none is common
	for _, hook := range hooks[:min(len(hooks), 50)] {
		if b, err := r.ReadFile(hook); err == nil && strings.Contains(string(b), path.Base(file)) {
			return hook
		}
	}
	return ""
}

// haproxyStray takes a file that is no certificate out of a folder of which HAProxy loads every file ("crt" of its manual).
func (t *confError) haproxyStray(g *sysinfo.Gateway, x Fix) (Fix, bool) {
	m := noCertificate.FindStringSubmatch(t.text)
	if m == nil || g.Foreign || strings.Contains(configLine(g.Root, t.place), m[1]) {
		return x, false
	}
	b, err := g.Root.ReadFile(m[1])
	aside := path.Join(path.Dir(path.Dir(m[1])), path.Base(m[1]))
	if err != nil || strings.Contains(string(b), "-----BEGIN ") || g.Root.Exists(aside) || theSystems(m[1]) && !inside(m[1], "/etc/haproxy") {
		return x, false
	}
	x.Undo = fmt.Sprintf("mv %s %s", sh(aside), sh(m[1]))
	return x.Do("HAProxy loads each file of that folder, and this one is no certificate: put it beside the folder", "mv -n %s %s", sh(m[1]), sh(aside)), true
}
