package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

// accountLocked are the words of ER_ACCOUNT_HAS_BEEN_LOCKED: MariaDB's (4151), which name nobody, and MySQL's (3118).
var accountLocked = whenAsked(`this account is locked|Account is locked`)

// lockedOut: the account of an app was locked in the database (ALTER USER … ACCOUNT LOCK): no password lets it in.
func lockedOut(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, said sysinfo.Login, found *Finding) bool {
	if s.Kind != "mysql" || !accountLocked.MatchString(said.Said) {
		return false
	}
	found.Summary = fmt.Sprintf("%s has locked the account %s, with which %s logs in", s.Title(), s.User, s.App)
	x := Fix{Title: "Let the account in again", Risk: Medium}.Tell("Somebody locked it on purpose (an audit, a moved app): ask before the next step, and give the app an account of its own if this one shall stay closed")
	hosts, err := f.MySQLHosts(ctx, s.User)
	if !said.Local || err != nil || len(hosts) != 1 || !plainSQL.MatchString(s.User) || !plainSQL.MatchString(hosts[0]) {
		found.Fix = x.Tell("As the database's administrator: ALTER USER … ACCOUNT UNLOCK")
		return true
	}
	lock := func(word string) string {
		return fmt.Sprintf("%s -u root -e %s", mysqlClient(f), sh(fmt.Sprintf("ALTER USER '%s'@'%s' ACCOUNT %s", s.User, hosts[0], word)))
	}
	x.Undo = lock("LOCK")
	found.Fix = x.Do("Unlock it", "%s", lock("UNLOCK"))
	return true
}

// appsAndDatabase is what to do where an app's error alone tells that its database does not let it in.
func appsAndDatabase(ctx context.Context, f *sysinfo.Facts, text string) Fix {
	if postgresWords.MatchString(text) {
		return Fix{Title: "Bring the app's settings and the database together", Risk: Low}.Tell("The database is up and does not take what the app's settings say: compare user, password and name of the database there (config.php, .env, settings in a panel) with the database's own: runuser -u postgres -- psql -c '\\du' -c '\\l'")
	}
	if !accountLocked.MatchString(text) {
		return Fix{Title: "Bring the app's settings and the database together", Risk: Low}.Tell("The database is up and does not take what the app's settings say: compare user, password and name of the database there (config.php, .env, settings in a panel) with the database's own: mariadb -u root -e 'SHOW DATABASES; SELECT user, host FROM mysql.user'")
	}
	list := `SELECT user, host FROM mysql.global_priv WHERE JSON_VALUE(Priv, "$.account_locked") = 1 AND user <> "mariadb.sys"`
	if mysqlClient(f) == "mysql" {
		list = `SELECT user, host FROM mysql.user WHERE account_locked = "Y" AND user NOT LIKE "mysql.%"`
	}
	x := Fix{Title: "Let the app's account into the database again", Risk: Medium}
	if u, ok := storeUnit(ctx, f, &sysinfo.Store{Kind: "mysql"}); ok && u.Running() {
		x = x.Do("See which accounts are locked", "%s -u root -e %s", mysqlClient(f), sh(list))
	} else {
		x = x.Tell("See on the machine where that database runs which accounts are locked: %s", list)
	}
	return x.Tell("Somebody locked it on purpose: ask first. Then, for the user that the app's settings name: ALTER USER 'NAME'@'HOST' ACCOUNT UNLOCK")
}

// refusedByDatabase says that an app's error is a database's that is up and does not let the app in.
func refusedByDatabase(text string) bool {
	return databaseRefuses.MatchString(text) || accountLocked.MatchString(text)
}
