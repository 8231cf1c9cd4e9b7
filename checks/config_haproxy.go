package checks

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

var (
	// wantedBackend is HAProxy's word on a backend that is not there; it names no line (src/cfgparse.c, check_config_validity).
	wantedBackend = whenAsked(`unable to find required (default_backend|use_backend): '([^']+)'`)
	serverTwice   = whenAsked(`another server named '([^']+)' was already defined`)
	noCertificate = whenAsked(`(?:unable to (?:stat|load) (?:SSL )?certificate(?: into memory)? from file|unable to load certificate chain from file|No Private Key found in|inconsistencies between private key and certificate loaded) '([^']+?)(?:\.key)?'`)
)

// absentBackend finds the line that asks for a backend, or a resolvers section, that is not there.
func absentBackend(g *sysinfo.Gateway, said, source string) *confError {
	text, wants := "", ""
	if m := wantedBackend.FindStringSubmatch(said); m != nil {
		text, wants = m[0], `^\s*`+m[1]+`\s+`+regexp.QuoteMeta(m[2])+`(\s|$)`
	} else if m := haproxyResolve.FindStringSubmatch(said); m != nil {
		text, wants = m[0], `\sresolvers\s+`+regexp.QuoteMeta(m[1])+`(\s|$)`
	}
	if g.Kind != "haproxy" || wants == "" {
		return nil
	}
	at := seekLine(g, regexp.MustCompile(wants))
	if !at.Known() {
		return nil
	}
	return &confError{text: text, place: at, evidence: []Evidence{{Source: source, Text: text}, lineOf(g.Root, at)}}
}

// cureHAProxy mends what HAProxy says of one line.
func (t *confError) cureHAProxy(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	h, ok := g.Extra.(*sysinfo.HAProxy)
	if !ok {
		return x, false
	}
	if cured, ok := t.modesMeet(g, h, x); ok {
		return cured, true
	}
	if m := wantedBackend.FindStringSubmatch(t.text); m != nil {
		var names []string
		for _, s := range h.Config.Proxies("backend", "listen") {
			names = append(names, s.Name)
		}
		meant := meantBackend(m[2], names)
		if name, when, ok := strings.Cut(strings.TrimPrefix(line, "use_backend "), " if "); meant == "" && ok && name == m[2] {
			x.Risk, x.Workaround = Medium, true
			return x.Tell("Write the backend again, or name another one at %s: there are %s", t.place, strings.Join(names, ", ")).
				Do("Until then turn those away for whom it was (503): everybody else is served", "%s", setLine(g.Root, t.place, "http-request deny deny_status 503 if "+when)), true
		}
		if meant == "" {
			return x.Tell("Write the backend again, or name another one at %s: there are %s", t.place, strings.Join(names, ", ")), true
		}
		return x.Do(fmt.Sprintf("Name the backend that is there: %s", meant), "%s", replace(g.Root, t.place, m[2], meant)), true
	}
	if m := serverTwice.FindStringSubmatch(t.text); m != nil && strings.HasPrefix(line, "server "+m[1]+" ") {
		return x.Do("Give the second one a name of its own", "%s", replace(g.Root, t.place, "server "+m[1]+" ", "server "+m[1]+"-2 ")), true
	}
	for _, cure := range []func(*sysinfo.Gateway, Fix) (Fix, bool){t.haproxyStray, t.haproxyKey} {
		if cured, ok := cure(g, x); ok {
			return cured, true
		}
	}
	if m := noCertificate.FindStringSubmatch(t.text); m != nil && strings.Count(line, m[1]) == 1 {
		return t.haproxyCertificate(g, x, m[1]), true
	}
	if strings.HasPrefix(t.text, "Missing LF on last line") {
		return x.Do("End the last line: HAProxy takes a file that does not for one that was cut off", "echo >>%s", sh(realFile(g.Root, t.place.File))), true
	}
	for _, cure := range []func(*sysinfo.Gateway, Fix, string) (Fix, bool){t.haproxyEmptyFolder, t.haproxyWord, t.haproxyOld, t.haproxyShape, t.haproxyMissing} {
		if cured, ok := cure(g, x, line); ok {
			return cured, true
		}
	}
	return t.haproxyFile(g, x, line)
}

// meantBackend is the backend that a name stands for: a slip of it, one that it is a part of, or the only one.
func meantBackend(name string, names []string) string {
	if meant := meantName(name, names); meant != "" {
		return meant
	}
	found := ""
	for _, n := range names {
		if sameFigures(name, n) && (strings.Contains(name, n) || strings.Contains(n, name)) {
			if found != "" {
				return ""
			}
			found = n
		}
	}
	return cmp.Or(found, soleName(name, names))
}

// haproxyCertificate lets a bind line have another certificate with its key in one file, for the time being.
func (t *confError) haproxyCertificate(g *sysinfo.Gateway, x Fix, file string) Fix {
	const kept = "/etc/haproxy/temporary.pem"
	say := fmt.Sprintf("Put %s back: the certificate, its chain and its key, one after the other, in one file (certbot: cat fullchain.pem privkey.pem)", file)
	if i, err := g.Root.Stat(file); err == nil && i.Mode.IsDir() {
		say = fmt.Sprintf("Put the certificates back into %s: for each the certificate, its chain and its key, one after the other, in one file (certbot: cat fullchain.pem privkey.pem)", file)
	}
	if g.Foreign || !g.Root.Exists("/usr/bin/openssl") || !g.Root.Exists("/etc/haproxy") || g.Root.Exists(kept) {
		return x.Tell("%s", say)
	}
	x.Title, x.Risk, x.Workaround = "Start HAProxy with a certificate for the time being", Medium, true
	x.Undo = replace(g.Root, t.place, kept, file) + "; rm " + kept
	return x.Tell("%s. Until then the next steps let HAProxy start: browsers warn of such a certificate, everything else works", say).
		Do("Make one, for 30 days", "(umask 077; openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost -keyout %s -out %s 2>/dev/null)", kept, kept).
		Do("Name it", "%s", replace(g.Root, t.place, file, kept))
}
