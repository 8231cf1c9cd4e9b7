package checks

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
)

// toldWhy puts into a finding about an app that answers with a gateway's error, or with 500, what the app itself said it lacked as we asked for its page: a
// service, a proxy, its release, a certificate, a file, a name.
func toldWhy(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) bool {
	for _, look := range []func(context.Context, *sysinfo.Facts, *live, sysinfo.Unit, *Finding) bool{behindApp, outboundProxy, releaseGone, staleConnection, trustLost, peerExpired, fileBarred, nameNotFound, asksOldAddress, peerHeld, refusedInVain} {
		if look(ctx, f, l, u, found) {
			return true
		}
	}
	return false
}

// toldAtEnd does so for an app that ends by it, at its start or at a page. The app has to be started anew then.
func toldAtEnd(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) bool {
	for _, look := range []func(context.Context, *sysinfo.Facts, *live, sysinfo.Unit, *Finding) bool{localeUnknown, zoneUnknown, outboundProxy, trustLost, peerExpired, nameNotFound, asksOldAddress} {
		if look(ctx, f, l, u, found) {
			startsAfter(u, &found.Fix)
			return true
		}
	}
	return false
}

// saidNow is the last line of an app's that matches, of those that it wrote as we asked for its page, or before it ended.
func saidNow(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, re pattern) *sysinfo.JournalLine {
	lines, _ := f.Words(ctx, u) // who says nothing says no such thing
	said := lastSaid(latest(lines), re)
	if said == nil || !fails(u) && f.Host.Now().Sub(said.Time) > 15*time.Second {
		return nil
	}
	return said
}

func quoteSaid(said *sysinfo.JournalLine) Evidence {
	return Evidence{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}
}

var (
	notTrusted = whenAsked(`(?i)unable to verify the first certificate|self[- ]signed certificate|unable to get (?:local )?issuer certificate|CERTIFICATE_VERIFY_FAILED|certificate signed by unknown authority|TLS CA certificate bundle, invalid path|UNABLE_TO_VERIFY_LEAF`)
	// trustedFile are the variables by which Node, OpenSSL, Python's requests and curl are told of authorities to trust.
	trustedFile = whenAsked(`(?:^|[\s"'=])(NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|AWS_CA_BUNDLE)=["']?(/[^\s"']+)`)
	hasExpired  = whenAsked(`(?i)certificate has expired|CERT_HAS_EXPIRED`)
)

// trustLost: an app does not accept a server's certificate, since the file with the authority that signed it is not where its environment says.
func trustLost(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) bool {
	said := saidNow(ctx, f, u, notTrusted)
	w, ok := inEnvironment(f, u, trustedFile)
	if said == nil || !ok || f.Host.Root.Exists(w.match[2]) {
		return false
	}
	r, file := f.Host.Root, w.match[2]
	found.Where, found.Confidence = w.place, 0.96
	found.Summary += fmt.Sprintf(": it does not accept the certificate of a server that it asks; %s names %s, which is not there", w.match[1], file)
	found.Evidence = append(found.Evidence, quoteSaid(said), lineOf(r, w.place))
	x := Fix{Title: "Name the file with the authority that the app trusts", Risk: Low}
	to := copyOf(r, file)
	if to == "" {
		to = movedTo(r, file)
	}
	if line := configLine(r, w.place); to != "" && onlyRoots(r, to) && strings.Count(line, file) == 1 {
		x.Undo = setLine(r, w.place, line)
		x = x.Do("It is at "+to+" now", "%s", replace(r, w.place, file, to))
		if w.unit && u.Manager == "" {
			x = daemonReload(x)
		}
		found.Fix = startAnew(u, x, "Start the app anew with it")
		return true
	}
	found.Fix = startAnew(u, x.Tell("Put the file back at %s, from a backup or from whoever runs that authority", file), "Then start the app anew: it reads the file at its start")
	return true
}

// peerExpired: a server of this machine that an app asks over TLS shows a certificate that has expired.
func peerExpired(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) bool {
	said := saidNow(ctx, f, u, hasExpired)
	if said == nil {
		return false
	}
	for _, call := range f.NamedCalls(ctx, l.Hop) {
		if !call.TLS || !ownAddress(f, l.Site, strings.Replace(call.Host, "localhost", "127.0.0.1", 1)).IsValid() { // others are not asked: nothing of theirs is ours to open
			continue
		}
		a, _ := f.Host.Ask(ctx, sysinfo.Question{Network: "tcp", Address: fmt.Sprintf("%s:%d", call.Host, call.Port), TLS: true, Host: call.Host, URI: "/"}) // whatever it answers
		if len(a.Certs) == 0 || a.Certs[0].NotAfter.After(f.Host.Now()) {
			continue
		}
		cert := a.Certs[0]
		found.Where, found.Confidence = call.Where, 0.96
		found.Summary += fmt.Sprintf(": the certificate of %s, which it asks, expired on %s", call.Host, cert.NotAfter.Format(time.DateOnly))
		found.Evidence = append(found.Evidence, quoteSaid(said), Evidence{Source: fmt.Sprintf("openssl s_client -connect %s:%d", call.Host, call.Port), Text: "notAfter=" + cert.NotAfter.Format(time.RFC1123)}, lineOf(f.Host.Root, call.Where))
		x := Fix{Title: "Renew the certificate of " + call.Host, Risk: Low}
		found.Fix = x.Tell("It has to get a new one where %s:%d is served (certbot renew, or whoever issues it), and that server a restart to load it. Nothing is wrong with this app: do not let it accept expired ones", call.Host, call.Port)
		peer := &live{Hop: &sysinfo.Hop{Site: l.Site, From: l.From, Scheme: "https", Host: call.Host, Port: call.Port, Addrs: f.Lookup(ctx, l.Site.Gateway, call.Host), Where: call.Where}}
		peer.reach = f.Reach(ctx, peer.Hop)
		if peer.reach.Owner == nil {
			return true
		}
		server, _ := f.Unit(ctx, f.UnitOf(peer.reach.Owner.PID)) // a process of no unit has its own words
		for _, c := range certFiles(f, certificateDirs(f, peer, server)...) {
			if c.Equal(cert) {
				found.Where = sysinfo.Place{File: c.name}
				found.Evidence = append(found.Evidence, Evidence{Source: "openssl x509 -in " + c.name + " -enddate", Text: "notAfter=" + c.NotAfter.Format(time.RFC1123)})
			}
		}
		return true
	}
	return false
}

// fileBarred: an app may not use a file of its own, or does not find its folder, as it answers.
func fileBarred(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) bool {
	for _, re := range complaints {
		said := saidNow(ctx, f, u, re)
		if said == nil || ofARequest.MatchString(said.Text) {
			continue
		}
		file := complainedOf(said.Text)
		if file == "" || !itsOwn(ctx, f, u, file) { // a visitor may have it name any
			continue
		}
		o := &obstacle{where: execPlace(f, u), evidence: []Evidence{quoteSaid(said)}}
		if i, err := f.Host.Root.Lstat(path.Dir(file)); err == nil && refusedFile.MatchString(said.Text) && itsOwn(ctx, f, u, path.Dir(file)) {
			if creds, ok := f.UnitCreds(ctx, u); ok && !creds.May(i, 3) && !sharedDir(i) { // with the file alone the next one would fail
				file = path.Dir(file)
			}
		}
		if o = unusable(ctx, f, u, o, file, said.Text); o == nil {
			if dir := path.Dir(file); absentFile.MatchString(said.Text) && !f.Host.Root.Exists(dir) && f.Host.Root.Exists(path.Dir(dir)) {
				o = noFolder(ctx, f, u, &obstacle{where: sysinfo.Place{File: dir}, evidence: []Evidence{quoteSaid(said)}}, dir)
			}
		}
		if o == nil || o.clear == nil {
			continue
		}
		found.Where, found.Confidence = o.where, 0.95
		if !o.where.Known() || strings.HasSuffix(o.where.File, ".service") && !strings.Contains(configLine(f.Host.Root, o.where), path.Dir(file)) {
			found.Where = sysinfo.Place{File: path.Dir(file)}
		}
		found.Summary += ": " + o.says
		found.Evidence = append(found.Evidence, o.evidence...)
		x := Fix{Title: "Let the app use its own files", Risk: Low}
		if who, group := servedBy(ctx, f, u); becameRoots(f.Host.Root, file) && who != "root" {
			x.Undo = "chown -hR root:root " + sh(file)
			found.Fix = x.Do("All of it is root's now, as after a copy or a chown: give it back to the user that the app runs as", "chown -hR %s:%s %s", sh(who), sh(group), sh(file))
			return true
		}
		found.Fix = o.clear(x)
		return true
	}
	return false
}

// becameRoots says that a folder with all that is in it is root's, and nobody else may write there: what a deploy or a restored backup leaves.
func becameRoots(r sysinfo.Root, dir string) bool {
	if !isDir(r, dir) || !onlyRoots(r, dir) {
		return false
	}
	names, err := r.ReadDir(dir)
	return err == nil && len(names) < 1000 && !slices.ContainsFunc(names, func(n string) bool {
		i, err := r.Lstat(path.Join(dir, n))
		return err != nil || i.UID != 0 || i.Mode&fs.ModeSymlink != 0
	})
}
