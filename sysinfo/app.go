package sysinfo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// App is a service that, by its unit, should be at the other end of a hop.
type App struct {
	Unit Unit
	Addr string // where it really listens, when it does
	Dark bool   // whether it listens could not be looked at: /proc/PID/fd of others is root's
}

// Listens says that the service has a listener of its own, wherever it is.
func (a App) Listens() bool { return a.Addr != "" }

// AppFor finds the service that a hop means: a second web server that is down, the one whose command line, environment or listener names the
// hop's socket or port; else the only one of an admin's services that could.
func (f *Facts) AppFor(ctx context.Context, h *Hop) App {
	a, _ := f.apps.get(keyOf(h), func() (App, error) { return f.findApp(ctx, h), nil }) // none is an answer
	return a
}

func (f *Facts) findApp(ctx context.Context, h *Hop) App {
	units, err := f.Services(ctx)
	if err != nil {
		return App{}
	}
	if in := f.Inner(ctx, h); in != nil && !in.Gateway.Running() && units[in.Gateway.Unit].Name != "" {
		return f.app(ctx, units[in.Gateway.Unit])
	}
	var named, near []Unit
	for _, name := range slices.Sorted(maps.Keys(units)) {
		u := units[name]
		if name != u.Name || u.Load == "not-found" && u.Fragment == "" || isGateway(name) || passesOn(u) {
			continue
		}
		switch {
		case f.Mentions(u, h), h.Scheme == "ajp" && strings.HasPrefix(name, "tomcat"): // whose port stands in server.xml
			named = append(named, u)
		case u.AdminMade() && !u.Contained() && (u.Type() != "oneshot" || u.Load == "bad-setting") && h.Scheme != "fastcgi":
			near = append(near, u)
		}
	}
	if len(named) >= 1 {
		return f.app(ctx, named[0])
	}
	var listening, down []App
	if len(near) > 1 && h.Scheme != "fastcgi" {
		if u, ok := f.onceThere(ctx, near, h); ok {
			return f.app(ctx, u)
		}
	}
	for _, u := range near {
		switch a := f.app(ctx, u); {
		case a.Listens() && !f.Wanted(ctx, a.Addr):
			listening = append(listening, a)
		case a.Dark:
			listening = append(listening, a)
		case !a.Listens() && !a.Dark:
			down = append(down, a)
		}
	}
	switch {
	case len(listening) == 1:
		return listening[0]
	case len(listening) == 0:
		return likeliest(down)
	}
	return App{}
}

// likeliest is the only one of some services that are down which should run; else the only one that may.
func likeliest(down []App) App {
	for _, would := range []func(u Unit) bool{
		func(u Unit) bool { return u.Active == "failed" || u.Looping() || u.Load == "bad-setting" },
		func(u Unit) bool { return u.Enabled == "enabled" && !u.Running() && !u.finished() }, // what runs and listens nowhere has other work
		func(u Unit) bool { return u.Enabled == "enabled" },
		func(u Unit) bool { return u.Load != "masked" && u.Enabled != "masked" },
		func(Unit) bool { return true },
	} {
		var some []App
		for _, a := range down {
			if would(a.Unit) {
				some = append(some, a)
			}
		}
		if len(some) > 0 {
			if len(some) == 1 {
				return some[0]
			}
			return App{}
		}
	}
	return App{}
}

// finished says that a service came to its end by itself, and is meant to: a job.
func (u Unit) finished() bool {
	return u.Type() == "oneshot" || u.Active == "inactive" && u.CodeKind == "exited" && u.ExitCode == 0 && u.Props["Restart"] == "no" && u.Manager == ""
}

// Unasked is the only service of an admin's own that listens where no hop leads.
func (f *Facts) Unasked(ctx context.Context) App {
	if found := f.AllUnasked(ctx); len(found) == 1 {
		return found[0]
	}
	return App{}
}

// AllUnasked are all of them, by name.
func (f *Facts) AllUnasked(ctx context.Context) []App {
	units, err := f.Services(ctx)
	if err != nil {
		return nil
	}
	var found []App
	for _, name := range slices.Sorted(maps.Keys(units)) {
		u := units[name]
		if name != u.Name || isGateway(name) || !u.AdminMade() || u.Contained() || u.Type() == "oneshot" || !u.Running() {
			continue
		}
		if a := f.app(ctx, u); a.Listens() && !a.Dark && !f.Wanted(ctx, a.Addr) {
			found = append(found, a)
		}
	}
	return found
}

// Wanted says that some hop already goes to that address, so that another hop hardly means the same app.
func (f *Facts) Wanted(ctx context.Context, addr string) bool {
	all, _ := Memo(f, "wanted", func() (map[string]bool, error) {
		out := map[string]bool{}
		gateways, _ := f.Gateways(ctx) // none: nobody wants it
		for _, g := range gateways {
			for _, s := range g.Sites {
				for _, h := range s.Hops {
					out[h.Address()] = true
				}
			}
		}
		return out, nil
	})
	return all[addr]
}

// Type is the unit's Type=.
func (u Unit) Type() string { return u.Props["Type"] }

func isGateway(unit string) bool {
	switch strings.TrimSuffix(unit, ".service") {
	case "nginx", "apache2", "httpd", "haproxy", "varnish", "caddy", "traefik", "lshttpd", "lsws", "openlitespeed":
		return true
	}
	return false
}

// AdminMade says that no package brought the service.
func (u Unit) AdminMade() bool {
	return u.Manager != "" || u.SysV() && !known(u.Name) || strings.HasPrefix(u.Fragment, "/etc/systemd/system/") || strings.HasPrefix(u.Fragment, "/run/systemd/system/") ||
		strings.HasPrefix(u.Fragment, "/usr/local/lib/systemd/system/") ||
		strings.HasPrefix(u.Fragment, "/run/systemd/transient/")
}

// Mentions says whether a unit's own words name the hop's socket or port.
func (f *Facts) Mentions(u Unit, h *Hop) bool {
	words, _ := Memo(f, "commands of "+u.Name, func() (string, error) {
		return u.Exec + " " + u.Props["Environment"] + f.portSettings(u) + " " + f.scriptOf(u), nil
	})
	if h.Unix != "" {
		return strings.Contains(words, h.Unix) || strings.Contains(words, strings.TrimPrefix(h.Unix, "/var"))
	}
	return h.Port != 0 && NamesNumber(words, strconv.Itoa(h.Port))
}

// NamesNumber says that a text has a number by itself, not as a part of a longer one or of an address.
func NamesNumber(text, number string) bool {
	digit := func(i int) bool {
		return i >= 0 && i < len(text) && (text[i] == '.' || text[i] >= '0' && text[i] <= '9')
	}
	for from := 0; ; {
		i := strings.Index(text[from:], number)
		if i < 0 {
			return false
		}
		if i += from; !digit(i-1) && !digit(i+len(number)) {
			return true
		}
		from = i + 1
	}
}

// app adds where the unit's processes listen.
func (f *Facts) app(ctx context.Context, u Unit) App {
	a, _ := Memo(f, "app of "+u.Name, func() (App, error) { return f.listensWhere(ctx, u), nil })
	return a
}

func (f *Facts) listensWhere(ctx context.Context, u Unit) App {
	a := App{Unit: u, Addr: f.heldFor(ctx, u.Name)}
	if a.Addr != "" {
		return a // systemd listens, and starts it for the first who comes
	}
	owners, err := f.socketOwners(ctx)
	if err != nil || !u.Running() {
		return a
	}
	listeners, err := f.Listeners(ctx, nil)
	if err != nil {
		return a
	}
	uid := f.uidOf(ctx, u.MainPID)
	a.Dark = f.Host.UID != 0 && uid != f.Host.UID
	for _, s := range listeners {
		pid, ok := owners[s.Inode]
		mine := ok && (f.UnitOf(pid) == u.Name || u.Manager != "" && f.keeps(ctx, u, pid)) || a.Dark && s.Network == "tcp" && s.UID == uid && uid > 0
		if mine && (s.Network == "tcp" || s.Stream) {
			a.Addr = dialable(s)
			if s.Network == "tcp" {
				break
			}
		}
	}
	return a
}

// uidOf is the user a process runs as, -1 when it is gone.
func (f *Facts) uidOf(ctx context.Context, pid int) int {
	procs, err := f.Procs(ctx)
	if err != nil {
		return -1
	}
	for _, p := range procs {
		if p.PID == pid {
			return p.UID
		}
	}
	return -1
}

// dialable is the address by which a listener is reached from this machine.
func dialable(s Socket) string {
	switch {
	case s.Network == "unix":
		return "unix:" + s.Path
	case s.Addr.Addr().IsUnspecified():
		return fmt.Sprintf("127.0.0.1:%d", s.Addr.Port())
	}
	return s.Addr.String()
}

// elsewhere is a listener in a network other than ours, and who holds it.
type elsewhere struct {
	proc   Proc
	socket Socket
}

// ListenerElsewhere finds a process that listens on a TCP port in another network than the gateway's.
func (f *Facts) ListenerElsewhere(ctx context.Context, g *Gateway, port int) (Proc, Socket, bool) {
	nets, err := f.nets.get(func() (map[string][]elsewhere, error) { return f.otherNets(ctx) })
	if err != nil {
		return Proc{}, Socket{}, false
	}
	here := f.NetOf(g.PID)
	if here == "" {
		return Proc{}, Socket{}, false
	}
	for net, all := range nets {
		for _, e := range all {
			if net != here && int(e.socket.Addr.Port()) == port {
				return e.proc, e.socket, true
			}
		}
	}
	return Proc{}, Socket{}, false
}

// otherNets lists the TCP listeners of every network on this machine, by its name.
func (f *Facts) otherNets(ctx context.Context) (map[string][]elsewhere, error) {
	procs, err := f.Procs(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string][]elsewhere{}
	for _, p := range procs {
		net := f.NetOf(p.PID)
		if _, seen := out[net]; seen || net == "" {
			continue
		}
		out[net] = []elsewhere{}
		all, err := f.Host.Sockets(ctx, p.PID)
		if err != nil {
			continue // gone meanwhile
		}
		for _, s := range all {
			if s.Network != "tcp" {
				continue
			}
			holder := p
			if o, ok := f.OwnerOf(ctx, s); ok {
				holder = o
			}
			out[net] = append(out[net], elsewhere{holder, s})
		}
	}
	return out, ctx.Err()
}
