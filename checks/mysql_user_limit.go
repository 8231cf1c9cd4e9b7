package checks

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// userLimit are MySQL's words of ER_USER_LIMIT_REACHED (1226): a limit of the account's own, whatever room the server has.
var userLimit = whenAsked(`User '([^']+)' has exceeded the '(max_user_connections|max_connections_per_hour|max_queries_per_hour|max_updates_per_hour)' resource \(current value: (\d+)\)`)

// eachLimit are MySQL's words of ER_TOO_MANY_USER_CONNECTIONS (1203): the account has no limit of its own, and the server's, max_user_connections,
// holds for each (check_for_max_user_connections in MariaDB's sql/sql_connect.cc).
var eachLimit = whenAsked(`User (\S+) already has more than 'max_user_connections' active connections`)

// serverLimit: the server lets each user have only so many connections at a time.
func serverLimit(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken, found *Finding) bool {
	m := eachLimit.FindStringSubmatch(line.own())
	if m == nil {
		return false
	}
	at := serverSetting(f, refusals[0].files, "max_user_connections")
	root, client := f.Host.Root, mysqlClient(f)
	_, value, _ := strings.Cut(configLine(root, at), "=")
	n, err := strconv.Atoi(strings.TrimSpace(value))
	found.Confidence, found.Summary = 0.95, fmt.Sprintf("the database user %s has as many connections as the server lets each user have (max_user_connections): visitors see 500", m[1])
	if db, err := f.MySQL(ctx); err == nil {
		found.Evidence = append(found.Evidence, idlers(db)...)
	}
	x := Fix{Title: "Let each user have more connections", Risk: Medium}
	if !at.Known() || err != nil || n <= 0 {
		found.Fix = x.Tell("SELECT @@global.max_user_connections tells the limit; SET GLOBAL max_user_connections raises it until the server's next start, the same line below [mysqld] for good. Look first who uses it up: SHOW FULL PROCESSLIST")
		return true
	}
	more := max(2*n, workersOf(ctx, f, s)+5)
	now := func(n int) string {
		return fmt.Sprintf("%s -u root -e %s", client, sh(fmt.Sprintf("SET GLOBAL max_user_connections = %d", n)))
	}
	found.Where = at
	found.Evidence = append(found.Evidence, lineOf(root, at))
	x.Undo = setLine(root, at, configLine(root, at)) + "; " + now(n)
	found.Fix = x.Do(fmt.Sprintf("For good: one for each worker of its pool, and five more, %d in all", more), "%s", setLine(root, at, fmt.Sprintf("max_user_connections = %d", more))).
		Do("And at once, without a restart", "%s", now(more)).
		Tell("Then look who holds so many: a page that connects twice, or a job that stays connected (SHOW FULL PROCESSLIST)")
	return true
}

// ownLimit: not the server is full, the account of the app has a limit of its own.
func ownLimit(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken, found *Finding) bool {
	m := userLimit.FindStringSubmatch(line.own())
	if m == nil {
		return false
	}
	user, limit := m[1], m[2]
	n, _ := strconv.Atoi(m[3])
	found.Confidence = 0.95
	found.Summary = fmt.Sprintf("the database user %s may have %s, and has had them: visitors see 500", user, limitWords(limit, n))
	db, err := f.MySQL(ctx)
	if err == nil {
		found.Evidence = append(found.Evidence, idlers(db)...)
	}
	x := Fix{Title: "Raise the limit of this user", Risk: Medium, Workaround: true}
	hosts, err2 := f.MySQLHosts(ctx, user)
	if limit != "max_user_connections" || err2 != nil || len(hosts) != 1 || !plainAccount.MatchString(user+hosts[0]) {
		found.Fix = x.Tell("The limit stands in the account (SHOW CREATE USER; a panel sets it): ALTER USER … WITH %s and a larger number, or 0 for none. Look first who uses it up: SHOW FULL PROCESSLIST", limit)
		return true
	}
	more := max(2*n, workersOf(ctx, f, s)+5)
	account := fmt.Sprintf("ALTER USER '%s'@'%s' WITH MAX_USER_CONNECTIONS ", user, hosts[0])
	x.Undo = fmt.Sprintf("%s -u root -e %s", mysqlClient(f), sh(account+strconv.Itoa(n)))
	found.Fix = x.Do(fmt.Sprintf("One for each worker of its pool, and five more. What it costs: this user may take %d places of the server's (max_connections) from others", more), "%s -u root -e %s", mysqlClient(f), sh(account+strconv.Itoa(more))).
		Tell("Then look who holds so many: a job that stays connected, most likely (SHOW FULL PROCESSLIST)")
	return true
}

var plainAccount = whenAsked(`^[\w.%:-]+$`)

func limitWords(limit string, n int) string {
	return map[string]string{"max_user_connections": plural(n, "connection at a time", "connections at a time"), "max_connections_per_hour": plural(n, "connection an hour", "connections an hour"),
		"max_queries_per_hour": plural(n, "question an hour", "questions an hour"), "max_updates_per_hour": plural(n, "change an hour", "changes an hour")}[limit]
}

// workersOf is how many workers the pools of a site may have.
func workersOf(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) int {
	n := 0
	for _, h := range s.Hops {
		if _, pool := f.PoolOf(ctx, h); pool != nil {
			n = max(n, pool.Get("pm.max_children").Int())
		}
	}
	return n
}
