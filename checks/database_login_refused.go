package checks

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// databaseLoginRefused: the database is up, and does not let the app in.
func databaseLoginRefused() Check {
	return Check{
		ID: "database-login-refused", Title: "Databases let their apps in", Topic: Upstreams,
		Means: `The database is up and turns the app away: its password or user is another one (after a move, a restore, a password change in the panel), or the
database it names does not exist or is not for this user. The app answers 500 ("Error establishing a database connection"), or ends and leaves its
gateway with a 502. The place is the app's own configuration; fix502 never shows what stands there as the password.`,
		Run: both(perStore([]string{"mysql", "postgres"}, turnedAway), refusedInLog()),
	}
}

// turnedAway judges a database that does not let the app in.
func turnedAway(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, said sysinfo.Login) *Finding {
	switch said.Trouble {
	case sysinfo.StoreDenied:
		return loginDenied(ctx, f, s, said)
	case sysinfo.StoreNoDatabase:
		return noDatabase(f, s, said)
	}
	return nil
}

func loginDenied(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, said sysinfo.Login) *Finding {
	found := &Finding{Status: Fail, Confidence: 0.96, Where: s.UserAt, Summary: fmt.Sprintf("%s does not let %s in as user %s", s.Title(), s.App, s.User),
		Evidence: []Evidence{storeLine(s), {Source: s.Title() + " at " + s.Address(), Text: said.Said}}}
	if !found.Where.Known() {
		found.Where = s.Where
	}
	if hbaRefuses(ctx, f, s, said, found) || lockedOut(ctx, f, s, said, found) || said.Local && (closedDatabase(ctx, f, s.Site, said.Said, said.Said, found) || ranOut(f, said.Said, found) || s.Unix == "" && wantsTLS(ctx, f, said.Said, phpHost(s), found)) {
		return found
	}
	if u, ok := storeUnit(ctx, f, s); ok && said.Local && s.PHP && comesFrom(ctx, f, u, said.Said, phpHost(s), found) {
		return found
	}
	x := Fix{Title: "Give the app the user and password that the database has", Risk: Low}
	if asked, err := f.MySQLTLS(ctx, s.User); s.Kind == "mysql" && said.Local && err == nil && len(asked) > 0 && !slices.Contains(asked, "NONE") {
		found.Summary = fmt.Sprintf("MySQL lets user %s in over TLS alone (REQUIRE), and %s comes without", s.User, s.App)
		found.Evidence = append(found.Evidence, Evidence{Source: "mysql.user", Text: "ssl_type of " + s.User + ": " + strings.Join(asked, ", ")})
		x.Title = "Let the app come over TLS, or its account without"
		return withFix(found, x.Tell("If the app runs on this machine and nothing it says leaves it: ALTER USER '%s'@'HOST' REQUIRE NONE, as the database's administrator. Else give its driver TLS (PDO::MYSQL_ATTR_SSL_CA, mysqli_ssl_set, ssl_ca), with the authority of the database's certificate", plainName(s.User)))
	}
	if said.Local {
		if same, ok := samePassword(ctx, f, s, said.Said, x); ok {
			return withFix(found, same)
		}
	}
	switch {
	case s.Kind == "mysql" && said.Local:
		x = x.Do("See from where that user may come, and how it proves itself", "%s -u root -e %s", mysqlClient(f), sh("SELECT user, host, plugin FROM mysql.user WHERE user = '"+plainName(s.User)+"'"))
	case s.Kind == "postgres" && said.Local:
		x = x.Do("See which users there are", "runuser -u postgres -- psql -c '\\du'")
	}
	return withFix(found, x.Tell("Write the right password into %s (a panel shows or resets it), or set the database's to the one that stands there: ALTER USER … for that user, as the database's administrator", found.Where.File))
}

// phpHost is where a PHP app says on which machine its MySQL is: to its drivers localhost is the socket. None of any other app.
func phpHost(s *sysinfo.Store) []hostLine {
	if !s.PHP {
		return nil
	}
	return []hostLine{{s.Where, s.Host}}
}

func noDatabase(f *sysinfo.Facts, s *sysinfo.Store, said sysinfo.Login) *Finding {
	found := &Finding{Status: Fail, Confidence: 0.96, Where: s.NameAt, Summary: fmt.Sprintf("%s has no database %s for user %s", s.Title(), s.Name, s.User),
		Evidence: []Evidence{storeLine(s), {Source: s.Title() + " at " + s.Address(), Text: said.Said}}}
	x := Fix{Title: "Name the database that there is", Risk: Low}
	if word, _, _ := strings.Cut(said.Said, " "); word == "1044" || word == "42501" { // it may be there: who may not use it is not told
		found.Summary = fmt.Sprintf("%s lets user %s in, and not into the database %s: its account has no right to it, or there is no such database", s.Title(), s.User, s.Name)
	}
	root := s.Site.Gateway.Root
	was, mark := s.Name, ""
	line := configLine(root, s.NameAt)
	if m := regexp.MustCompile(`[^/]/`+regexp.QuoteMeta(s.Name)+`\b`).FindAllString(line, -1); len(m) == 1 { // an address, in which the user is often called the same
		mark = m[0][:len(m[0])-len(s.Name)]
	} else if strings.Count(line, s.Name) != 1 {
		was = ""
	}
	if len(said.Names) == 1 && was != "" {
		found.Evidence = append(found.Evidence, Evidence{Source: "the databases of user " + s.User, Text: said.Names[0] + " is the only one that this user has"})
		x.Undo = replace(root, s.NameAt, mark+said.Names[0], mark+was)
		return withFix(found, reloadApp(f, readAnew(x.Do("Correct "+s.NameAt.String(), "%s", replace(root, s.NameAt, mark+was, mark+said.Names[0])), s.NameAt), s))
	}
	switch {
	case s.Kind == "mysql" && said.Local && strings.HasPrefix(said.Said, "1044"):
		x = x.Do("See which there are, and what the account may", "%s -u root -e %s", mysqlClient(f), sh("SHOW DATABASES; SELECT user, host, db FROM mysql.db WHERE user = '"+plainName(s.User)+"'")).
			Tell("If the database is there: GRANT the account the rights that it had on it, and on no other (for most apps ALL ON name.*)")
	case s.Kind == "mysql" && said.Local:
		x = x.Do("See which there are", "%s -u root -e 'SHOW DATABASES'", mysqlClient(f))
	case s.Kind == "postgres" && said.Local:
		x = x.Do("See which there are", "runuser -u postgres -- psql -P pager=off -l")
	}
	return withFix(found, x.Tell("Correct the name at %s; if the database itself is gone, restore it from the backup", s.NameAt))
}

func withFix(found *Finding, x Fix) *Finding {
	found.Fix = x
	return found
}

func mysqlClient(f *sysinfo.Facts) string {
	if f.Host.Root.Exists("/usr/bin/mariadb") {
		return "mariadb"
	}
	return "mysql"
}

// plainName keeps what a user's name may be made of: it goes into a question to the database.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\'' || r == '\\' || r < 0x20 {
			return -1
		}
		return r
	}, s)
}
