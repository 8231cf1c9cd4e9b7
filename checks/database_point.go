package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// A pointing is an app's setting that leads to an address where its database does not listen.
type pointing struct {
	*sysinfo.Store
	ctx  context.Context
	f    *sysinfo.Facts
	unit sysinfo.Unit // the database's
	at   []string     // where it listens
}

// pointStore: the server runs and listens elsewhere. The app's setting is corrected where one word of one line does it;
// where the server listens at its socket alone, the line that keeps it from the network is the cause.
func pointStore(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, u sysinfo.Unit, found *Finding) Fix {
	p := &pointing{s, ctx, f, u, storeListens(ctx, f, u)}
	if len(p.at) > 0 || f.Host.UID == 0 { // whose a listener is only root may see
		found.Summary = fmt.Sprintf("%s for %s is looked for at %s, and it listens at %s", s.Title(), s.App, s.Address(), listed(p.at))
	}
	if s.In != "" {
		return ownContainer(s, fmt.Sprintf("%s listens at %s", unitWord(u.Name), listed(p.at)))
	}
	if say := found.Summary; p.Kind == "mysql" && p.Unix == "" && ofLoopback(strings.Replace(p.Host, "localhost", "127.0.0.1", 1)) && boundElsewhere(ctx, f, u, found) {
		found.Summary = say // and its users are those of localhost: at another address it would turn the app away
		return found.Fix
	}
	if p.Kind == "mysql" && p.Unix == "" && boundHere(ctx, f, s.Site, u, spoken{LogLine: sysinfo.LogLine{Text: "Connection refused"}}, found) {
		return found.Fix // its users are those of that address
	}
	if x, ok := p.apart(found); ok {
		return x
	}
	for _, word := range []func() (sysinfo.Place, string, string){p.address, p.host, p.socket, p.port, p.withPort} {
		if at, was, now := word(); at.Known() {
			found.Where = at
			root := s.Site.Gateway.Root
			x := Fix{Title: "Let the app look where " + s.Title() + " is", Risk: Low, Undo: replace(root, at, now, was)}
			return reloadApp(f, readAnew(x.Do("Correct "+at.String(), "%s", replace(root, at, was, now)), at), s)
		}
	}
	if x, ok := p.silenced(found); ok {
		return x
	}
	if x, ok := p.unmade(found); ok {
		return x
	}
	if x, ok := p.aside(found); ok {
		return x
	}
	if x, ok := p.driver(found); ok {
		return x
	}
	if p.Kind == "mysql" && p.Usual && !p.SocketAt.Known() && movedBy(ctx, f, u, "socket", found) || p.Unix == "" && fmt.Sprint(p.Port) == usualPort(u) && movedBy(ctx, f, u, "port", found) {
		return found.Fix
	}
	return Fix{Title: "Let the app look where " + s.Title() + " is", Risk: Low}.
		Tell("Correct the address at %s: %s listens at %s", s.Where, unitWord(u.Name), listed(p.at))
}

// address is host and port where the setting has both in one word.
func (p *pointing) address() (at sysinfo.Place, was, now string) {
	was = fmt.Sprintf("%s:%d", p.Host, p.Port)
	if now = p.overNetwork(); now == "" || p.Written != was {
		return sysinfo.Place{}, "", ""
	}
	return p.Where, was, now
}

// host is the name or address alone, where the port is right.
func (p *pointing) host() (at sysinfo.Place, was, now string) {
	host, port, ok := strings.Cut(p.overNetwork(), ":")
	if !ok || p.Written != p.Host || port != fmt.Sprint(p.Port) || !p.once(p.Host) {
		return sysinfo.Place{}, "", ""
	}
	return p.Where, p.Host, host
}

// withPort is the host alone where the setting takes a port behind it as well: WordPress's DB_HOST.
func (p *pointing) withPort() (at sysinfo.Place, was, now string) {
	if now = p.overNetwork(); now == "" || p.Written != p.Host || path.Base(p.Where.File) != "wp-config.php" || !p.once(p.Host) {
		return sysinfo.Place{}, "", ""
	}
	return p.Where, p.Host, now
}

// socket is the path of one.
func (p *pointing) socket() (at sysinfo.Place, was, now string) {
	sockets := p.sockets()
	if p.Unix == "" || len(sockets) != 1 {
		return sysinfo.Place{}, "", ""
	}
	was, now = p.Unix, strings.TrimPrefix(sockets[0], "unix:")
	if p.Kind == "postgres" && path.Base(was) == path.Base(now) { // libpq is told the folder
		was, now = path.Dir(was), path.Dir(now)
	}
	if p.once(was) {
		return p.Where, was, now
	}
	return sysinfo.Place{}, "", ""
}

// driver is a line of PHP's own settings that tells its drivers of another socket than the one that there is.
func (p *pointing) driver(found *Finding) (Fix, bool) {
	sockets, root := p.sockets(), p.f.Host.Root
	line := configLine(root, p.SocketAt)
	if len(sockets) != 1 || !p.SocketAt.Known() {
		return Fix{}, false
	}
	fixed, ok := otherValue(line, p.Unix, strings.TrimPrefix(sockets[0], "unix:"))
	if !ok {
		return Fix{}, false
	}
	found.Where = p.SocketAt
	found.Evidence = append(found.Evidence, lineOf(root, p.SocketAt))
	x := Fix{Title: "Let PHP look where " + p.Title() + " is", Risk: Low, Undo: setLine(root, p.SocketAt, line)}.
		Do("Correct "+p.SocketAt.String(), "%s", setLine(root, p.SocketAt, fixed))
	for _, fpm := range fpmOf(p.ctx, p.f, p.Site) {
		x = fpmRestart(fpm, x)
	}
	return x, true
}

// apart: the server makes its socket in a /tmp of its own (PrivateTmp), where nobody else sees it. It makes it where its package does, then.
func (p *pointing) apart(found *Finding) (Fix, bool) {
	const usual = "/run/mysqld/mysqld.sock"
	root, at := p.f.Host.Root, serverSetting(p.f, refusals[0].files, "socket")
	l, set := setBy(p.f, p.unit, "PrivateTmp")
	if p.Kind != "mysql" || !set || p.unit.Props["PrivateTmp"] != "yes" || !(inside(p.Unix, "/tmp") || inside(p.Unix, "/var/tmp")) || !at.Known() || !root.Exists(path.Dir(usual)) {
		return Fix{}, false
	}
	found.Where, found.Confidence = at, 0.96
	found.Summary = fmt.Sprintf("%s makes its socket in a /tmp of its own, which nobody else sees: %s for %s is looked for at %s", unitWord(p.unit.Name), p.Title(), p.App, p.Address())
	found.Evidence = append(found.Evidence, lineOf(root, at), unitLineSays(p.f, l))
	line := configLine(root, at)
	x := Fix{Title: "Let the database make its socket where apps see it", Risk: Medium, Undo: setLine(root, at, line) + "; " + p.unit.Command("restart")}
	x = x.Do("Where its package makes it", "%s", setLine(root, at, "socket = "+usual)).Do("Restart the database", "systemctl restart %s && sleep 1", sh(unitWord(p.unit.Name)))
	if fixed, ok := otherValue(configLine(root, p.SocketAt), p.Unix, usual); p.SocketAt.Known() && ok {
		x.Undo = also(setLine(root, p.SocketAt, configLine(root, p.SocketAt)), x.Undo)
		x = x.Do("Let PHP look there", "%s", setLine(root, p.SocketAt, fixed))
		for _, fpm := range fpmOf(p.ctx, p.f, p.Site) {
			x = fpmRestart(fpm, x)
		}
	} else if p.once(p.Unix) && p.Where.Known() {
		x.Undo = also(replace(root, p.Where, usual, p.Unix), x.Undo)
		x = reloadApp(p.f, readAnew(x.Do("Let the app look there", "%s", replace(root, p.Where, p.Unix, usual)), p.Where), p.Store)
	}
	return x, true
}

// port is a setting of its own.
func (p *pointing) port() (at sysinfo.Place, was, now string) {
	was = fmt.Sprint(p.Port)
	if now = portOf(p.at); p.Unix != "" || now == "" || !p.PortAt.Known() || strings.Count(configLine(p.Site.Gateway.Root, p.PortAt), was) != 1 {
		return sysinfo.Place{}, "", ""
	}
	return p.PortAt, was, now
}

// once says that the setting's line has a word, and no second time.
func (p *pointing) once(word string) bool {
	return strings.Count(configLine(p.Site.Gateway.Root, p.Where), word) == 1
}

func (p *pointing) sockets() []string {
	return slices.DeleteFunc(slices.Clone(p.at), func(a string) bool { return !strings.HasPrefix(a, "unix:") })
}

// overNetwork is where an app that asks at an address finds the server, of IPv4 first; empty for an app that asks at a socket.
func (p *pointing) overNetwork() string {
	to := ""
	for _, a := range p.at {
		host, port, ok := strings.Cut(a, ":")
		if ok && host != "unix" && p.Unix == "" && (to == "" || strings.HasPrefix(to, "[") && !strings.HasPrefix(a, "[")) {
			to = strings.NewReplacer("0.0.0.0", "127.0.0.1").Replace(host) + ":" + port
		}
	}
	return to
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
