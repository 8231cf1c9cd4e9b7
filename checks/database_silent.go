package checks

import (
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// A noNetwork is a line with which a kind of server listens at its socket alone, and what lets it take calls of this machine
// without being open to others.
type noNetwork struct {
	line  func(f *sysinfo.Facts, u sysinfo.Unit) sysinfo.Place
	says  string // behind "it": what the line means
	title string
	do    string
	write func(s *sysinfo.Store) string // the line that belongs there; empty: none
}

func noNetworks(kind string) (noNetwork, bool) {
	const network, calls = "takes no calls over the network", "Let the database take calls of this machine"
	s, ok := map[string]noNetwork{
		"mysql":    {func(f *sysinfo.Facts, _ sysinfo.Unit) sysinfo.Place { return skipsNetwork(f) }, network, calls, "Take the line out: bind-address still keeps other machines away", func(*sysinfo.Store) string { return "" }},
		"postgres": {func(f *sysinfo.Facts, _ sysinfo.Unit) sysinfo.Place { return postgresSilent(f) }, network, calls, "Of this machine alone", func(*sysinfo.Store) string { return "listen_addresses = 'localhost'" }},
		"redis": {redisPort, "has no port", "Give Redis its port back", "Its bind line still keeps other machines away",
			func(s *sysinfo.Store) string { return fmt.Sprintf("port %d", s.Port) }},
		"memcached": {func(f *sysinfo.Facts, u sysinfo.Unit) sysinfo.Place { return storeSetting(f, u, "-s") }, "listens at a socket alone", "Give memcached its port back", "Its -l line still keeps other machines away", func(*sysinfo.Store) string { return "" }},
	}[kind]
	return s, ok
}

// silenced: the app asks at an address, and the server listens at its socket alone because its own configuration says so.
func (p *pointing) silenced(found *Finding) (Fix, bool) {
	is, ok := noNetworks(p.Kind)
	if !ok || p.Unix != "" || len(p.sockets()) != len(p.at) {
		return Fix{}, false
	}
	at, root := is.line(p.f, p.unit), p.f.Host.Root
	if !at.Known() {
		return Fix{}, false
	}
	found.Where = at
	found.Summary = fmt.Sprintf("%s for %s is looked for at %s, and it %s: a line of its own configuration says so", p.Title(), p.App, p.Address(), is.says)
	found.Evidence = append(found.Evidence, lineOf(root, at))
	command, undo := commentOut(root, at), setLine(root, at, configLine(root, at))
	if line := is.write(p.Store); line != "" {
		command = setLine(root, at, line)
	}
	switch { // without such a line it would listen at all addresses
	case p.Kind == "mysql" && !serverSetting(p.f, refusals[0].files, "bind-address").Known():
		command, is.do = setLine(root, at, "bind-address = 127.0.0.1"), "Of this machine alone"
	case p.Kind == "redis" && !boundRedis(p.f, p.unit):
		command, is.do = setLine(root, at, is.write(p.Store)+"\nbind 127.0.0.1"), "For this machine alone"
		undo = undoAll([]string{undo, removeBelow(root, at, 1)})
	}
	x := Fix{Title: is.title, Risk: Low, Undo: undo}
	if kept, wide := keptHere(p.f, p.unit, x); wide {
		x, is.do = kept, "Of this machine alone"
	}
	x = x.Do(is.do, "%s", command).
		Do("Restart "+unitWord(p.unit.Name), "systemctl restart %s && sleep 1", sh(unitWord(p.unit.Name)))
	x = reloadApp(p.f, x, p.Store)
	if p.Kind == "redis" {
		x = x.Tell("Or let the app use the socket (%s), where its driver can", listed(p.at))
	}
	return x, true
}

// unmade: the app asks at a socket in the folder that systemd makes for Redis, and no line of Redis's settings has it make one.
func (p *pointing) unmade(found *Finding) (Fix, bool) {
	file := sysinfo.InRun(p.Unix)
	if p.Kind != "redis" || p.Unix == "" || len(p.sockets()) > 0 || !plainPath.MatchString(file) || !slices.ContainsFunc(strings.Fields(p.unit.Props["RuntimeDirectory"]), func(dir string) bool { return inside(file, "/run/"+dir) }) {
		return Fix{}, false
	}
	conf := redisConf(p.unit)[0]
	if storeSetting(p.f, p.unit, "unixsocket").Known() || !p.f.Host.Root.Exists(conf) {
		return Fix{}, false
	}
	found.Where = sysinfo.Place{File: conf}
	found.Summary = fmt.Sprintf("%s for %s is looked for at %s, and no line of %s has it make a socket", p.Title(), p.App, p.Address(), conf)
	x := Fix{Title: "Let Redis make its socket again", Risk: Medium}
	var undo []string
	for _, line := range []string{"unixsocket " + file, "unixsocketperm 770"} {
		x = x.Do("For its own group, and no other", "%s", addLine(p.f.Host.Root, conf, line))
		undo = append(undo, dropLine(p.f.Host.Root, conf, line))
	}
	x.Undo = undoAll(undo) + "; " + p.unit.Command("restart")
	port := redisPortOf(p.f, p.unit)
	return restartStore(p.f, p.unit, port, x), true
}

// keptHere keeps a server that nobody has reached over the network so far to this machine, where it would listen for others, too.
func keptHere(f *sysinfo.Facts, u sysinfo.Unit, x Fix) (Fix, bool) {
	at, narrow := boundWide(f, u)
	if !at.Known() {
		return x, false
	}
	x.Undo = undoAll([]string{setLine(f.Host.Root, at, configLine(f.Host.Root, at)), x.Undo})
	return x.Do("Keep it to this machine: nobody of another one has reached it so far", "%s", setLine(f.Host.Root, at, narrow)), true
}

// boundWide is the line by which a server that has no port yet would listen for other machines as well, and that line for this one alone.
func boundWide(f *sysinfo.Facts, u sysinfo.Unit) (at sysinfo.Place, narrow string) {
	value := ""
	switch storeKind(u) {
	case "mysql":
		at, narrow = serverSetting(f, refusals[0].files, "bind-address"), "bind-address = 127.0.0.1"
		_, value, _ = strings.Cut(configLine(f.Host.Root, at), "=")
	case "redis":
		at, narrow = lastSetting(f, redisConf(u), func(_, line string) bool { return strings.EqualFold(firstWord(line), "bind") }), "bind 127.0.0.1"
		_, value, _ = strings.Cut(configLine(f.Host.Root, at), " ")
	}
	value, _, _ = strings.Cut(value, "#")
	for _, word := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(", \t", r) }) {
		if !ofLoopback(strings.TrimPrefix(word, "-")) {
			return at, narrow
		}
	}
	return sysinfo.Place{}, ""
}

// skipsNetwork is the line that keeps MySQL from listening on the network at all.
func skipsNetwork(f *sysinfo.Facts) sysinfo.Place {
	return lastSetting(f, refusals[0].files, func(section, line string) bool {
		return noPort.MatchString(line) && ofServer(section)
	})
}

// postgresSilent is the line that keeps PostgreSQL from listening on the network at all; the last one counts.
func postgresSilent(f *sysinfo.Facts) sysinfo.Place {
	files := []string{"/etc/postgresql/*/*/postgresql.conf", "/etc/postgresql/*/*/conf.d/*.conf", "/var/lib/pgsql/data/postgresql.conf", "/var/lib/pgsql/*/data/postgresql.conf"}
	return lastWith(f, files, func(line string) (string, bool) {
		line, _, _ = strings.Cut(line, "#")
		key, v, ok := strings.Cut(line, "=")
		return strings.Trim(strings.TrimSpace(v), "' "), ok && strings.TrimSpace(key) == "listen_addresses"
	}, "")
}

// redisPort is the line "port 0" of Redis's configuration: it listens on its socket alone then.
func redisPort(f *sysinfo.Facts, u sysinfo.Unit) sysinfo.Place {
	return lastWith(f, redisConf(u), redisWord("port"), "0")
}

// boundRedis says that a line tells Redis at which addresses it listens.
func boundRedis(f *sysinfo.Facts, u sysinfo.Unit) bool {
	return lastSetting(f, redisConf(u), func(_, line string) bool { return strings.HasPrefix(strings.ToLower(line), "bind ") }).Known()
}

// redisWord reads the value of one directive of Redis's configuration.
func redisWord(name string) func(line string) (string, bool) {
	return func(line string) (string, bool) {
		w := strings.Fields(line)
		if len(w) != 2 || !strings.EqualFold(w[0], name) {
			return "", false
		}
		return w[1], true
	}
}

// lastWith is the last line that sets something, where it sets it to this value.
func lastWith(f *sysinfo.Facts, files []string, set func(line string) (string, bool), value string) sysinfo.Place {
	last := ""
	at := lastSetting(f, files, func(_, line string) bool {
		v, ok := set(line)
		if ok {
			last = v
		}
		return ok
	})
	if last != value {
		return sysinfo.Place{}
	}
	return at
}
