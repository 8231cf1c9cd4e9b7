package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// Where a password stands on its line: in the last quotes, behind the equals sign of an environment file, behind its name, as the
// third that mysqli is given, or before the host of an address. The same expressions are sed's.
var (
	quotedWord  = whenAsked(`^.*['"]([^'"]+)['"][^'"]*$`)
	namedWord   = whenAsked(`^.*[pP]ass[a-z]*['"]?[[:space:]]*=>?[[:space:]]*['"]([^'"]+)['"].*$`)
	thirdWord   = whenAsked(`^.*mysqli[a-z_]*\([[:space:]]*['"][^'"]*['"][[:space:]]*,[[:space:]]*['"][^'"]*['"][[:space:]]*,[[:space:]]*['"]([^'"]+)['"].*$`)
	addressWord = whenAsked(`^[^@]*:([^:@'"[:space:]]+)@.*$`) // postgres://user:word@host: no slash may stand here, sed's script has them
	bareWord    = whenAsked(`^[^=]*=[[:space:]]*([^'"#[:space:]]+)[[:space:]]*$`)
)

// fromHost is from where MySQL saw a user come.
var fromHost = whenAsked(`for user '[^']*'@'([^']+)'`)

// plainSQL is what a name may be made of that is put between the quotes of SQL.
var plainSQL = whenAsked(`^[A-Za-z0-9_.%-]+$`)

// administrators are the accounts of databases that are no app's own.
var administrators = whenAsked(`(?i)^(root|admin\w*|mysql|mysql\..*|mariadb\.sys|debian-sys-maint|postgres|repl\w*|backup|phpmyadmin)$`)

// severalOwners says that the sites of this machine belong to more than one of its users: what one of them writes into his settings may be
// the database account of another. A person who has a site beside one of root's is such a one, too.
func severalOwners(ctx context.Context, f *sysinfo.Facts) bool {
	const firstPerson = 1000 // login.defs(5)
	several, _ := sysinfo.Memo(f, "several owners of sites", func() (bool, error) {
		owners, person := map[int]bool{}, false
		gateways, _ := f.Gateways(ctx) // none has sites
		for _, g := range gateways {
			for _, s := range g.Sites {
				if i, err := g.Root.Stat(s.Root); err == nil && s.Root != "" && (i.UID != 0 || g.Root.Exists(s.Root+"/index.php")) {
					owners[i.UID] = true
					person = person || i.UID >= firstPerson
				}
			}
		}
		if !person {
			delete(owners, 0)
		}
		return len(owners) > 1, nil
	})
	return several
}

// samePassword gives the database's user the password that the app's settings have, for a server on this machine: the
// command takes it from the file into the server, and it is never seen. Not where the line is another than it looks, and not where who
// wrote it could take over somebody else's account.
func samePassword(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, said string, x Fix) (Fix, bool) {
	if !plainSQL.MatchString(s.User) || administrators.MatchString(s.User) || !s.WordAt.Known() || severalOwners(ctx, f) {
		return x, false
	}
	line := rawLine(s.Site.Gateway.Root, s.WordAt)
	var how pattern
	for _, re := range []pattern{quotedWord, bareWord, namedWord, thirdWord, addressWord} {
		if m := re.FindStringSubmatch(line); m != nil && s.IsPassword(m[1]) && !strings.ContainsAny(m[1], `\`) {
			how = re
			break
		}
	}
	if how == nil {
		return x, false
	}
	var sql, ask string
	switch s.Kind {
	case "mysql":
		hosts, err := f.MySQLHosts(ctx, s.User)
		if from := fromHost.FindStringSubmatch(said); from != nil && slices.Contains(hosts, from[1]) {
			hosts = from[1:2] // the account that fits best is the one that is asked ("Access Control, Stage 1")
		}
		if err != nil || len(hosts) != 1 || !plainSQL.MatchString(hosts[0]) {
			return x, false
		}
		sql, ask = fmt.Sprintf("ALTER USER '%s'@'%s' IDENTIFIED BY '\\1';", s.User, hosts[0]), mysqlClient(f)+" -u root"
	default:
		sql, ask = fmt.Sprintf("ALTER USER \"%s\" PASSWORD '\\1';", s.User), "runuser -u postgres -- psql -q -v ON_ERROR_STOP=1"
	}
	script := fmt.Sprintf("%ds/%s/%s/p", s.WordAt.Line, how, sql)
	x.Title, x.Risk = fmt.Sprintf("Give the database's user %s the password of %s", s.User, s.WordAt.File), Medium
	x.Undo = "" // the former password is known to nobody here
	return x.Do(fmt.Sprintf("The database takes over what %s has as its password; the command reads it from there and shows it to nobody. Skip this if another program logs in as the same user and still can: then write what that one has into the file", s.App),
		"sed -nE %s %s | %s", sh(script), sh(s.WordAt.File), ask), true
}
