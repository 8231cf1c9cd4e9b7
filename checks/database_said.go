package checks

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// refusedInLog: the app's own words in the gateway's log say that its database turned it away. That is all there is to go by
// where its settings stand in a file of its own making.
func refusedInLog() func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return phpError([]errlog.Kind{errlog.PHPFatal, errlog.DatabaseDown}, saidRefused)
}

func saidRefused(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, said spoken) *Finding {
	words := cmp.Or(databaseRefuses.FindString(said.own()), accountLocked.FindString(said.own()))
	if words == "" || storeFails(ctx, f, s, "mysql") || storeFails(ctx, f, s, "postgres") { // what the app's own login says is better
		return nil
	}
	found := &Finding{Confidence: 0.93, Summary: fmt.Sprintf("the app's database is up and does not let it in (%s): visitors see 500", shorten(words)), Covers: storeCovers}
	if hbaSaid(ctx, f, words, said.own(), found) {
		return found
	}
	if closedDatabase(ctx, f, s, words, said.own(), found) || ranOut(f, words, found) || wantsTLS(ctx, f, said.own(), databaseHosts(ctx, f, s, said.own()), found) || strangersTables(ctx, f, s, words, said.own(), found) {
		found.Summary += ": visitors see 500"
		return found
	}
	if wrongProof(ctx, f, s, words, found) {
		found.Summary += ": visitors see 500"
		return found
	}
	found.Fix = appsAndDatabase(ctx, f, said.own())
	return found
}

// databaseRefuses are the words of databases that are up and do not let the app in.
var databaseRefuses = whenAsked(`Access denied for user '[^']*'@'[^']*'|Connections using insecure transport are prohibited|Access denied, this account is locked|Unknown database '[^']*'|SQLSTATE\[HY000\] \[(?:1044|1045|1049|1862|3159|4151)\]|[Yy]our password has expired|` +
	`database "[^"]+" is not currently accepting connections|permission denied for (?:table|schema|sequence|view|database) \w+|(?:SELECT|INSERT|UPDATE|DELETE|EXECUTE|CREATE|DROP|ALTER|LOCK TABLES)[\w, ]* command denied to user '[^']*'@'[^']*'|authentication method unknown to the client(?: \[\w+\])?|` +
	`role "[^"]+" is not permitted to log in|Peer authentication failed for user "[^"]*"|fe_sendauth: no password supplied|server does not support SSL, but SSL was required|root certificate file "[^"]+" does not exist|password authentication failed for user "[^"]*"|database "[^"]+" does not exist|(?:no )?pg_hba\.conf (?:rejects connection|entry) for host "[^"]*", user "[^"]*", database "[^"]*"`)

var hbaWords = whenAsked(`pg_hba\.conf (?:rejects connection|entry) for host "([^"]*)", user "([^"]*)", database "([^"]*)"`)

// serverNamed is how libpq names the server that it asked.
var serverNamed = whenAsked(`server at "([^"]*)"(?: \(([^)]*)\))?`)

// portNamed is the port of it; a socket bears it in its name.
var portNamed = whenAsked(`server (?:at "[^"]*"(?: \([^)]*\))?, port |on socket "[^"]*/\.s\.PGSQL\.)(\d{1,5})\b`)

// hbaSaid names the line of pg_hba.conf that decided, where this machine's PostgreSQL spoke. What to write there is left to a person: anybody
// who may speak to PostgreSQL can have it say these names.
func hbaSaid(ctx context.Context, f *sysinfo.Facts, words, text string, found *Finding) bool {
	m := hbaWords.FindStringSubmatch(words)
	if m == nil {
		return false
	}
	from := m[1]
	if asked := serverNamed.FindStringSubmatch(text); asked != nil {
		from = cmp.Or(asked[2], asked[1])
	}
	file, again := hbaFile(f), "systemctl reload postgresql"
	contained := false
	if port := portNamed.FindStringSubmatch(text); port != nil {
		n, _ := strconv.Atoi(port[1]) // at most five digits
		if c, ok := f.ServedBy(ctx, &sysinfo.Store{Kind: "postgres", Host: from, Port: n}); ok {
			_, file = hbaInside(f, c)
			contained, again = true, c.Engine+" kill -s HUP "+sh(c.Name)
		}
	}
	x := Fix{Title: "Let the app's user in with its password", Risk: Low}
	if !contained && !ofThisMachine(f.Host.Root, from) || file == "" {
		found.Fix = x.Tell("On the machine where that PostgreSQL runs (%s): write a line for this database, this user and this address into its pg_hba.conf, before all others that fit, with scram-sha-256 at its end, if the app is meant to come in; then %s", from, again)
		return true
	}
	s := &sysinfo.Store{Kind: "postgres", Host: m[1], User: m[2], Name: m[3]}
	found.Where = sysinfo.Place{File: file}
	if at, method, _ := hbaLine(f.Host.Root, file, s); at.Known() && method == "reject" {
		found.Where, found.Confidence = at, 0.96
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
	}
	found.Fix = x.
		Tell("See why %s says so: the first line that fits decides. If it is not meant, write one for this database, this user and this address before it, with scram-sha-256 at its end", found.Where).
		Tell("Then let PostgreSQL read it, nobody is disconnected: %s", again)
	return true
}

// ofThisMachine says that an address, a socket's folder or localhost is this machine; of any other name nobody knows.
func ofThisMachine(r sysinfo.Root, name string) bool {
	a, err := netip.ParseAddr(name)
	return err == nil && ownAddresses(r, []netip.Addr{a}) || name == "localhost" || name == "[local]" || strings.HasPrefix(name, "/")
}
