package checks

import (
	"context"
	"crypto"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
)

var certificateOff = whenAsked(`(?i)^\s*#+\s*(SSLCertificate(?:Key)?File\s+\S+)\s*$`)

// apacheCertificate is what keeps Apache from starting though its test is content: mod_ssl looks into the files only then, and says
// so in the site's own error log.
func apacheCertificate(g *sysinfo.Gateway, a *sysinfo.Apache) *confError {
	for _, s := range a.Config.Servers() {
		engine := s.Get("SSLEngine")
		if engine == nil || len(engine.Args) != 1 || !strings.EqualFold(engine.Args[0], "on") || !a.Config.Has("ssl_module") {
			continue
		}
		at := engine.Place
		cert, key := s.Get("SSLCertificateFile"), s.Get("SSLCertificateKeyFile")
		if cert == nil {
			if s.Get("SSLPolicy") == nil && s.Get("MDomain") == nil {
				return &confError{text: "SSLCertificateFile is missing for a virtual host with SSLEngine on", place: at, evidence: []Evidence{lineOf(g.Root, at)}}
			}
			continue
		}
		if t := unfitPair(g, cert, key); t != nil {
			return t
		}
	}
	return nil
}

// unfitPair says that a certificate's file holds none, or that the key is another's.
func unfitPair(g *sysinfo.Gateway, cert, key *apache.Directive) *confError {
	if key == nil || len(cert.Args) != 1 || len(key.Args) != 1 {
		return nil
	}
	certFile, keyFile := apachePath(g, cert.Args[0]), apachePath(g, key.Args[0])
	public := certificateKey(g.Root, certFile)
	told := func(d *apache.Directive, file, text string) *confError {
		at := d.Place
		return &confError{text: fmt.Sprintf("%s: file '%s' %s", d.Name, file, text), place: at, evidence: []Evidence{lineOf(g.Root, at)}}
	}
	if public == nil {
		if b := pemOf(g.Root, certFile); len(b) > 0 {
			return told(cert, certFile, "holds no certificate")
		}
		return nil
	}
	known, ok := public.(interface{ Equal(crypto.PublicKey) bool })
	if private := privateKey(g.Root, keyFile); ok && private != nil && !known.Equal(private) {
		return told(key, keyFile, "is the key of another certificate")
	}
	if b := pemOf(g.Root, keyFile); len(b) > 0 && !strings.Contains(string(b), "PRIVATE KEY") {
		return told(key, keyFile, "holds no key")
	}
	return nil
}

// apachePath is a file as Apache finds it: from its ServerRoot on.
func apachePath(g *sysinfo.Gateway, name string) string {
	if path.IsAbs(name) {
		return name
	}
	return path.Join(path.Dir(g.Config), name)
}

// certificateOn switches the lines on again that name a site's certificate and its key.
func (t *confError) certificateOn(g *sysinfo.Gateway, x Fix) (Fix, bool) {
	if !strings.HasPrefix(t.text, "SSLCertificateFile is missing") {
		return x, false
	}
	var undo []string
	for at, line := range linesIn(g.Root, t.place.File) {
		m := certificateOff.FindStringSubmatch(strings.TrimRight(line, "\n"))
		if at.Line < t.place.Line-10 || at.Line > t.place.Line+10 || m == nil || !g.Root.Exists(apachePath(g, strings.Fields(m[1])[1])) {
			continue
		}
		x = x.Do("Switch the line on again", "%s", setLine(g.Root, at, m[1]))
		undo = append(undo, setLine(g.Root, at, configLine(g.Root, at)))
	}
	x.Undo = undoAll(undo)
	return x, len(undo) == 2
}

// swapped puts a certificate and its key in their places, where each line names the other's file.
func (t *confError) swapped(g *sysinfo.Gateway, x Fix) (Fix, bool) {
	m := refusedCertificate.FindStringSubmatch(t.text)
	if m == nil || !strings.HasSuffix(t.text, "holds no certificate") {
		return x, false
	}
	p, ok := pairOf(g, m[1])
	if !ok || certificateKey(g.Root, p.key) == nil || privateKey(g.Root, p.cert) == nil {
		return x, false
	}
	x.Undo = undoAll([]string{replace(g.Root, p.certAt, p.keyOld, p.certOld), replace(g.Root, p.keyAt, p.certOld, p.keyOld)})
	return x.Do("The two files are in each other's place", "%s", replace(g.Root, p.certAt, p.certOld, p.keyOld)).
		Do("And this one", "%s", replace(g.Root, p.keyAt, p.keyOld, p.certOld)), true
}

var passphrase = whenAsked(`(?i)^\s*SSLPassPhraseDialog\s+"?(?:exec:|\|)(\S+)`)

// lockedKeys is the first key with a passphrase, where the last start ended for want of it: whoever starts Apache in a terminal is asked
// for it, at a boot nobody is there to type it in.
func lockedKeys(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, a *sysinfo.Apache) *confError {
	said := keyRefused(ctx, f, g)
	if said.Text == "" {
		return nil
	}
	for _, s := range a.Config.Servers() {
		if t := lockedKey(g, s.Get("SSLCertificateKeyFile")); t != nil {
			t.evidence = append(t.evidence, said)
			return t
		}
	}
	return nil
}

// keyRefused is what Apache or its unit says last of a key that it could not open.
func keyRefused(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) Evidence {
	lines, _ := f.Journal(ctx, g.Unit) // unreadable: its own log may tell
	for _, l := range reversed(lastAttempt(lines)) {
		if wantsPassphrase.MatchString(l.Text) {
			return Evidence{Source: "journalctl -u " + unitWord(g.Unit), Text: l.Text, Time: l.Time}
		}
	}
	for _, l := range g.Logs {
		text, err := g.Root.Tail(l.Path, 8<<10)
		if i := strings.LastIndex(text, "resuming normal operations"); err == nil && wantsPassphrase.MatchString(text[max(0, i):]) {
			return Evidence{Source: l.Path, Text: wantsPassphrase.FindString(text[max(0, i):])}
		}
	}
	return Evidence{}
}

var wantsPassphrase = whenAsked(`(?i)AH02577.*|AH02311.*|AH02312.*|AH01996.*|[^\n]*(?:pass ?phrase|private key not found|systemd-ask-pas)[^\n]*`)

// lockedKey is a key with a passphrase: at a start Apache asks for it, and nobody is there to type it in.
func lockedKey(g *sysinfo.Gateway, key *apache.Directive) *confError {
	if key == nil || len(key.Args) != 1 {
		return nil
	}
	file := apachePath(g, key.Args[0])
	if !containsAny(string(pemOf(g.Root, file)), "ENCRYPTED PRIVATE KEY", "Proc-Type: 4,ENCRYPTED") {
		return nil
	}
	for _, program := range namedBy(g, passphrase) {
		if path.Base(program) != "ask-for-passphrase" { // Debian's asks whoever sits before the machine
			return nil
		}
	}
	at := key.Place
	return &confError{text: fmt.Sprintf("the key '%s' has a passphrase, and nobody can type it in at a start", file), place: at, evidence: []Evidence{lineOf(g.Root, at)}}
}
