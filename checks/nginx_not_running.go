package checks

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// notRunning is a gateway whose configuration is fine and that is down all the same: its port is taken, or somebody
// stopped it.
func notRunning(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) *Finding {
	u, known := f.Unit(ctx, g.Unit)
	listeners, err := f.Listeners(ctx, nil)
	if err != nil {
		return &Finding{Status: Unknown, Summary: why(err)}
	}
	taken, at := portTaken(listeners, g)
	if taken == nil {
		taken, at = portRefused(ctx, f, g, listeners)
	}
	meant := known && (u.Active == "failed" || u.Enabled == "enabled" || u.Looping())
	if taken != nil && !meant {
		return nil // another web server serves here, and this one is not meant to
	}
	if known && taken == nil && front(ctx, f, g) {
		return nil // for the one in front it is an app that is down, and upstream-port-nothing-listening tells how to start it
	}
	found := &Finding{Status: Fail, Confidence: 0.95, Summary: g.Title() + " is not running", Where: sysinfo.Place{File: u.Fragment}, Covers: append([]ID{"unit-not-enabled-after-reboot"}, downstream(ctx, f, g)...)}
	if known {
		found.Evidence = append(found.Evidence, unitSays(u))
		found.Evidence = append(found.Evidence, lastWords(ctx, f, u)...)
	} else {
		found.Evidence = append(found.Evidence, Evidence{Source: "ps", Text: "no master process of " + g.Title()})
	}
	if taken == nil && f.Host.UID != 0 && u.Active == "failed" {
		found.Confidence, found.Summary = 0.7, g.Title()+" is not running: its last start failed, and only root may see why"
		found.Fix = Fix{Title: "Find out why " + g.Title() + " does not start", Risk: Low}.Do("Ask it; it names file and line", "%s", keeperOf(g).tested()).Do("Start "+g.Title(), "systemctl start %s", sh(unitWord(u.Name)))
		return found
	}
	if taken == nil {
		found.Fix = Fix{Title: "Start " + g.Title(), Risk: Low}.Do("Start "+g.Title(), "%s", keeperOf(g).start)
		if known {
			found.Fix = startUnit(u)
			if o := obstacleOf(ctx, f, u); o != nil {
				o.explain(found, u)
			}
		}
		return found
	}
	return portFinding(ctx, f, g, found, u, *taken, at)
}

// downstream are the findings about the hop that leads to a gateway behind another one: echoes of why it is down.
func downstream(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) []ID {
	if !front(ctx, f, g) {
		return nil
	}
	return []ID{"upstream-port-nothing-listening", "no-live-upstreams", "socket-file-deleted", "start-limit-hit"}
}

// front says that another gateway of this machine passes requests on to this one.
func front(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) bool {
	all, err := f.Gateways(ctx)
	if err != nil {
		return false
	}
	for _, other := range all {
		for _, h := range allHops(other) {
			if other != g && other.Running() {
				if in := f.Inner(ctx, h); in != nil && in.Gateway == g {
					return true
				}
			}
		}
	}
	return false
}

// portTaken finds another program on an address that a gateway wants.
func portTaken(listeners []sysinfo.Socket, g *sysinfo.Gateway) (*sysinfo.Socket, sysinfo.Place) {
	for _, s := range g.Sites {
		for _, l := range s.Listen {
			if !l.Addr.IsValid() {
				continue
			}
			for i := range listeners {
				if collide(listeners[i], l.Addr) {
					return &listeners[i], cmp.Or(l.Place, s.Where)
				}
			}
		}
	}
	return nil, sysinfo.Place{}
}

// portRefused finds another program on an address that a gateway could not have at its last start, and on which it has no site: its
// admin interface, say.
func portRefused(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, listeners []sysinfo.Socket) (*sysinfo.Socket, sysinfo.Place) {
	lines, err := f.Journal(ctx, g.Unit)
	if err != nil || g.Unit == "" {
		return nil, sysinfo.Place{}
	}
	for _, l := range wholeAttempt(lines) {
		m := addressInUse.FindStringSubmatch(l.Text)
		if m == nil {
			continue
		}
		port, _ := strconv.Atoi(m[1])
		for i, s := range listeners {
			if s.Network == "tcp" && int(s.Addr.Port()) == port {
				return &listeners[i], seekLine(g, regexp.MustCompile(`^[^#]*:`+m[1]+`\b`))
			}
		}
	}
	return nil, sysinfo.Place{}
}

var addressInUse = whenAsked(`(?i):(\d{1,5})\b[^:]*:.*address already in use`)

// collide says that bind(2) to want would answer EADDRINUSE.
func collide(s sysinfo.Socket, want netip.AddrPort) bool {
	if s.Network != "tcp" || s.Addr.Port() != want.Port() {
		return false
	}
	have, a := s.Addr.Addr(), want.Addr()
	if have.Unmap().Is4() != a.Unmap().Is4() {
		return have.Is6() && have.IsUnspecified() && !s.V6Only
	}
	return have == a || have.IsUnspecified() || a.IsUnspecified()
}

func portFinding(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, found *Finding, u sysinfo.Unit, s sysinfo.Socket, at sysinfo.Place) *Finding {
	who, unit := "another program", ""
	if p, ok := f.OwnerOf(ctx, s); ok {
		who, unit = fmt.Sprintf("%s (pid %d)", p.Name, p.PID), f.UnitOf(p.PID)
	}
	held, line, isHeld := f.HeldBy(int(s.Addr.Port()))
	if isHeld && strings.HasSuffix(who, "(pid 1)") { // systemd itself listens, for a .socket unit
		who, unit, at = held.Unit, held.Unit, line.Place
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
	}
	if unit != "" && !strings.HasPrefix(who, unitWord(unit)) {
		who = unitWord(unit) + ", " + who
	}
	found.Summary = fmt.Sprintf("%s does not start: %s is taken by %s", g.Title(), s.Addr, who)
	found.Evidence = append([]Evidence{{Source: "ss -ltnp", Text: fmt.Sprintf("LISTEN %s %s", s.Addr, who)}}, found.Evidence...)
	if at.Known() {
		found.Where = at
	}
	own, name := sh(unitWord(u.Name)), g.Title()
	if u.Name == "" {
		own = g.Kind
	}
	x := Fix{Title: "Free the port, then start " + name, Risk: Medium}.Tell("Decide which of the two shall serve %s. If it is the other one: systemctl disable %s", s.Addr, own)
	if unit != "" && unit != u.Name {
		x.Undo = fmt.Sprintf("systemctl stop %s; systemctl enable --now %s", own, sh(unitWord(unit)))
		x = x.Do("If it is "+name+": stop the other one, also for the next boot", "systemctl disable --now %s", sh(unitWord(unit)))
	} else if strings.HasSuffix(who, "(pid 1)") {
		x = x.Tell("systemd listens there for a .socket unit: systemctl list-sockets names it. If it is %s: switch that unit off (systemctl disable --now)", name)
	} else {
		x = x.Tell("If it is %s: stop %s", name, who)
	}
	if u.Name != "" {
		x = x.Do("Start "+name, "systemctl reset-failed %s; systemctl start %s", own, own)
	}
	found.Fix = x
	return found
}
