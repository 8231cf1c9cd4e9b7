package checks

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"fix502/sysinfo"
)

// storeHop is the way from an app to its database or cache, as a firewall sees it, and the user who takes it.
type storeHop struct {
	live
	kind, title, who string
	where            sysinfo.Place // unknown where the app's settings are
}

// databaseFiltered: a page fails, the database of its app listens, and a rule of this machine's own firewall stops what the app's user
// sends there. Root, as whom fix502 runs, may be let through.
func databaseFiltered(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	if answers := f.Answers(ctx, s); len(answers) == 0 || answers[0].Status < 500 && !answers[0].TimedOut() || s.Gateway.Foreign {
		return nil
	}
	users, err := f.Users(ctx)
	if err != nil || speaksOfCode(ctx, f, s) {
		return nil
	}
	if found := filterUnseen(ctx, f, s, f.Answers(ctx, s)[0]); found != nil {
		return found
	}
	for _, h := range storeHops(ctx, f, s) {
		p, ok := h.packet(users)
		if !ok || h.reach.Local && h.reach.Listener == nil {
			continue
		}
		fw, err := filters(ctx, f)
		if err != nil {
			return nil // firewall-blocks-upstream tells of what it could not read
		}
		if r := fw.stops(p); r != nil && r.Sure && jailOf(r) == "" {
			return h.blocked(ctx, f, r, p)
		}
	}
	return nil
}

// packet is the first one that the app's user sends.
func (h storeHop) packet(users *sysinfo.Users) (packet, bool) {
	creds, ok := users.Creds(h.who)
	if !ok || !h.reach.Addr.IsValid() {
		return packet{}, false
	}
	p := packet{user: h.who, to: h.reach.Addr.Addr(), from: h.reach.Addr.Addr(), port: h.Port, uid: creds.UID, gid: creds.GID, local: h.reach.Local, dev: "lo"}
	if !p.local {
		p.from, p.dev = h.reach.Route.Src, h.reach.Route.Dev
	}
	return p, true
}

// speaksOfCode says that the page failed by an error of its own code, and not of a store.
func speaksOfCode(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) bool {
	fatal := false
	for _, line := range f.Fresh(ctx, s) {
		if storeWords.MatchString(ownPart(line.Text)) {
			return false
		}
		fatal = fatal || phpFatal.MatchString(ownPart(line.Text))
	}
	return fatal
}

var (
	phpFatal   = whenAsked(`PHP (?:Parse|Fatal|Compile|Core) `)
	storeWords = whenAsked(`(?i)sqlstate|mysql|\bpdo|pgsql|postgres|pg_connect|redis|memcache|connection (?:refused|timed out|reset)|operation not permitted|database`)
)

// storeHops are the ways over the network to the databases and caches that the settings of a site's app name.
func storeHops(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) []storeHop {
	var out []storeHop
	add := func(host string, port int, h storeHop) {
		hop := &sysinfo.Hop{Site: s, From: s.Gateway.Title(), Host: host, Port: port, Where: h.where}
		if a, err := netip.ParseAddr(host); err == nil {
			hop.Addrs = []netip.Addr{a}
			h.live = live{Hop: hop, reach: f.Reach(ctx, hop)}
			out = append(out, h)
		}
	}
	for _, st := range f.Stores(ctx) {
		if who, ok := f.StoreUser(ctx, st); ok && st.Site == s && st.Unix == "" {
			add(strings.Replace(st.Host, "localhost", "127.0.0.1", 1), st.Port, storeHop{kind: st.Kind, title: st.Title(), who: who, where: st.Where})
		}
	}
	if len(out) > 0 {
		return out
	}
	said := ""
	for _, line := range f.Fresh(ctx, s) {
		said += ownPart(line.Text)
	}
	if !mysqlWords.MatchString(said) && !postgresWords.MatchString(said) && !strings.Contains(said, "SQLSTATE[HY000] [2002]") {
		return nil
	}
	for _, h := range s.Hops {
		_, pool := f.PoolOf(ctx, h)
		if pool == nil {
			continue
		}
		who := pool.Get("user").Text
		hosts := databaseHosts(ctx, f, s, said)
		for _, at := range hosts {
			add(at.host, 3306, storeHop{kind: "mysql", title: "MySQL", who: who, where: at.at})
		}
		if u, ok := spokenDatabase(ctx, f, said); ok && len(hosts) == 0 {
			for _, at := range storeListens(ctx, f, u) {
				if a, err := netip.ParseAddrPort(at); err == nil && a.Addr().Is4() {
					add("127.0.0.1", int(a.Port()), storeHop{kind: storeKind(u), title: unitWord(u.Name), who: who})
				}
			}
		}
		break
	}
	return out
}

// blocked is the finding about a rule; the rule stays, and the app's user is admitted before it.
func (h storeHop) blocked(ctx context.Context, f *sysinfo.Facts, r *rule, p packet) *Finding {
	text := r.Text
	if r.Tool == "nft" && !r.Policy() {
		text = nftWords(ctx, f, r)
	}
	found := &Finding{Status: Fail, Confidence: 0.96, Covers: []ID{"mysql-down", "database-unreachable", "cache-unusable", "php-fatal-500", "upstream-returned-5xx", "upstream-read-timeout"},
		Summary:  fmt.Sprintf("the firewall stops what %s, the app's user, sends to %s at %s: %s", h.who, h.title, h.Address(), withoutCounts(text)),
		Where:    savedRule(ctx, f, text),
		Evidence: []Evidence{{Source: r.place(), Text: text}}}
	if r.Policy() {
		found.Evidence[0].Text, found.Where = r.Verdict, savedHook(f, r)
		found.Summary = fmt.Sprintf("the firewall lets nothing of %s, the app's user, through to %s at %s: no rule admits it, and the end of chain %s is %s", h.who, h.title, h.Address(), r.Chain, r.Verdict)
	}
	if h.reach.Listener != nil {
		found.Evidence = append(found.Evidence, Evidence{Source: "ss -ltn", Text: h.reach.Listener.String() + " listens" + by(ctx, f, h.reach.Owner, h.Port)})
	}
	if h.where.Known() {
		found.Evidence = append(found.Evidence, Evidence{Source: h.where.String(), Text: "names " + h.Address()}) // not the line: a password may stand on it
	}
	if !found.Where.Known() {
		found.Where = h.where
	}
	found.Fix = h.admitUser(ctx, f, r, p, text)
	return found
}
