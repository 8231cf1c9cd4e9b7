package checks

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// whoHasPort finds another program on an address that a gateway wants, and the line that wants it.
func whoHasPort(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, listeners []sysinfo.Socket) (*sysinfo.Socket, sysinfo.Place) {
	if taken, at := portTaken(listeners, g); taken != nil && !passing(ctx, f, g, *taken) {
		return taken, at
	}
	return portRefused(ctx, f, g, listeners)
}

// passing says that a listener is none that stays: "nginx -t", which systemd asks before a start and so does this run, opens the addresses
// of the configuration for a moment (ngx_open_listening_sockets). Root sees whose each other listener is.
func passing(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, s sysinfo.Socket) bool {
	p, ok := f.OwnerOf(ctx, s)
	return ok && p.Name == g.Kind && slices.Contains(p.Args, "-t") || !ok && f.Host.UID == 0
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

// listenedAt says that somebody listens at a TCP port of this machine.
func listenedAt(ctx context.Context, f *sysinfo.Facts, port int) bool {
	all, err := f.Listeners(ctx, nil)
	return err != nil || slices.ContainsFunc(all, func(s sysinfo.Socket) bool { return s.Network == "tcp" && int(s.Addr.Port()) == port })
}

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
		who, unit = holder(ctx, f, p, int(s.Addr.Port())), f.UnitOf(p.PID)
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
	if by := answeredBy(ctx, f, g); by != nil && by.Unit == unit && unit != "" {
		found.Fix = x.Tell("%s answers %s well now: before %s can have the port, %s has to do that", by.Title(), cmp.Or(f.URL, "its sites"), name, name)
		return found
	}
	if keepsOthers.MatchString(unit) {
		x = x.Tell("If it is %s: end what listens there the way it was started (docker ps --filter publish=%d, a job of cron's, a program of supervisord's), not %s itself", name, s.Addr.Port(), unitWord(unit))
	} else if unit != "" && unit != u.Name {
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
