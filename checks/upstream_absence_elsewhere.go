package checks

import (
	"context"
	"fmt"
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// elsewhere: the app listens, and not there.
func (a *absence) elsewhere(ctx context.Context) {
	u := a.app.Unit
	if a.hasAnother() {
		a.deaf(ctx)
		a.say(Evidence{Source: "ss -ltnp", Text: fmt.Sprintf("%s listens on %s, and knows %s as well", unitWord(u.Name), a.app.Addr, a.l.Address())})
		return
	}
	a.found.Summary = fmt.Sprintf("%s asks %s, but %s listens on %s", a.l.From, a.l.Address(), unitWord(u.Name), a.app.Addr)
	a.say(unitSays(u))
	if at := namedIn(a.f, u, fmt.Sprint(a.l.Port)); u.Changed && a.l.Port != 0 && (at.File == u.Fragment || slices.Contains(u.DropIns, at.File)) {
		a.unread(at)
		return
	}
	if o := unknownKey(ctx, a.f, u); o != nil {
		a.found.Where, a.found.Confidence = o.where, 0.96
		a.found.Summary += ": " + o.says
		a.say(o.evidence...)
		a.found.Fix = o.clear(Fix{Title: "Let " + unitWord(u.Name) + " have what its unit says", Risk: Low}).Do("Start it anew", "%s%s", u.Command("restart"), warmUp(u))
		return
	}
	if at, err := netip.ParseAddrPort(a.app.Addr); err == nil {
		if odd, meant, ok := portOverruled(a.f, a.l, u, fmt.Sprint(at.Port())); ok {
			setOdd(a.f, a.l, u, odd, a.found)
			a.say(lineOf(a.f.Host.Root, meant))
			return
		}
		for _, told := range toldPorts(a.f, u, fmt.Sprint(at.Port())) {
			a.say(lineOf(a.f.Host.Root, told.place)) // either side may be the one that is meant
		}
	}
	chosen := a.byChance()
	if chosen != "" {
		a.found.Where, a.found.Confidence = execPlace(a.f, u), 0.9
		a.found.Summary += ", " + chosen
		a.found.Fix = Fix{Title: "Tell the app its port", Risk: Low}.
			Tell("Give %s the port that %s asks, %d, by the setting that it takes it from (PORT, mostly), in its unit, its environment file or its .env; then start it anew", unitWord(u.Name), a.l.From, a.l.Port)
		a.portForName()
	}
	_, hers := u.OfUser()
	if (hers || !restoreEnvironment(a.f, u, a.found) && !oddSetting(ctx, a.f, a.l, u, a.found)) && chosen == "" {
		a.found.Fix = pointTo(ctx, a.f, a.l, a.app.Addr)
		pointBrothers(ctx, a.f, a.l, a.found)
	}
}

// hasAnother says that one file of an app's names the port that the gateway asks and the one that is open: that one is for something else,
// its metrics or its admin, and is not for visitors. It is theirs where the file tells the app to listen there, and the other port may stand in
// the address of something else.
func (a *absence) hasAnother() bool {
	at, err := netip.ParseAddrPort(a.app.Addr)
	if err != nil || a.l.Port == 0 {
		return false
	}
	open, port := fmt.Sprint(at.Port()), fmt.Sprint(a.l.Port)
	asked := namedIn(a.f, a.app.Unit, port)
	if !asked.Known() || asked.File != namedIn(a.f, a.app.Unit, open).File {
		return false
	}
	told, named, another := regexp.MustCompile(listenWords+open+`\b`), wholeWord(port), false
	for _, line := range linesIn(a.f.Host.Root, asked.File) {
		if told.MatchString(line) {
			return false
		}
		another = another || named.MatchString(anyURL.ReplaceAllString(line, "")) && !strings.HasPrefix(strings.TrimSpace(line), "#")
	}
	return another
}

var anyURL = whenAsked(`\w+://[^\s"'\x60]*`)

// unread: the unit says the port that the gateway asks, and systemd has not read it since: the app has the one from before.
func (a *absence) unread(at sysinfo.Place) {
	u := a.app.Unit
	a.found.Where, a.found.Confidence = at, 0.96
	a.found.Summary += ": its unit was changed, and systemd has not read it since"
	a.say(lineOf(a.f.Host.Root, at), Evidence{Source: "systemctl show -p NeedDaemonReload " + unitWord(u.Name), Text: "NeedDaemonReload=yes"})
	a.found.Fix = daemonReload(Fix{Title: "Let " + unitWord(u.Name) + " start as its unit says now", Risk: Low}).Do("Start it anew", "%s%s", u.Command("restart"), warmUp(u))
}

// portForName writes the port where the app was told what it took for a name: of a variable of another systemd makes no value ("PORT=$WEB_PORT").
func (a *absence) portForName() {
	file, unix := strings.CutPrefix(a.app.Addr, "unix:")
	u, root, name := a.app.Unit, a.f.Host.Root, path.Base(file)
	at := namedIn(a.f, u, name)
	if line := configLine(root, at); !unix || a.l.Port == 0 || !at.Known() || strings.Count(line, "="+name) != 1 {
		return
	}
	port := fmt.Sprint(a.l.Port)
	a.found.Where, a.found.Confidence = at, 0.95
	a.say(lineOf(root, at))
	x := Fix{Title: "Tell the app its port", Risk: Low, Undo: replace(root, at, "="+port, "="+name)}.Do("Write the port that "+a.l.From+" asks", "%s", replace(root, at, "="+name, "="+port))
	if at.File == u.Fragment || slices.Contains(u.DropIns, at.File) {
		x.Undo += "; systemctl daemon-reload"
		x = daemonReload(x)
	}
	a.found.Fix = x.Do("Start it anew", "%s%s", u.Command("restart"), warmUp(u))
}

// byChance says why the address where the app listens is none that a gateway could ask: it was told no port, or took it for a name.
func (a *absence) byChance() string {
	if file, unix := strings.CutPrefix(a.app.Addr, "unix:"); unix {
		inFolder := path.Dir(file) == a.app.Unit.Folder() && path.Ext(file) != ".sock" && !namedIn(a.f, a.app.Unit, file).Known()
		if path.IsAbs(file) && !inFolder || strings.HasPrefix(file, "@") {
			return ""
		}
		return "a file in its folder: it takes its setting for a name, and not for a port"
	}
	at, err := netip.ParseAddrPort(a.app.Addr)
	port := fmt.Sprint(at.Port())
	if err == nil && at.Port() >= 32768 && !namedIn(a.f, a.app.Unit, port).Known() && !inSettings(a.f, a.app.Unit, port) { // net.ipv4.ip_local_port_range
		return "a port that none of its files names: it was told none, most likely, and the kernel chooses another at each start"
	}
	return ""
}
