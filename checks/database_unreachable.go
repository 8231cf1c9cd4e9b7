package checks

import (
	"context"
	"fmt"
	"net/netip"
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
)

// databaseUnreachable: nobody answers where the app looks for its PostgreSQL; mysql-down is the same of MySQL.
func databaseUnreachable() Check {
	return Check{
		ID: "database-unreachable", Title: "Apps reach their PostgreSQL", Topic: Upstreams, After: []ID{"mysql-down", "oom-killed", "disk-full"},
		Means: `Nobody answers at the address where the app looks for its PostgreSQL: it does not run, listens elsewhere, its name has no address, or it hangs;
or it gives the app's questions no time.
The app gives up with a 500, a 502 or 503 of its own, or waits until its gateway does (504). fix502 asks with the app's own settings, over one
connection, and shows no password.`,
		Run: both(perStoreOr([]string{"postgres"}, unreachable, strangerAnswers), perSite(endedEarly)),
	}
}

// unreachable judges what a connect brought; nil when somebody answered.
func unreachable(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, said sysinfo.Login) *Finding {
	if said.Trouble == "" {
		return walledStore(ctx, f, s)
	}
	if s.Of != nil && (!s.Now.IsValid() || said.Trouble == sysinfo.StoreRefused || said.Trouble == sysinfo.StoreSilent) {
		return containedStore(ctx, f, s)
	}
	source := "a connection with the app's settings"
	if s.Written == "" && s.Unix == "" { // the address is from the app's words
		source = "a connection to " + s.Address()
	}
	found := &Finding{Status: Fail, Confidence: 0.95, Where: s.Where, Evidence: []Evidence{storeLine(s), {Source: source, Text: said.Said}}}
	u, known := storeUnit(ctx, f, s)
	switch said.Trouble {
	case sysinfo.StoreUnknownName:
		found.Summary = fmt.Sprintf("%s for %s is looked for at %s, a name without an address", s.Title(), s.App, s.Host)
		found.Fix = Fix{Title: "Correct the name", Risk: Low}.Tell("Put the right name or address at %s", s.Where)
		if at := storeListens(ctx, f, u); known {
			found.Fix = found.Fix.Tell("%s of this machine listens at %s", unitWord(u.Name), listed(at))
			if portOf(at) == fmt.Sprint(s.Port) && privateName(s.Host) {
				x := Fix{Title: "Give the name an address again", Risk: Medium}.
					Tell("%s of this machine listens on that very port: most likely the name stood for it. If the database is another machine's, write that one's address instead", unitWord(u.Name))
				if x, ok := nameInHosts(f.Host.Root, x, "127.0.0.1", s.Host); ok {
					found.Fix = reloadApp(f, x, s)
				}
			}
		}
		return found
	case sysinfo.StoreRefused, sysinfo.StoreNoSocket:
		found.Summary = fmt.Sprintf("nobody answers at %s, where %s for %s is looked for", s.Address(), s.Title(), s.App)
	case sysinfo.StoreSilent:
		found.Summary = fmt.Sprintf("%s for %s at %s says nothing", s.Title(), s.App, s.Address())
	case sysinfo.StoreNoRight:
		found.Summary = fmt.Sprintf("%s for %s is there, and the app may not use its socket: %s", s.Title(), s.App, said.Said)
		if at, shut := socketMode(f, s, u); shut && at.Known() {
			found.Where, found.Evidence = at, append(found.Evidence, lineOf(f.Host.Root, at))
		}
		if dir := path.Dir(s.Unix); shutFolder(ctx, f, dir) {
			found.Where = sysinfo.Place{File: sysinfo.InRun(dir)}
		}
		found.Fix = letIntoSocket(ctx, f, s, u)
		return found
	case sysinfo.StoreSpoilt:
		return spoiltTable(f, s, said, found)
	case sysinfo.StoreStarting:
		found.Summary = fmt.Sprintf("%s is starting or shutting down", s.Title())
		found.Fix = Fix{Title: "Wait until it is ready", Risk: Low}.Tell("%s says %s. A start after a crash may take minutes: its log tells how far it is (journalctl -u %s)", s.Title(), said.Said, unitWord(u.Name))
		return found
	default:
		return nil
	}
	switch {
	case !said.Local && hostsName(f, s).Known():
		found.Where = hostsName(f, s)
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, found.Where))
		found.Fix = Fix{Title: "See whether that is its address", Risk: Low}.Tell("%s gives %s this address: if the database is elsewhere now, correct the line. Else see on its machine whether %s runs and listens, and whether a firewall between lets port %d through", found.Where, s.Host, s.Title(), s.Port)
		if at := storeListens(ctx, f, u); known && portOf(at) == fmt.Sprint(s.Port) {
			found.Fix = found.Fix.Tell("%s of this machine listens on that very port: if it is the one, the address is 127.0.0.1", unitWord(u.Name))
		}
	case !said.Local:
		found.Fix = Fix{Title: "Look at the database's own machine", Risk: Low}.Tell("%s is another machine: see there whether %s runs and listens, and whether a firewall between lets port %d through", s.Host, s.Title(), s.Port)
	case !known:
		found.Fix = Fix{Title: "Bring the database back", Risk: Low}.Tell("No service of this machine is known to be it. %s says where the app looks; correct it, or start what should listen there", s.Where)
	case !u.Running() || startsOver(ctx, f, u):
		found.Where = sysinfo.Place{File: u.Fragment}
		found.Summary = fmt.Sprintf("%s is not running: no %s for %s", unitWord(u.Name), s.Title(), s.App)
		if u.Running() {
			found.Summary = fmt.Sprintf("%s starts again and again and does not come to listen: no %s for %s", unitWord(u.Name), s.Title(), s.App)
		}
		found.Evidence = append(append(found.Evidence, unitSays(u)), lastWords(ctx, f, u)...)
		bringUp(ctx, f, u, found)
	case said.Trouble == sysinfo.StoreSilent:
		found.Evidence = append(found.Evidence, unitSays(u))
		if !heldNow(ctx, f, u) && keptFrom(ctx, f, s, said, found) {
			return found
		}
		found.Where = sysinfo.Place{File: u.Fragment}
		found.Fix = wakeUp(ctx, f, u, found)
	case keptFrom(ctx, f, s, said, found):
		found.Evidence = append(found.Evidence, unitSays(u))
	case s.Unix == "" && storeApart(f, u, found):
		found.Fix = reloadApp(f, found.Fix, s)
	case justUp(ctx, f, u):
		found.Confidence = 0.6
		found.Summary = fmt.Sprintf("%s was started a moment ago and does not listen yet: no %s for %s", unitWord(u.Name), s.Title(), s.App)
		found.Evidence = append(found.Evidence, unitSays(u))
		found.Fix = Fix{Title: "Ask again in a few seconds", Risk: Low}.Tell("Run fix502 again: by then it listens, or has ended and said why (%s)", u.Log())
	default:
		found.Fix = pointStore(ctx, f, s, u, found)
	}
	return found
}

// startsOver says that a store which systemd starts over and over is up at this moment, and listens nowhere.
func startsOver(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) bool {
	return u.Restarts > 0 && justUp(ctx, f, u)
}

// justUp says that a store was started a moment ago and listens nowhere yet.
func justUp(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) bool {
	return u.Running() && f.Host.Now().Sub(u.Since) < 5*time.Second && len(storeListens(ctx, f, u)) == 0 && (f.Host.UID == 0 || len(unowned(ctx, f)) == 0)
}

// spoiltTable: the database lets the app in, and the files of a table that each of its pages reads are broken. What is left of it a person has to weigh.
func spoiltTable(f *sysinfo.Facts, s *sysinfo.Store, said sysinfo.Login, found *Finding) *Finding {
	found.Where = s.NameAt
	found.Summary = fmt.Sprintf("%s lets %s in, and its table %s cannot be read: %s", s.Title(), s.App, s.Table, Quote(said.Said))
	found.Evidence[len(found.Evidence)-1].Source = "SELECT 1 FROM " + s.Table + " LIMIT 1, with the app's settings"
	x := Fix{Title: "Repair the table", Risk: High}.
		Tell("Copy its files away first, while the database is stopped: they are all that is left of it (in /var/lib/mysql/%s, or where datadir leads), and see how old the last backup is", s.Name)
	if said.Local && hbaName.MatchString(s.Name) {
		x = x.Tell("Then see how all tables are: %s-check -u root %s. Those of MyISAM and Aria it mends with --auto-repair, and rows that are broken are lost by that; one of InnoDB comes back from a backup", mysqlClient(f), s.Name)
	}
	found.Fix = x
	return found
}

// hostsName is the line of the hosts file that gives the name of an app's database its address.
func hostsName(f *sysinfo.Facts, s *sysinfo.Store) (at sysinfo.Place) {
	if _, err := netip.ParseAddr(s.Host); err == nil || s.Host == "" || s.In != "" {
		return at
	}
	for p, line := range linesIn(f.Host.Root, "/etc/hosts") {
		if w := strings.Fields(withoutComment(line)); len(w) > 1 && slices.Contains(w[1:], s.Host) && !at.Known() {
			at = p
		}
	}
	return at
}

// keptFrom: the kernel shows a listener at that very address, and still who asks there is refused, or not even connected though its queue has room. Only
// a rule of the firewall does that, and the rules are root's to read.
func keptFrom(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, said sysinfo.Login, found *Finding) bool {
	a, err := netip.ParseAddr(strings.Replace(s.Host, "localhost", "127.0.0.1", 1))
	refused, dropped := said.Trouble == sysinfo.StoreRefused, said.Trouble == sysinfo.StoreSilent && !said.Reached
	if err != nil || s.Unix != "" || !refused && !dropped || f.Host.UID == 0 {
		return false
	}
	r := f.Reach(ctx, &sysinfo.Hop{Site: s.Site, From: s.App, Host: s.Host, Port: s.Port, Addrs: []netip.Addr{a}, Where: s.Where})
	if r.Listener == nil || dropped && r.Listener.Queue > 0 {
		return false
	}
	what := "is refused: a rule of the firewall does that"
	found.Confidence = 0.7
	if dropped {
		what = "gets no connection, though none waits there: a rule of the firewall drops it, most likely"
		found.Confidence = 0.6
	}
	found.Summary = fmt.Sprintf("%s is listened on, where %s for %s is looked for, and who asks there %s", s.Address(), s.Title(), s.App, what)
	found.Evidence = append(found.Evidence, Evidence{Source: "ss -ltn", Text: r.Listener.String() + " listens"})
	found.Fix = Fix{Title: "Look for the rule", Risk: Low}.Tell("As root: nft list ruleset, iptables -S and ip6tables -S show it; fix502 names it when root runs it")
	return true
}

func listed(all []string) string {
	if len(all) == 0 {
		return "an address that could not be found out"
	}
	return strings.Join(all, " and ")
}

// heldNow says that a signal holds a service's process.
func heldNow(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) bool {
	procs, err := f.Procs(ctx)
	return err == nil && slices.ContainsFunc(procs, func(p sysinfo.Proc) bool { return p.PID == u.MainPID && p.State == heldState })
}

// wakeUp lets a service go on that a signal holds; of one that hangs by itself only its own log knows more.
func wakeUp(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, found *Finding) Fix {
	procs, err := f.Procs(ctx)
	for _, p := range procs {
		if err == nil && p.PID == u.MainPID && p.State == heldState {
			found.Confidence = 0.97
			found.Summary = fmt.Sprintf("%s is held by a signal and answers nobody", unitWord(u.Name))
			found.Evidence = append(found.Evidence, heldSays(p))
			return letGoOn(Fix{Title: "Let it go on", Risk: Low}, u).
				Tell("Somebody, or a debugger, stopped it with a signal; find out who, before it happens again")
		}
	}
	return Fix{Title: "Restart " + unitWord(u.Name), Risk: Medium}.Tell("Look first at its log and at what its disk does (journalctl -u %s, iostat): a restart loses what it had not written yet", unitWord(u.Name)).
		Do("If nothing speaks against it", "systemctl restart %s", sh(unitWord(u.Name)))
}
