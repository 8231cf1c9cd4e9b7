package checks

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"fix502/sysinfo"
)

// brokenOff is what drivers say of a connection that the other end has closed: Node's net, ioredis, mysql2 and pg, Python's, PHP's and libpq's.
var brokenOff = whenAsked(`(?i)socket has been ended|socket (?:is|was|has been) (?:closed|destroyed)|EPIPE|broken pipe|ECONNRESET|connection (?:is |was |has been |already )*(?:closed|lost|terminated|reset|broken)|in closed state|gone away|lost connection|closed the connection|terminating connection|not queryable|EOF detected|connection not open`)

// staleConnection: an app goes on with a connection to its database or cache that ended when that was started anew, and does not make another one.
func staleConnection(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) bool {
	lines, _ := f.Words(ctx, u)
	said := lastSaid(latest(lines), brokenOff)
	if said == nil || f.Host.Now().Sub(said.Time) > time.Minute || !u.Running() {
		return false
	}
	for _, server := range askedOf(ctx, f, l, u) {
		if !server.Running() || server.Since.Before(u.Since) {
			continue
		}
		found.Where, found.Confidence = execPlace(f, u), 0.93
		found.Summary += fmt.Sprintf(": it goes on with a connection that ended when %s was started anew, at %s", unitWord(server.Name), server.Since.Format("15:04:05"))
		found.Evidence = append(found.Evidence, Evidence{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}, unitSays(server),
			Evidence{Source: "systemctl show " + unitWord(u.Name), Text: "it runs since " + u.Since.Format("15:04:05") + ", and has not been started anew since then", Time: u.Since})
		x := Fix{Title: "Let the app connect anew", Risk: Medium}
		found.Fix = x.Do("Start it anew", "%s%s", u.Command("restart"), warmUp(u)).
			Tell("The app should connect again by itself after an error: tell its developers, or its next update of the database ends it again")
		return true
	}
	return false
}

// askedOf are the services of this machine that an app asks and that answer: its databases and caches, and what listens at the ports that its code or
// environment names.
func askedOf(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit) []sysinfo.Unit {
	var out []sysinfo.Unit
	for _, s := range f.Stores(ctx) {
		if s.Unit != u.Name || s.Site != nil && s.Site != l.Site {
			continue
		}
		if server, ok := storeUnit(ctx, f, s); ok {
			if said, err := f.Login(ctx, s); err == nil && said.Trouble == "" {
				out = append(out, server)
			}
		}
	}
	for _, call := range f.LocalCalls(ctx, l.Hop, l.uri()) {
		r := f.Reach(ctx, &sysinfo.Hop{Site: l.Site, From: l.From, Host: "127.0.0.1", Port: call.Port, Addrs: []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}, Where: call.Where})
		if !r.Open() || r.Owner == nil {
			continue
		}
		if server, ok := f.Unit(ctx, f.UnitOf(r.Owner.PID)); ok && server.Name != u.Name {
			out = append(out, server)
		}
	}
	return out
}
