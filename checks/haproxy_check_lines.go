package checks

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// checkOptions are the options that make a health check speak something that no web application does.
var checkOptions = []string{"ssl-hello-chk", "mysql-check", "pgsql-check", "redis-check", "smtpchk", "ldap-check", "tcp-check"}

// checkSpeaks switches off an option that lets the check speak to an app what it does not understand, where the app gives pages:
// a plain connection is what is checked then.
func checkSpeaks(ctx context.Context, f *sysinfo.Facts, l *live, back *haproxy.Section, found *Finding) (Fix, bool) {
	for _, name := range checkOptions {
		line, ok := back.Get("option", name)
		if !ok {
			continue
		}
		a, err := l.frontPage(ctx, f)
		if err != nil || a.Status < 200 || a.Status >= 400 {
			return Fix{}, false
		}
		root := l.Site.Gateway.Root
		found.Where = line.Place
		found.Evidence = append(found.Evidence, lineOf(root, found.Where))
		found.Summary = fmt.Sprintf("the app at %s answers HTTP with %d, HAProxy's health check speaks something else to it (option %s), and no other server is left", l.Address(), a.Status, name)
		x := Fix{Title: "Let the check speak what the app speaks", Risk: Low}
		return checked(ctx, f, l, withoutLine(x, root, back, line, "option tcp-check", "Switch the option off: the check then sees whether a connection is taken (option httpchk asks for a page)")), true
	}
	return Fix{}, false
}

// withoutLine switches a line of a backend off. One that the backend has from its defaults stays for the others, and the backend gets its own word.
func withoutLine(x Fix, root sysinfo.Root, back *haproxy.Section, line haproxy.Line, own, say string) Fix {
	at, head := line.Place, back.Place
	if sectionHas(back, line) {
		x.Undo = setLine(root, at, configLine(root, at))
		return x.Do(say, "%s", commentOut(root, at))
	}
	x.Undo = removeBelow(root, head, 1)
	return x.Do(say+"; the line is of a section defaults, and stays for the others", "%s", insertAfter(root, head, own))
}

// checkExpects switches off a line by which the check takes a good answer for a bad one: another status, or other words in it.
func checkExpects(ctx context.Context, f *sysinfo.Facts, l *live, s sysinfo.ServerState, back *haproxy.Section, page string, found *Finding) (Fix, bool) {
	want, ok := back.Get("http-check", "expect")
	words := s.Check == "L7RSP" // its reason is there only after some checks
	if !ok || !words && (s.Code < 200 || s.Code >= 400) {
		return Fix{}, false
	}
	gives := fmt.Sprint(s.Code)
	if words {
		a, err := l.frontPage(ctx, f)
		if err != nil || a.Status < 200 || a.Status >= 400 {
			return Fix{}, false
		}
		gives = fmt.Sprintf("%d, without those words", a.Status)
	}
	root := l.Site.Gateway.Root
	if slices.Contains(want.Words, "!") { // the app itself tells of trouble, and the check hears it
		found.Where = want.Place
		found.Evidence = append(found.Evidence, lineOf(root, found.Where))
		found.Summary = fmt.Sprintf("the app at %s says at %s what HAProxy's health check takes for trouble (%s), and no other server is left", l.Address(), page, configLine(root, found.Where))
		return Fix{Title: "See what the app tells of itself", Risk: Low}.Tell("Ask the app for %s yourself (curl http://%s%s): mend what it tells there. Only if those words mean no trouble, take the line out at %s", page, l.Address(), page, found.Where), true
	}
	found.Where = want.Place
	found.Evidence = append(found.Evidence, lineOf(root, found.Where))
	found.Summary = fmt.Sprintf("the app at %s answers %s with %s, HAProxy's health check wants another answer (%s), and no other server is left", l.Address(), page, gives, configLine(root, found.Where))
	x := Fix{Title: "Let the check take the app's answer for a good one", Risk: Low}
	say := fmt.Sprintf("%s gives %s, and the check expects something else: without the line all of 200 to 399 is good", page, gives)
	return checked(ctx, f, l, withoutLine(x, root, back, want, "http-check expect status 200-399", say)), true
}

// checkSaid is what a check brought, in words; a check without a status code has none.
func checkSaid(s sysinfo.ServerState) string {
	if s.Code > 0 {
		return fmt.Sprint(s.Code)
	}
	return cmp.Or(s.Why, checkWord(s)) + " (" + s.Check + ")"
}

// haproxyNameless: a server whose name the name servers of a resolvers section do not tell is out until they do, whatever
// /etc/hosts and the machine's own resolver say (server-state "MAINT (resolution)").
func haproxyNameless(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) *Finding {
	root := l.Site.Gateway.Root
	srv, ok := l.Extra.(haproxy.Server)
	section := srv.Full.After("resolvers")
	at := srv.At("resolvers")
	found.Summary = fmt.Sprintf("HAProxy finds no address for %s: the name servers of its section resolvers %s do not tell one, and no other server is left", l.Host, section)
	found.Fix = Fix{Title: "Let the name be found", Risk: Low}.Tell("Correct the nameserver lines of section resolvers %s, or the name at %s", section, l.Where)
	if u, server, ok := nameserverDown(ctx, f, l, section); ok {
		found.Where = server
		found.Summary = fmt.Sprintf("HAProxy finds no address for %s: %s, the name server of its section resolvers %s, does not run, and no other server is left", l.Host, unitWord(u.Name), section)
		found.Evidence = append(found.Evidence, lineOf(root, server), unitSays(u))
		found.Fix = startSeen(ctx, f, u).Do("HAProxy asks again by itself; give it the time", "sleep 5")
		return found
	}
	if !ok || section == "" || len(l.Addrs) == 0 || strings.Count(configLine(root, at), "resolvers "+section) != 1 {
		return found
	}
	found.Where = at
	if at != l.Where {
		found.Evidence = append(found.Evidence, lineOf(root, at))
	}
	was := configLine(root, at)
	now := strings.Replace(was, " resolvers "+section, "", 1)
	now = strings.Replace(now, " init-addr none", "", 1)
	x := Fix{Title: "Let this machine's own resolver find the name", Risk: Low, Undo: setLine(root, at, was)}
	found.Fix = checked(ctx, f, l, x.Tell("If the section resolvers %s is meant, correct its nameserver lines instead", section).
		Do(fmt.Sprintf("This machine knows %s as %s: HAProxy then looks the name up when it starts, and not again", l.Host, l.Addrs[0]), "%s", setLine(root, at, now)))
	return found
}

// nameserverDown is the service of this machine that a resolvers section asks and that does not run.
func nameserverDown(ctx context.Context, f *sysinfo.Facts, l *live, section string) (sysinfo.Unit, sysinfo.Place, bool) {
	h, ok := l.Site.Gateway.Extra.(*sysinfo.HAProxy)
	if !ok {
		return sysinfo.Unit{}, sysinfo.Place{}, false
	}
	for _, s := range h.Config.Sections {
		if s.Kind != "resolvers" || s.Name != section {
			continue
		}
		for _, line := range s.All("nameserver") {
			at, err := netip.ParseAddrPort(strings.TrimPrefix(line.Words[len(line.Words)-1], "udp@"))
			if err != nil || !at.Addr().IsLoopback() {
				continue
			}
			if u, ok := resolverDown(ctx, f, at.String()); ok {
				return u, line.Place, true
			}
		}
	}
	return sysinfo.Unit{}, sysinfo.Place{}, false
}
