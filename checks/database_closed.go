package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// closedWords are PostgreSQL's of a database with ALLOW_CONNECTIONS false, which takes nobody, not even its owner.
var closedWords = whenAsked(`database "([^"]+)" is not currently accepting connections`)

// closedDatabase: a migration or a move closed a database to everybody, and did not open it again.
func closedDatabase(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, words, said string, found *Finding) bool {
	m := closedWords.FindStringSubmatch(words)
	if m == nil {
		return false
	}
	u, ok := storeHere(ctx, f, s, "postgres", said)
	found.Summary = fmt.Sprintf("the database %s is closed to everybody (ALLOW_CONNECTIONS false)", m[1])
	x := Fix{Title: "Open the database again", Risk: Medium}.Tell("Somebody closed it on purpose, or a job that broke off (a migration, a restore): see that none is at work on it, and that its data are whole")
	if !ok || !plainSQL.MatchString(m[1]) {
		found.Fix = x.Tell("On the machine where that PostgreSQL runs, as its administrator: ALTER DATABASE … ALLOW_CONNECTIONS true")
		return true
	}
	if !found.Where.Known() {
		found.Where = sysinfo.Place{File: u.Fragment}
	}
	found.Confidence = 0.96
	found.Evidence = append(found.Evidence, unitSays(u))
	set := func(to string) string {
		return psqlOf(u) + " -c " + sh(fmt.Sprintf(`ALTER DATABASE "%s" ALLOW_CONNECTIONS %s`, m[1], to))
	}
	x.Undo = set("false")
	found.Fix = x.Do("Open it", "%s", set("true"))
	return true
}

// ranOut: the password of the app's account is the right one, and too old.
func ranOut(f *sysinfo.Facts, words string, found *Finding) bool {
	if !expiredWords.MatchString(words) {
		return false
	}
	found.Summary = "the password of the app's account has run out in the database"
	if at := serverSetting(f, refusals[0].files, "default_password_lifetime"); at.Known() {
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
		if !found.Where.Known() {
			found.Where = at
		}
	}
	found.Fix = Fix{Title: "Give the account a password that stays", Risk: Low}.
		Tell("As the database's administrator, for the user that the app's settings name: ALTER USER 'NAME'@'HOST' IDENTIFIED BY 'PASSWORD', with the one that stands in the settings, and ALTER USER 'NAME'@'HOST' PASSWORD EXPIRE NEVER: an app cannot change its own")
	return true
}

// strangersTables: the app is let in, and its tables are another role's: restored by the administrator, mostly, without their owner.
func strangersTables(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, words, said string, found *Finding) bool {
	if !strings.HasPrefix(words, "permission denied for ") {
		return false
	}
	found.Summary = fmt.Sprintf("the app's database lets it in, and not at what is in it (%s)", words)
	x := Fix{Title: "Give the app's role what is its own", Risk: Medium}
	if u, ok := storeHere(ctx, f, s, "postgres", said); ok {
		found.Where = sysinfo.Place{File: u.Fragment}
		found.Evidence = append(found.Evidence, unitSays(u))
	}
	found.Fix = x.Tell("See who owns it, as the database's administrator: runuser -u postgres -- psql DATABASE -c '\\dt' -c '\\dn'").
		Tell("After a restore without owners: for each table of the app's ALTER TABLE … OWNER TO its role, or restore again with --role and that role's name. If the role was never meant to have it: GRANT what it needs, and no more")
	return true
}

// expiredWords are ER_MUST_CHANGE_PASSWORD_LOGIN's, and its number.
var expiredWords = whenAsked(`password has expired|\[1862\]`)
