package checks

import (
	"context"
	"net/netip"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// usualPorts are those at which databases and caches listen unless somebody tells them otherwise.
var usualPorts = map[int]string{3306: "mysql", 5432: "postgres", 6379: "redis", 11211: "memcached"}

// saidInTheWay: no settings of the app are known that lead to its database or cache, but its own last words name the usual port of one on this
// machine, where it was refused, or the socket of one, which turned it away.
func saidInTheWay(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, lines []sysinfo.JournalLine, found *Finding) bool {
	wants := sysinfo.StoreRefused
	s := storeOfWords(f, l.Site, "127.0.0.1", refusedPort(wordsOfHere(f, lines)), found.Where)
	if s == nil {
		wants, s = sysinfo.StoreNoRight, socketOfWords(ctx, f, l.Site, latest(lines), found.Where)
	}
	if s == nil {
		return false
	}
	s.Unit, s.App = u.Name, unitWord(u.Name)
	if told, err := f.Login(ctx, s); err != nil || told.Trouble != wants {
		return false // what it says of a login without the app's own words is no news
	}
	return standsInTheWay(ctx, f, u, s, found)
}

// refusedPostgres: the app's words in a gateway's log say where it was refused, and a PostgreSQL of this machine runs and listens elsewhere.
func refusedPostgres(ctx context.Context, f *sysinfo.Facts, site *sysinfo.Site, said spoken, found *Finding) bool {
	server, port := serverNamed.FindStringSubmatch(said.own()), portNamed.FindStringSubmatch(said.own())
	if server == nil || port == nil || !strings.Contains(said.own(), "Connection refused") {
		return false
	}
	n, _ := strconv.Atoi(port[1]) // at most five digits
	_, at := phpSays(said.Text)
	s := storeOfWords(f, site, server[1], n, at)
	if s == nil || s.Kind != "postgres" {
		return false
	}
	s.App = "the app"
	told, err := f.Login(ctx, s)
	if err != nil || told.Trouble != sysinfo.StoreRefused {
		return false
	}
	why := unreachable(ctx, f, s, told)
	if why == nil {
		return false
	}
	found.Summary, found.Where, found.Fix, found.Confidence = why.Summary+": visitors see 500", why.Where, why.Fix, why.Confidence
	found.Evidence = append(found.Evidence, why.Evidence[1:]...) // the first is the app's setting, and that is the line of the log here
	return true
}

// storeOfWords is the database or cache at the usual port of this machine at which an app says that it was refused. Whether somebody answers there by
// now, its login tells.
func storeOfWords(f *sysinfo.Facts, site *sysinfo.Site, host string, port int, where sysinfo.Place) *sysinfo.Store {
	kind, ok := usualPorts[port]
	if _, err := netip.ParseAddr(host); !ok || err != nil && host != "localhost" || !ofThisMachine(f.Host.Root, host) {
		return nil
	}
	return &sysinfo.Store{Kind: kind, Site: site, Host: host, Port: port, Where: where}
}
