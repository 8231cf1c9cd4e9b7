package checks

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

var (
	addressGone = whenAsked(`(?i)cannot assign requested address`)
	addressPort = whenAsked(`(\d+\.\d+\.\d+\.\d+|\[[0-9a-fA-F:]+\]):(\d+)`)
	socketDir   = whenAsked(`\[(/[^\]:]+):(\d+)\].*UNIX socket.*No such file or directory`)
	socketPath  = whenAsked(`\s(?:unix@)?(/[^\s,]+)/[^/\s]+`)
	chrootGone  = whenAsked(`Cannot chroot\d?\(([^)]+)\)`)
	configGone  = whenAsked(`Cannot open configuration file/directory (/\S+) ?:|Cannot read -f file '?(/[^\s']+)'?|reading config from file: open (/[^\s:]+): no such file`)
)

// startTrouble is why a gateway does not start that finds no fault with its files: what it said of the machine, as far as that is
// still true.
func startTrouble(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) *confError {
	if g.Running() || g.Unit == "" || g.Foreign {
		return nil
	}
	lines, err := f.Journal(ctx, g.Unit)
	if err != nil {
		return nil
	}
	u, _ := f.Unit(ctx, g.Unit)
	for _, l := range wholeAttempt(lines) {
		for said := range strings.Lines(l.Text) {
			said = strings.TrimSpace(said)
			t := &confError{text: said, evidence: []Evidence{{Source: "journalctl -u " + unitWord(g.Unit), Text: said, Time: l.Time}}}
			if t.stillTrue(ctx, f, g, u) {
				t.evidence = append(t.evidence, lineOf(g.Root, t.place))
				return t
			}
		}
	}
	return nil
}

// stillTrue finds the line that a start stumbled over, and says whether it would again.
func (t *confError) stillTrue(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, u sysinfo.Unit) bool {
	switch said := t.text; {
	case t.seekOption(g, u):
	case t.listenTwice(ctx, f, g):
	case t.unreadName(g.Root):
	case strings.Contains(said, apacheNoSockets):
		t.text, t.place = apacheNoSockets, seekLine(g, listenOff)
		if !t.place.Known() && g.Root.Exists(debianPorts) && !seekLine(g, apacheListen).Known() {
			t.place = sysinfo.Place{File: debianPorts}
			t.asked = portInVain(ctx, f, g)
		}
	case addressGone.MatchString(said) && addressPort.MatchString(said):
		m := addressPort.FindStringSubmatch(said)
		t.text = "this machine does not have the address " + m[0]
		t.place = seekLine(g, regexp.MustCompile(`(?i)^\s*(bind|listen)\s+(https?://)?`+regexp.QuoteMeta(m[0])+`(\s|$)`))
		if host, _, err := net.SplitHostPort(m[0]); g.Kind == "caddy" && err == nil { // whose line has no port
			t.place = seekLine(g, regexp.MustCompile(`^\s*(default_)?bind\s+(.*\s)?`+regexp.QuoteMeta(host)+`(\s|$)`))
		}
		if !t.place.Known() { // varnishd is told it by its command (-a)
			if at := seekUnitLine(g, u, regexp.MustCompile(`^[^#]*[\s=]`+regexp.QuoteMeta(m[0])+`([,"'\s]|$)`)); strings.HasPrefix(at.File, "/etc/") {
				t.place = at
			}
		}
	case socketDir.MatchString(said):
		m := socketDir.FindStringSubmatch(said)
		n, _ := strconv.Atoi(m[2])
		at := sysinfo.Place{File: m[1], Line: n}
		if dir := socketPath.FindStringSubmatch(configLine(g.Root, at)); dir != nil && !g.Root.Exists(dir[1]) {
			t.text, t.place = "the folder "+dir[1]+" is not there", at
		}
	case chrootGone.MatchString(said):
		dir := chrootGone.FindStringSubmatch(said)[1]
		t.text = "the folder " + dir + " is not there"
		t.place = seekGone(g, dir)
	case configGone.MatchString(said):
		file := strings.Join(configGone.FindStringSubmatch(said)[1:], "")
		t.text = "its configuration " + file + " is not there"
		if !g.Root.Exists(file) {
			t.place = seekUnit(g, u, file)
		}
	}
	return t.place.Known()
}

// seekGone is the line that names a folder which is not there.
func seekGone(g *sysinfo.Gateway, dir string) sysinfo.Place {
	if g.Root.Exists(dir) {
		return sysinfo.Place{}
	}
	return seekLine(g, regexp.MustCompile(`^[^#]*`+regexp.QuoteMeta(dir)))
}

// seekUnit is the line of a unit's files that names a path.
func seekUnit(g *sysinfo.Gateway, u sysinfo.Unit, name string) sysinfo.Place {
	return seekUnitLine(g, u, regexp.MustCompile(`^[^#]*`+regexp.QuoteMeta(name)+`(["'\s]|$)`))
}

// wholeAttempt are the lines of the last start, and of the one before where systemd tries over and over. HAProxy's first worker ends
// before systemd says "Started": what came between that and "Starting" belongs to it.
func wholeAttempt(lines []sysinfo.JournalLine) []sysinfo.JournalLine {
	found := false
	for i := len(lines) - 1; i >= 0; i-- {
		if !strings.HasPrefix(lines[i].Text, "Starting ") {
			continue
		}
		if found || i+3 < len(lines) {
			return lines[i+1:]
		}
		found = true // this one has said nothing yet
	}
	return lastAttempt(lines)
}

// cureStart gives a gateway the folder, the file or the address that it needs to start.
func (t *confError) cureStart(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	if strings.HasSuffix(t.text, hostsPassedOver) {
		return askHosts(g.Root, x, t.place), true
	}
	if strings.HasPrefix(t.text, listensTwice) {
		return x.Do("Take it out: another Listen has that port already, at this address too", "%s", commentOut(g.Root, t.place)), true
	}
	if dir, ok := strings.CutPrefix(t.text, "the folder "); ok {
		return t.makeFolder(g.Root, x, strings.TrimSuffix(dir, " is not there"))
	}
	if file, ok := strings.CutPrefix(t.text, "its configuration "); ok {
		return t.nameConfig(g, x, strings.TrimSuffix(file, " is not there"))
	}
	if cured, ok := t.cureOption(g, x, line); ok {
		return cured, true
	}
	addr, ok := strings.CutPrefix(t.text, "this machine does not have the address ")
	a, err := netip.ParseAddrPort(addr)
	alone := g.Kind == "caddy" && strings.Contains(line, "bind ")
	if alone {
		addr = strings.Trim(strings.TrimSuffix(addr, fmt.Sprintf(":%d", a.Port())), "[]")
	}
	if !ok || err != nil || strings.Count(line, addr) != 1 {
		return x, false
	}
	to, say := "", "The site is closed to all but the machine itself until you write the right address"
	switch inner := a.Addr().IsPrivate() || a.Addr().IsLoopback() || a.Addr().IsLinkLocalUnicast(); {
	case inner && a.Addr().Is4():
		to = fmt.Sprintf("127.0.0.1:%d", a.Port())
	case inner:
		to = fmt.Sprintf("[::1]:%d", a.Port())
	default:
		if alone {
			return x.Tell("Write the right address at %s, or take the line out: the site can then be reached at every address of the machine", t.place), true
		}
		to, say = fmt.Sprintf("*:%d", a.Port()), "After this the site can be reached at every address of the machine: if that is too much, write the right one yourself"
	}
	x.Risk = Medium
	if alone {
		to = strings.Trim(strings.TrimSuffix(to, fmt.Sprintf(":%d", a.Port())), "[]")
	}
	x = x.Tell("%s. If the machine should have %s, give it back to it instead (ip addr)", say, a.Addr()).
		Do("Listen where it can", "%s", replace(g.Root, t.place, addr, to))
	if strings.HasPrefix(t.place.File, "/etc/systemd/") {
		x.Undo = replace(g.Root, t.place, to, addr) + "; systemctl daemon-reload"
		x = daemonReload(x)
	}
	return x, true
}
