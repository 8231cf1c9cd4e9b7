package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

var (
	hostNotAllowed = whenAsked(`Host '([^']+)' is not allowed to connect`)
	skipsNames     = whenAsked(`^skip[-_]name[-_]resolve(\s*=\s*(1|on|true))?\s*$`)
	noPort         = whenAsked(`^skip[-_]networking(\s*=\s*(1|on|true))?\s*$`)
)

// hostRefused: MySQL knows its users by where they come from as well, and the app comes from another place: user@localhost is who
// asks over the socket, and where names are not looked up 127.0.0.1 is somebody else ("Account Names", skip_name_resolve).
func hostRefused(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, u sysinfo.Unit, said spoken, found *Finding) bool {
	return comesFrom(ctx, f, u, said.own(), databaseHosts(ctx, f, s, said.own()), found)
}

// comesFrom says that no user of MySQL's may come from where the app does, in MySQL's words.
func comesFrom(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, text string, hosts []hostLine, found *Finding) bool {
	m := hostNotAllowed.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	found.Confidence = 0.93
	found.Summary = fmt.Sprintf("%s runs, and none of its users may come from %s", unitWord(u.Name), m[1])
	x := Fix{Title: "Ask the database the way its user may come", Risk: Low}
	if m[1] == "127.0.0.1" && namesSkipped(f, u, hosts, found) {
		return true
	}
	if m[1] == "127.0.0.1" && overSocket(ctx, f, hosts, found, x, "With localhost it is asked over its socket, where user@localhost may come") {
		return true
	}
	found.Fix = x.Do("See which users may come from where", "%s -u root -e 'SELECT user, host FROM mysql.user'", mysqlClient(f)).
		Tell("Where the user is called @localhost, the app's settings have to say localhost, which is the socket; for an address the database needs a user of that address: CREATE USER 'NAME'@'%s' …, with the rights of the other", m[1])
	return true
}

// namesSkipped: a line that has the database look up no names any more was written later than all settings that lead an app there: 127.0.0.1 is "localhost" to it
// no more, for that app and for every other.
func namesSkipped(f *sysinfo.Facts, u sysinfo.Unit, hosts []hostLine, found *Finding) bool {
	root, at := f.Host.Root, lastSetting(f, refusals[0].files, func(section, line string) bool { return skipsNames.MatchString(line) && ofServer(section) })
	its, err := root.Stat(at.File)
	if !at.Known() || err != nil || len(hosts) == 0 {
		return false
	}
	for _, h := range hosts {
		if app, err := root.Stat(h.at.File); err != nil || !app.ModTime.Before(its.ModTime) {
			return false
		}
	}
	found.Where = at
	found.Summary += fmt.Sprintf(", since it looks up no names (%s): they are called @localhost", at)
	found.Evidence = append(found.Evidence, lineOf(root, at), Evidence{Source: "ls -l " + at.File, Text: "written " + its.ModTime.Format("2006-01-02 15:04:05"), Time: its.ModTime})
	x := Fix{Title: "Let the database know localhost by its address again", Risk: Medium, Undo: setLine(root, at, configLine(root, at))}
	found.Fix = x.Do("Take the line out", "%s", commentOut(root, at)).
		Do("Restart "+unitWord(u.Name), "systemctl restart %s && sleep 1", sh(unitWord(u.Name))).
		Tell("To keep the line, let every app ask for localhost, which is the socket, or give its user a twin @'127.0.0.1'")
	return true
}

// noNetworking: MySQL is told to listen at its socket alone, and the app asks at an address.
func noNetworking(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, u sysinfo.Unit, said spoken, found *Finding) bool {
	at, hosts := skipsNetwork(f), databaseHosts(ctx, f, s, said.own())
	if !allHere(hosts) || !at.Known() || !strings.HasPrefix(u.Name, "m") || !strings.Contains(said.own(), "Connection refused") {
		return false
	}
	found.Where, found.Confidence = at, 0.94
	found.Summary = fmt.Sprintf("%s runs, and listens at its socket alone: visitors see 500", unitWord(u.Name))
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
	x := Fix{Title: "Ask the database over its socket", Risk: Low}
	if !overSocket(ctx, f, hosts, found, x, "With localhost it is asked over its socket; the database stays closed to the network") {
		found.Fix = networkHere(f, u, at)
	}
	found.Where = at
	return true
}

// networkHere lets MySQL take calls of this machine alone, in place of the line that keeps it from all.
func networkHere(f *sysinfo.Facts, u sysinfo.Unit, at sysinfo.Place) Fix {
	root := f.Host.Root
	command := commentOut(root, at)
	if !serverSetting(f, refusals[0].files, "bind-address").Known() { // without one it would listen at all addresses
		command = setLine(root, at, "bind-address = 127.0.0.1")
	}
	x, _ := keptHere(f, u, Fix{Title: "Let the database take calls of this machine", Risk: Low, Undo: setLine(root, at, configLine(root, at))})
	return x.Do("Of this machine alone", "%s", command).
		Do("Restart "+unitWord(u.Name), "systemctl restart %s && sleep 1", sh(unitWord(u.Name))).
		Tell("Or skip this, and write localhost instead of the address into the app's settings: to MySQL's own clients that is the socket")
}

// overSocket writes localhost, which is the socket to MySQL's clients, where the app's settings name the machine's address.
func overSocket(ctx context.Context, f *sysinfo.Facts, hosts []hostLine, found *Finding, x Fix, say string) bool {
	const address = "127.0.0.1"
	if len(hosts) != 1 || hosts[0].host != address {
		return false
	}
	at := hosts[0].at
	line := configLine(f.Host.Root, at)
	if strings.Count(line, address) != 1 || strings.Contains(line, address+":") {
		return false
	}
	found.Where = at
	found.Evidence = append(found.Evidence, Evidence{Source: at.String(), Text: "names " + address}) // not the line: a password may stand on it
	x.Undo = replace(f.Host.Root, at, "localhost", address)
	found.Fix = readByPool(ctx, f, at, x.Do(say, "%s", replace(f.Host.Root, at, address, "localhost")))
	return true
}

// readByPool starts PHP-FPM anew where a line stands in the file of one of its pools: it reads them at its start.
func readByPool(ctx context.Context, f *sysinfo.Facts, at sysinfo.Place, x Fix) Fix {
	all, _ := f.FPM(ctx) // none is none
	for _, p := range all {
		if slices.ContainsFunc(p.Config.Pools, func(pool *phpfpm.Pool) bool { return pool.Place.File == at.File }) {
			return fpmRestart(p, x)
		}
	}
	return x
}
