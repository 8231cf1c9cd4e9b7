package checks

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

var (
	unknownProof = whenAsked(`authentication method unknown to the client(?: \[(\w+)\])?`)
	deniedThere  = whenAsked(`^\w[\w, ]* command denied to user '([^']*)'@'([^']*)'`)
	peerFails    = whenAsked(`Peer authentication failed for user "([^"]*)"`)
	noWord       = whenAsked(`fe_sendauth: no password supplied`)
	openPass     = whenAsked(`password file "(/[^"]+)" has group or world access`)
	noTLSThere   = whenAsked(`server does not support SSL, but SSL was required`)
	noAuthority  = whenAsked(`root certificate file "([^"]+)" does not exist`)
)

// wrongProof: the database and the app do not agree on how the app shows who it is, or on what it may.
func wrongProof(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, text string, found *Finding) bool {
	x := Fix{Title: "Bring the app's settings and the database together", Risk: Medium}
	if at := userAt(ctx, f, s); at.Known() {
		found.Where = at
	}
	switch {
	case unknownProof.MatchString(text):
		how := unknownProof.FindStringSubmatch(text)[1]
		found.Summary = fmt.Sprintf("the app's account shall prove itself in a way that the app's driver does not know (%s)", how)
		found.Fix = x.Tell("As the database's administrator: give the account the way that the driver knows, with the password that stands in the app's settings: ALTER USER 'NAME'@'HOST' IDENTIFIED VIA mysql_native_password USING PASSWORD('…') (MySQL: IDENTIFIED WITH caching_sha2_password BY '…'); or a newer driver")
	case deniedThere.MatchString(text):
		m := deniedThere.FindStringSubmatch(text)
		found.Summary = fmt.Sprintf("the app's database lets %s in, and not at what it has to do there (%s)", m[1], shorten(text))
		found.Fix = x.Do("See what it may", "%s -u root -e %s", mysqlClient(f), sh(fmt.Sprintf("SHOW GRANTS FOR '%s'@'%s'", plainName(m[1]), plainName(m[2])))).
			Tell("If it is to have it: GRANT the rights that it lacks on its own database, and on no other (for most apps ALL ON name.*)")
	case peerFails.MatchString(text):
		return peerOfAnother(ctx, f, s, peerFails.FindStringSubmatch(text)[1], found, x)
	case noWord.MatchString(text):
		return wordless(ctx, f, s, found, x)
	case noTLSThere.MatchString(text):
		return tlsOff(ctx, f, s, text, found, x)
	case noAuthority.MatchString(text):
		file := noAuthority.FindStringSubmatch(text)[1]
		found.Summary = "the app is to test the database's certificate by " + file + ", which does not exist"
		found.Fix = x.Tell("Bring %s back, with the authority that signed the database's certificate, or name at %s the file that there is (sslrootcert=)", file, found.Where)
	default:
		return false
	}
	return true
}

// userAt is the line of an app's settings that names its account.
func userAt(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) sysinfo.Place {
	for _, st := range f.Stores(ctx) {
		if st.Site == s && (st.Kind == "mysql" || st.Kind == "postgres") {
			if st.UserAt.Known() {
				return st.UserAt
			}
			return st.Where
		}
	}
	return sysinfo.Place{}
}

// askingUnit is the service of a site that asks its databases: not PHP's.
func askingUnit(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) (sysinfo.Unit, bool) {
	for _, h := range s.Hops {
		if u := f.AppFor(ctx, h).Unit; h.Scheme != "fastcgi" && u.Name != "" && !u.Contained() {
			return u, true
		}
	}
	return sysinfo.Unit{}, false
}

// peerOfAnother: PostgreSQL knows who comes over its socket by his account on this machine, and the service runs as another than the role it asks for.
func peerOfAnother(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, role string, found *Finding, x Fix) bool {
	u, ok := askingUnit(ctx, f, s)
	who, _ := servedBy(ctx, f, u)
	if !ok || who == role {
		return false
	}
	found.Summary = fmt.Sprintf("PostgreSQL knows who comes over its socket by his account: %s runs as %s and asks for the role %s", unitWord(u.Name), who, role)
	if l, set := setBy(f, u, "User"); set {
		found.Where = l.Place
		found.Evidence = append(found.Evidence, unitLineSays(f, l))
	}
	found.Fix = x.Tell("If %s is the account that it had: write User=%s at %s again, give it its files, and start it anew. Else a role of the new account's name, or a line for it in pg_ident.conf", role, role, found.Where)
	return true
}

// wordless: PostgreSQL wants a password, and the app sends none: its file of passwords is open to others, or a line of pg_hba.conf wants one of those who
// prove themselves by their account.
func wordless(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, found *Finding, x Fix) bool {
	u, ok := askingUnit(ctx, f, s)
	if !ok {
		return false
	}
	who, _ := servedBy(ctx, f, u)
	lines, _ := f.Words(ctx, u) // serviceSays has read them
	for _, l := range reversed(latest(lines)) {
		m := openPass.FindStringSubmatch(l.Text)
		if m == nil {
			continue
		}
		file := path.Clean(m[1])
		users, err := f.Users(ctx)
		i, err2 := f.Host.Root.Lstat(file)
		if err != nil || err2 != nil || !i.Mode.IsRegular() || users.Name(i.UID) != who || i.Mode.Perm()&0o077 == 0 {
			return false
		}
		found.Where = sysinfo.Place{File: file}
		found.Summary = fmt.Sprintf("the app's file of passwords is open to others (mode %o), and libpq takes none from it", i.Mode.Perm())
		found.Evidence = append(found.Evidence, Evidence{Source: l.Source, Text: strings.TrimSpace(l.Text), Time: l.Time})
		x.Undo = fmt.Sprintf("chmod %o %s", i.Mode.Perm(), sh(file))
		found.Fix = x.Do("Close it to others", "chmod 600 %s", sh(file))
		return true
	}
	for _, st := range f.Stores(ctx) {
		file := hbaFile(f)
		if st.Site != s || st.Kind != "postgres" || st.Unix == "" || st.HasPassword() || st.User != who || file == "" || !hbaName.MatchString(st.Name) || !hbaName.MatchString(st.User) {
			continue
		}
		at, method, _ := hbaLine(f.Host.Root, file, st)
		if !at.Known() || method == "peer" {
			continue
		}
		const again = "systemctl reload postgresql"
		found.Where = at
		found.Summary = fmt.Sprintf("PostgreSQL wants a password from %s, which comes over its socket as the account of that role and has none", st.App)
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
		x.Undo = removeBelow(f.Host.Root, sysinfo.Place{File: file, Line: at.Line - 1}, 1) + "; " + again
		found.Fix = x.Do("Add a line for this user and this database: who comes over the socket proves himself by his account. The first that fits decides, and nobody else is concerned", "%s",
			insertBefore(f.Host.Root, at, fmt.Sprintf("local %s %s peer", hbaWord(st.Name), hbaWord(st.User)))).
			Do("Let PostgreSQL read it; nobody is disconnected", "%s && sleep 1", again)
		return true
	}
	return false
}

// tlsOff: the app asks for TLS, and a line of PostgreSQL's settings switches it off.
func tlsOff(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, text string, found *Finding, x Fix) bool {
	found.Summary = "the app asks its database for TLS, and that has none"
	u, ok := storeHere(ctx, f, s, "postgres", text)
	at := storeSetting(f, u, "ssl")
	line := configLine(f.Host.Root, at)
	cert := settingWord(configLine(f.Host.Root, storeSetting(f, u, "ssl_cert_file")))
	if !ok || !at.Known() || !regexp.MustCompile(`(?i)^(off|no|false|0)$`).MatchString(settingWord(line)) || !f.Host.Root.Exists(cert) {
		found.Fix = x.Tell("Let the database have TLS (ssl = on, ssl_cert_file and ssl_key_file in postgresql.conf), or let the app ask without, where both are on one machine (sslmode=prefer at %s)", found.Where)
		return true
	}
	found.Where = at
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
	again := "systemctl reload " + sh(unitWord(u.Name))
	x.Undo = setLine(f.Host.Root, at, line) + "; " + again
	found.Fix = x.Do("Switch it on: the certificate is there ("+cert+")", "%s", setLine(f.Host.Root, at, "ssl = on")).
		Do("Let PostgreSQL read it; nobody is disconnected", "%s && sleep 1", again)
	return true
}
