package checks

import (
	"bytes"
	"context"
	"crypto/x509"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
)

// namedCertificate is a certificate's file in a command, in settings, or in code.
var namedCertificate = whenAsked(`/[\w./-]+\.(?:pem|crt|cer)\b`)

// renewed helps where the app has held a certificate since its start that ran out, and the next one lies on the disk already: programs
// read theirs once, and a renewal that restarts nobody is not seen until then.
func renewed(ctx context.Context, f *sysinfo.Facts, l *live, old *x509.Certificate, found *Finding) (Fix, bool) {
	if old == nil || l.reach.Owner == nil {
		return Fix{}, false
	}
	u := appUnit(ctx, f, l)
	if u.Name == "" {
		return Fix{}, false
	}
	for _, c := range certFiles(f, certificateDirs(f, l, u)...) {
		info, err := f.Host.Root.Stat(c.name)
		if err != nil || !info.ModTime.After(l.reach.Owner.Start) || !nextOf(c.Certificate, old, f.Host.Now()) {
			continue
		}
		found.Summary += fmt.Sprintf("; the renewed one lies in %s, and %s was not started anew since", c.name, unitWord(u.Name))
		found.Where = sysinfo.Place{File: u.Fragment}
		found.Evidence = append(found.Evidence, Evidence{Source: c.name, Text: fmt.Sprintf("valid until %s, written %s", c.NotAfter.Format("2006-01-02"), info.ModTime.Format("2006-01-02 15:04:05"))},
			Evidence{Source: "ps", Text: fmt.Sprintf("%s (pid %d) runs since %s", l.reach.Owner.Name, l.reach.Owner.PID, l.reach.Owner.Start.Format("2006-01-02 15:04:05"))})
		x := Fix{Title: "Start the app anew, so that it reads its renewed certificate", Risk: Low}
		if inner := f.Inner(ctx, l.Hop); inner != nil {
			return reload(ctx, f, inner.Gateway, x), true
		}
		x = x.Do("Restart it", "%s && sleep 2", u.Command("restart"))
		return x.Tell("Let whoever renews it do that from now on (certbot: --deploy-hook '%s')", u.Command("restart")), true
	}
	return Fix{}, false
}

// nextOf says that a certificate is the next one of another's: by the same authority, whose intermediates change (Let's Encrypt's R10 and
// R11), for the same names, and valid now.
func nextOf(next, old *x509.Certificate, now time.Time) bool {
	sameHouse := len(old.Issuer.Organization) > 0 && slices.Equal(next.Issuer.Organization, old.Issuer.Organization)
	return now.After(next.NotBefore) && now.Before(next.NotAfter) && bytes.Equal(next.RawSubject, old.RawSubject) && slices.Equal(next.DNSNames, old.DNSNames) &&
		(sameHouse || bytes.Equal(next.RawIssuer, old.RawIssuer) || bytes.Equal(old.RawIssuer, old.RawSubject))
}

// certificateDirs are the folders of the certificates that an app may have been told to use: those which its command, its unit, its
// environment files or its own code name, and its own.
func certificateDirs(f *sysinfo.Facts, l *live, u sysinfo.Unit) []string {
	texts := []string{u.Exec, l.reach.Owner.Cmd}
	for _, line := range f.UnitLines(u) {
		texts = append(texts, line.Value)
		if line.Key == "EnvironmentFile" {
			texts = append(texts, smallText(f, strings.TrimPrefix(line.For(u), "-")))
		}
	}
	for _, arg := range l.reach.Owner.Args {
		if slices.Contains(ownKinds, path.Ext(arg)) {
			texts = append(texts, smallText(f, path.Join("/", u.Folder(), arg)), smallText(f, arg))
		}
	}
	dirs := appDirs(f, l)
	for _, text := range texts {
		for _, name := range namedCertificate.FindAllString(text, 20) {
			dirs = append(dirs, path.Dir(name))
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

// smallText is a file's text, where it is an ordinary and a small one.
func smallText(f *sysinfo.Facts, name string) string {
	if i, err := f.Host.Root.Stat(name); !path.IsAbs(name) || err != nil || !i.Mode.IsRegular() || i.Size > 256<<10 {
		return ""
	}
	b, _ := f.Host.Root.ReadFile(name) // unreadable: it names nothing
	return string(b)
}
