package checks

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// certificateSubs are the folders of an app in which its certificate lies mostly.
var certificateSubs = []string{"tls", "ssl", "cert", "certs", "certificates", "keys"}

// reissued helps against a certificate that the app made itself and that ran out: with the key beside it the same one is signed anew, for the same names.
// One that an authority has signed is that one's to renew.
func reissued(ctx context.Context, f *sysinfo.Facts, l *live, old *x509.Certificate, found *Finding) (Fix, bool) {
	u := appUnit(ctx, f, l)
	if old == nil || u.Name == "" || !l.reach.Local || u.Contained() || !bytes.Equal(old.RawIssuer, old.RawSubject) || old.CheckSignature(old.SignatureAlgorithm, old.RawTBSCertificate, old.Signature) != nil {
		return Fix{}, false
	}
	file := shownFrom(f, l, u, old)
	if file == "" || !plainPath.MatchString(file) {
		return Fix{}, false
	}
	key, closed := keyBeside(f.Host.Root, file, old.PublicKey)
	if key == "" && !closed || key != "" && !plainPath.MatchString(key) {
		return Fix{}, false
	}
	found.Where = sysinfo.Place{File: file}
	found.Summary += fmt.Sprintf("; it is %s, which the app signed itself", file)
	found.Evidence = append(found.Evidence, Evidence{Source: "openssl x509 -enddate -noout -in " + file, Text: fmt.Sprintf("until %s, signed with its own key", old.NotAfter.UTC().Format("2006-01-02 15:04 MST"))})
	x := Fix{Title: "Sign the app's own certificate anew", Risk: Low}
	if key == "" {
		return x.Tell("%s is signed with its own key, which lies beside it and which only root may read: fix502 gives the command when root runs it", file), true
	}
	who, _ := servedBy(ctx, f, u)
	as := ""
	if userLeads(ctx, f, u, file) {
		if !ownsAll(ctx, f, who, file, key, path.Dir(file)) {
			return x.Tell("Sign it anew with its key %s, for the same names (openssl x509 -in %s -signkey %s -days 365), and restart %s", key, file, key, unitWord(u.Name)), true
		}
		as = "runuser -u " + sh(who) + " -- "
	}
	was := file + ".expired"
	x.Undo = fmt.Sprintf("%scp %s %s && %s", as, was, file, u.Command("restart"))
	x = x.Do("Keep the old one", "%scp -p %s %s", as, file, was).
		Do("With the same key, for the same names, for a year; owner and rights stay as they are", "%sopenssl x509 -in %s -signkey %s -days 365 -out %s", as, was, key, file).
		Do("Restart the app, so that it reads it", "%s && sleep 2", u.Command("restart"))
	return trustAnew(ctx, f, l, x, old, file), true
}

// trustAnew lets a gateway trust the new certificate that has a copy of the old one.
func trustAnew(ctx context.Context, f *sysinfo.Facts, l *live, x Fix, old *x509.Certificate, file string) Fix {
	rules := l.tlsRules()
	kept := certificateIn(l.Site.Gateway.Root, rules.file)
	switch {
	case !rules.checks || kept == nil:
		return x
	case rules.file == file:
		return reload(ctx, f, l.Site.Gateway, x)
	case !kept.Equal(old) || l.Site.Gateway.Foreign || !plainPath.MatchString(rules.file) || len(blocksOf(pemOf(l.Site.Gateway.Root, rules.file))) != 1:
		return x.Tell("%s checks it against %s: that has to have the new one, too", l.From, rules.file)
	}
	x.Undo = also(x.Undo, fmt.Sprintf("cp %s.expired %s", file, rules.file))
	return reload(ctx, f, l.Site.Gateway, x.Do("Let "+l.From+" trust the new one", "cp %s %s", file, rules.file))
}

// shownFrom is the file from which an app has the certificate that it shows; empty where none of its folders has it alone in a file.
func shownFrom(f *sysinfo.Facts, l *live, u sysinfo.Unit, shown *x509.Certificate) string {
	var dirs []string
	if l.reach.Owner != nil {
		dirs = certificateDirs(f, l, u)
	}
	dirs = append(dirs, u.Folder())
	for w := range strings.FieldsSeq(u.Exec) {
		if path.IsAbs(w) {
			dirs = append(dirs, path.Dir(w))
		}
	}
	for _, dir := range slices.Clone(dirs) {
		for _, sub := range certificateSubs {
			dirs = append(dirs, path.Join(dir, sub), path.Join(path.Dir(dir), sub))
		}
	}
	dirs = slices.DeleteFunc(dirs, func(dir string) bool {
		return strings.Count(dir, "/") < 2 || inside(dir, "/usr") || inside(dir, "/bin") || inside(dir, "/proc")
	})
	slices.Sort(dirs)
	for _, c := range certFiles(f, slices.Compact(dirs)...) {
		i, err := f.Host.Root.Stat(c.name)
		if c.Equal(shown) && err == nil && i.Mode.IsRegular() && !strayLink(f.Host.Root, c.name) && len(blocksOf(pemOf(f.Host.Root, c.name))) == 1 {
			return c.name
		}
	}
	return ""
}

// blocksOf are the parts of a file of certificates and keys.
func blocksOf(text []byte) []*pem.Block {
	var out []*pem.Block
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		out = append(out, block)
	}
	return out
}

// keyBeside is the file of a certificate's key in the same folder; closed says that one may be there that only others read.
func keyBeside(r sysinfo.Root, cert string, public crypto.PublicKey) (key string, closed bool) {
	known, ok := public.(interface{ Equal(crypto.PublicKey) bool })
	files, err := r.ReadDir(path.Dir(cert))
	if !ok || err != nil || len(files) > 200 {
		return "", false
	}
	for _, name := range files {
		file := path.Join(path.Dir(cert), name)
		if half := privateKey(r, file); half != nil && known.Equal(half) {
			return file, false
		}
		if i, err := r.Stat(file); err == nil && i.Mode.IsRegular() && strings.Contains(name, "key") {
			if _, err := r.ReadFile(file); err != nil {
				closed = true
			}
		}
	}
	return "", closed
}

// ownsAll says that files are a user's own.
func ownsAll(ctx context.Context, f *sysinfo.Facts, who string, files ...string) bool {
	users, err := f.Users(ctx)
	return err == nil && !slices.ContainsFunc(files, func(file string) bool {
		i, err := f.Host.Root.Stat(file)
		return err != nil || users.Name(i.UID) != who
	})
}
