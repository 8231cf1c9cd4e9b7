package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// databaseUnreachable: nobody answers where the app looks for its database.
func databaseUnreachable() Check {
	return Check{
		ID: "database-unreachable", Title: "Apps reach their databases", Topic: Upstreams, After: []ID{"mysql-down", "oom-killed", "disk-full"},
		Means: `Nobody answers at the address where the app looks for its database: it does not run, listens elsewhere, its name has no address, or it hangs.
The app gives up with a 500, a 502 or 503 of its own, or waits until its gateway does (504). fix502 asks with the app's own settings, over one
connection, and shows no password.`,
		Run: perStore([]string{"mysql", "postgres"}, unreachable),
	}
}

// unreachable judges what a connect brought; nil when somebody answered.
func unreachable(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, said sysinfo.Login) *Finding {
	found := &Finding{Status: Fail, Confidence: 0.95, Where: s.Where, Evidence: []Evidence{storeLine(s), {Source: "a connection with the app's settings", Text: said.Said}}}
	u, known := storeUnit(ctx, f, s)
	switch said.Trouble {
	case sysinfo.StoreUnknownName:
		found.Summary = fmt.Sprintf("%s for %s is looked for at %s, a name without an address", s.Title(), s.App, s.Host)
		found.Fix = Fix{Title: "Correct the name", Risk: Low}.Tell("Put the right name or address at %s", s.Where)
		if at := storeListens(ctx, f, u); known {
			found.Fix = found.Fix.Tell("%s of this machine listens at %s", unitWord(u.Name), listed(at))
			if portOf(at) == fmt.Sprint(s.Port) {
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
		found.Fix = letIntoSocket(ctx, f, s, u)
		return found
	case sysinfo.StoreStarting:
		found.Summary = fmt.Sprintf("%s is starting or shutting down", s.Title())
		found.Fix = Fix{Title: "Wait until it is ready", Risk: Low}.Tell("%s says %s. A start after a crash may take minutes: its log tells how far it is (journalctl -u %s)", s.Title(), said.Said, unitWord(u.Name))
		return found
	default:
		return nil
	}
	switch {
	case !said.Local:
		found.Fix = Fix{Title: "Look at the database's own machine", Risk: Low}.Tell("%s is another machine: see there whether %s runs and listens, and whether a firewall between lets port %d through", s.Host, s.Title(), s.Port)
	case !known:
		found.Fix = Fix{Title: "Bring the database back", Risk: Low}.Tell("No service of this machine is known to be it. %s says where the app looks; correct it, or start what should listen there", s.Where)
	case !u.Running():
		found.Where = sysinfo.Place{File: u.Fragment}
		found.Summary = fmt.Sprintf("%s is not running: no %s for %s", unitWord(u.Name), s.Title(), s.App)
		found.Evidence = append(append(found.Evidence, unitSays(u)), lastWords(ctx, f, u)...)
		bringUp(ctx, f, u, found)
	case said.Trouble == sysinfo.StoreSilent:
		found.Where = sysinfo.Place{File: u.Fragment}
		found.Evidence = append(found.Evidence, unitSays(u))
		found.Fix = wakeUp(ctx, f, u, found)
	default:
		found.Fix = pointStore(ctx, f, s, u, found)
	}
	return found
}

func listed(all []string) string {
	if len(all) == 0 {
		return "an address that could not be found out"
	}
	return strings.Join(all, " and ")
}

// wakeUp lets a service go on that a signal holds; of one that hangs by itself only its own log knows more.
func wakeUp(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, found *Finding) Fix {
	procs, err := f.Procs(ctx)
	for _, p := range procs {
		if err == nil && p.PID == u.MainPID && p.State == heldState {
			found.Confidence = 0.97
			found.Summary = fmt.Sprintf("%s is held by a signal and answers nobody", unitWord(u.Name))
			found.Evidence = append(found.Evidence, Evidence{Source: fmt.Sprintf("/proc/%d/stat", p.PID), Text: "state T (stopped)"})
			return Fix{Title: "Let it go on", Risk: Low}.Do("Let every process of it go on where it stopped", "systemctl kill -s CONT %s && sleep 1", sh(unitWord(u.Name))).
				Tell("Somebody, or a debugger, stopped it with a signal; find out who, before it happens again")
		}
	}
	return Fix{Title: "Restart " + unitWord(u.Name), Risk: Medium}.Tell("Look first at its log and at what its disk does (journalctl -u %s, iostat): a restart loses what it had not written yet", unitWord(u.Name)).
		Do("If nothing speaks against it", "systemctl restart %s", sh(unitWord(u.Name)))
}

// pointStore: the server runs and listens elsewhere.
func pointStore(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, u sysinfo.Unit, found *Finding) Fix {
	at := storeListens(ctx, f, u)
	x := Fix{Title: "Let the app look where " + s.Title() + " is", Risk: Low}
	found.Summary = fmt.Sprintf("%s for %s is looked for at %s, and it listens at %s", s.Title(), s.App, s.Address(), listed(at))
	to := ""
	for _, a := range at {
		if host, port, ok := strings.Cut(a, ":"); ok && host != "unix" && s.Unix == "" && (to == "" || strings.HasPrefix(to, "[") && !strings.HasPrefix(a, "[")) {
			to = strings.NewReplacer("0.0.0.0", "127.0.0.1").Replace(host) + ":" + port
		}
	}
	if was := fmt.Sprintf("%s:%d", s.Host, s.Port); to != "" && strings.HasSuffix(s.Written, fmt.Sprintf(":%d", s.Port)) && s.Written == was {
		root := s.Site.Gateway.Root
		x.Undo = replace(root, s.Where, to, was)
		return reloadApp(f, x.Do("Correct "+s.Where.String(), "%s", replace(root, s.Where, was, to)), s)
	}
	if host, port, ok := strings.Cut(to, ":"); ok && s.Written == s.Host && port == fmt.Sprint(s.Port) && strings.Count(configLine(s.Site.Gateway.Root, s.Where), s.Host) == 1 {
		x.Undo = replace(s.Site.Gateway.Root, s.Where, host, s.Host)
		return reloadApp(f, x.Do("Correct "+s.Where.String(), "%s", replace(s.Site.Gateway.Root, s.Where, s.Host, host)), s)
	}
	root, sockets := s.Site.Gateway.Root, slices.DeleteFunc(slices.Clone(at), func(a string) bool { return !strings.HasPrefix(a, "unix:") })
	if line := configLine(root, s.Where); s.Unix != "" && len(sockets) == 1 && strings.Count(line, s.Unix) == 1 {
		now := strings.TrimPrefix(sockets[0], "unix:")
		x.Undo = replace(root, s.Where, now, s.Unix)
		return reloadApp(f, x.Do("Correct "+s.Where.String(), "%s", replace(root, s.Where, s.Unix, now)), s)
	}
	if port := portOf(at); s.Unix == "" && port != "" && s.PortAt.Known() && strings.Contains(configLine(root, s.PortAt), fmt.Sprint(s.Port)) {
		found.Where = s.PortAt
		x.Undo = replace(root, s.PortAt, port, fmt.Sprint(s.Port))
		return reloadApp(f, x.Do("Correct "+s.PortAt.String(), "%s", replace(root, s.PortAt, fmt.Sprint(s.Port), port)), s)
	}
	if s.Kind == "mysql" && s.Unix == "" && len(sockets) == len(at) {
		if line := skipsNetwork(f); line.Known() {
			found.Where = line
			found.Summary = fmt.Sprintf("%s for %s is looked for at %s, and it takes no calls over the network: a line of its own configuration says so", s.Title(), s.App, s.Address())
			found.Evidence = append(found.Evidence, lineOf(f.Host.Root, line))
			x.Title, x.Undo = "Let the database take calls of this machine", setLine(f.Host.Root, line, configLine(f.Host.Root, line))
			return x.Do("Take the line out: bind-address still keeps other machines away", "%s", commentOut(f.Host.Root, line)).Do("Restart the database", "systemctl restart %s", sh(unitWord(u.Name)))
		}
	}
	if line := postgresSilent(f); s.Kind == "postgres" && s.Unix == "" && len(sockets) == len(at) && line.Known() {
		found.Where = line
		found.Summary = fmt.Sprintf("PostgreSQL for %s is looked for at %s, and it takes no calls over the network: a line of its own configuration says so", s.App, s.Address())
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, line))
		x.Title, x.Undo = "Let the database take calls of this machine", setLine(f.Host.Root, line, configLine(f.Host.Root, line))
		return reloadApp(f, x.Do("Of this machine alone", "%s", setLine(f.Host.Root, line, "listen_addresses = 'localhost'")).Do("Restart the database", "systemctl restart %s && sleep 1", sh(unitWord(u.Name))), s)
	}
	if line := redisPort(f); s.Kind == "redis" && s.Unix == "" && len(sockets) == len(at) && line.Known() {
		found.Where = line
		found.Summary = fmt.Sprintf("Redis for %s is looked for at %s, and it has no port: a line of its own configuration says so", s.App, s.Address())
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, line))
		x.Title, x.Undo = "Give Redis its port back", setLine(f.Host.Root, line, configLine(f.Host.Root, line))
		return reloadApp(f, x.Do("Its bind line still keeps other machines away", "%s", setLine(f.Host.Root, line, fmt.Sprintf("port %d", s.Port))).Do("Restart Redis", "systemctl restart %s && sleep 1", sh(unitWord(u.Name))), s).
			Tell("Or let the app use the socket (%s), where its driver can", listed(at))
	}
	return x.Tell("Correct the address at %s: %s listens at %s", s.Where, unitWord(u.Name), listed(at))
}

// redisPort is the line "port 0" of Redis's configuration: it listens on its socket alone then.
func redisPort(f *sysinfo.Facts) sysinfo.Place {
	for _, file := range []string{"/etc/redis/redis.conf", "/etc/redis.conf"} {
		b, err := f.Host.Root.ReadFile(file)
		if err != nil {
			continue
		}
		n, at := 0, sysinfo.Place{}
		for line := range strings.Lines(string(b)) {
			n++
			if w := strings.Fields(line); len(w) == 2 && strings.EqualFold(w[0], "port") { // the last one counts
				at = sysinfo.Place{}
				if w[1] == "0" {
					at = sysinfo.Place{File: file, Line: n}
				}
			}
		}
		return at
	}
	return sysinfo.Place{}
}

// portOf is the port at which a service takes calls of this machine; empty when it has none.
func portOf(at []string) string {
	for _, a := range at {
		if i := strings.LastIndexByte(a, ':'); !strings.HasPrefix(a, "unix:") && i > 0 && containsAny(a, "127.0.0.1:", "0.0.0.0:", "[::]:") {
			return a[i+1:]
		}
	}
	return ""
}

// skipsNetwork is the line that keeps MySQL from listening on the network at all.
func skipsNetwork(f *sysinfo.Facts) sysinfo.Place {
	return lastSetting(f, refusals[0].files, func(section, line string) bool {
		return noPort.MatchString(line) && (section == "server" || strings.HasPrefix(section, "mysqld") || strings.HasPrefix(section, "mariadb"))
	})
}

// letIntoSocket lets an app's user use a socket as the service's own group may.
func letIntoSocket(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, u sysinfo.Unit) Fix {
	x := Fix{Title: "Let the app's user into the group of the socket", Risk: Low}
	name, ok := f.StoreUser(ctx, s)
	i, err := f.Host.Root.Stat(s.Unix)
	users, err2 := f.Users(ctx)
	if !ok || err != nil || err2 != nil || name == "" || u.Name == "" {
		return x.Tell("ls -l %s shows whose the socket is: put the app's user into that group, and let the group write to it", s.Unix)
	}
	group := users.Group(i.GID)
	if group == "" || group == "root" {
		return x.Tell("ls -l %s shows whose the socket is: let the service make it for a group that the app's user is in", s.Unix)
	}
	x.Undo = fmt.Sprintf("gpasswd -d %s %s", sh(name), sh(group))
	x = x.Do("Put it into the group", "usermod -aG %s %s", sh(group), sh(name))
	if s.Kind == "redis" {
		at := sysinfo.Place{}
		for _, file := range []string{"/etc/redis/redis.conf", "/etc/redis.conf"} {
			if b, err := f.Host.Root.ReadFile(file); err == nil {
				n := 0
				for line := range strings.Lines(string(b)) {
					if n++; strings.HasPrefix(line, "unixsocketperm ") {
						at = sysinfo.Place{File: file, Line: n}
					}
				}
			}
		}
		if at.Known() {
			x = x.Do("Let the group write to the socket", "%s", setLine(f.Host.Root, at, "unixsocketperm 770"))
		}
	}
	x = x.Do("Let the service make its socket anew", "systemctl restart %s", sh(unitWord(u.Name)))
	for _, h := range s.Site.Hops {
		if p, _ := f.PoolOf(ctx, h); p != nil && s.PHP && p.Unit.Name != "" {
			return x.Do("A process has the groups that it began with: start PHP anew", "systemctl restart %s", sh(unitWord(p.Unit.Name)))
		}
	}
	return reloadApp(f, x, s)
}

// postgresSilent is the line that keeps PostgreSQL from listening on the network at all; the last one counts.
func postgresSilent(f *sysinfo.Facts) sysinfo.Place {
	at, value := sysinfo.Place{}, ""
	for _, pattern := range []string{"/etc/postgresql/*/*/postgresql.conf", "/etc/postgresql/*/*/conf.d/*.conf", "/var/lib/pgsql/data/postgresql.conf", "/var/lib/pgsql/*/data/postgresql.conf"} {
		files, _ := f.Host.Root.Glob(pattern) // none is common
		for _, file := range files {
			b, _ := f.Host.Root.ReadFile(file)
			n := 0
			for line := range strings.Lines(string(b)) {
				n++
				line, _, _ = strings.Cut(strings.TrimSpace(line), "#")
				if key, v, ok := strings.Cut(line, "="); ok && strings.TrimSpace(key) == "listen_addresses" {
					at, value = sysinfo.Place{File: file, Line: n}, strings.TrimSpace(v)
				}
			}
		}
	}
	if strings.Trim(value, "' ") != "" {
		return sysinfo.Place{}
	}
	return at
}
