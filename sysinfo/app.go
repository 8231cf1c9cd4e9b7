package sysinfo

import (
	"context"
	"maps"
	"slices"
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
	a, _ := f.apps.get(keyOf(h), func() (App, error) { return f.spokenAt(ctx, h, f.findApp(ctx, h)), nil }) // none is an answer
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
	if h.Site != nil && h.Site.Gateway != nil && h.Site.Gateway.Container != nil && h.Unix == "" {
		c, ok := f.ContainerCalled(ctx, *h.Site.Gateway.Container, h.Host)
		if !ok || len(f.HostNames(h.Site.Gateway)[h.Host]) > 0 {
			c, ok = f.containerAt(ctx, *h.Site.Gateway.Container, h.Addrs)
		}
		if ok {
			return f.app(ctx, units[c.Service()])
		}
	}
	var named, near []Unit
	for _, name := range slices.Sorted(maps.Keys(units)) {
		u := units[name]
		if name != u.Name || u.Load == "not-found" && u.Fragment == "" || isGateway(name) || passesOn(u) || h.Site != nil && h.Site.Gateway != nil && name == h.Site.Gateway.Unit {
			continue
		}
		switch {
		case f.Mentions(u, h), f.connects(ctx, u, h), h.Scheme == "ajp" && u.Tomcat(): // whose port stands in server.xml
			named = append(named, u)
		case strings.Contains(name, "@") && u.Enabled == "disabled" && u.Active == "inactive": // a copy that may never have run
		case (u.AdminMade() || u.Tomcat() && u.Running()) && !u.Contained() && !u.idleOfUser() && (u.Type() != "oneshot" || u.Load == "bad-setting") && h.Scheme != "fastcgi" && !f.isJob(u):
			near = append(near, u)
		}
	}
	var listening, down []App
	if len(named) > 0 {
		u := slices.MinFunc(named, func(a, b Unit) int { return a.idleness() - b.idleness() })
		if u.AdminMade() || u.idleness() == 0 {
			return f.app(ctx, u)
		}
		if i := slices.IndexFunc(near, func(u Unit) bool { return u.Running() && h.servesNamesake(u) }); i >= 0 { // a package's that is off has the port by chance
			if a := f.app(ctx, near[i]); a.Listens() && !f.Wanted(ctx, a.Addr) {
				return a
			}
		}
		return f.app(ctx, u)
	}
	if len(near) > 1 && h.Scheme != "fastcgi" {
		if u, ok := f.onceThere(ctx, near, h); ok {
			return f.app(ctx, u)
		}
	}
	for _, u := range near {
		switch a := f.app(ctx, u); {
		case a.Listens() && !f.Wanted(ctx, a.Addr):
			listening = append(listening, a)
		case a.Dark && !a.Listens():
			listening = append(listening, a)
		case !a.Listens() && !a.Dark:
			down = append(down, a)
		}
	}
	own := slices.DeleteFunc(slices.Clone(down), func(a App) bool { return !h.servesNamesake(a.Unit) })
	switch {
	case len(own) == 1 && (own[0].Unit.fell() || own[0].Unit.Restarts > 0) && !slices.ContainsFunc(listening, func(a App) bool { return h.servesAkin(a.Unit, own[0].Unit) }):
		return own[0] // what runs beside it on ports of its own has other work
	case len(listening) == 1 && h.Scheme == "http" && f.tlsAlone(ctx, h, listening[0]):
		return App{} // who is to be asked in plain HTTP is another
	case len(listening) == 1:
		return listening[0]
	case len(listening) == 0:
		if len(own) == 1 && own[0].Unit.idleness() == 0 {
			return own[0] // a mailer that failed beside it has nothing to do with the site
		}
		if a := likeliest(down); a.Unit.Name != "" {
			return a
		}
		return f.instanceFor(ctx, h, down)
	}
	return namesake(listening, h.Block)
}

// namesake is the one of several services that an upstream block is called after: shop_next and shop-next.
func namesake(some []App, block string) App {
	alike := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "-") }
	if i := slices.IndexFunc(some, func(a App) bool {
		return block != "" && alike(strings.TrimSuffix(a.Unit.Name, ".service")) == alike(block)
	}); i >= 0 {
		return some[i]
	}
	return App{}
}

// servesNamesake says that a hop's site, or its upstream block, bears the name of a service: shop.example and shop.service.
func (h *Hop) servesNamesake(u Unit) bool {
	word := strings.TrimSuffix(u.Name, ".service")
	if h.Site == nil || len(word) < 3 {
		return false
	}
	return h.Block == word || slices.ContainsFunc(append([]string{h.Site.Name}, h.Site.Names...), func(name string) bool { return slices.Contains(strings.Split(name, "."), word) })
}

// servesAkin says that a service may have taken the place of another that fell: shop-web or shop2, that of shop.
func (h *Hop) servesAkin(u, fell Unit) bool {
	return strings.HasPrefix(u.Name, strings.TrimSuffix(fell.Name, ".service")) || h.servesNamesake(u)
}

// fell says that a service should run and does not: it failed, ends again and again, or has a unit that systemd refuses.
func (u Unit) fell() bool { return u.Active == "failed" || u.Looping() || u.Load == "bad-setting" }

// idleness is larger for a service that is less likely meant, where several name a port: one that neither runs nor would at the next boot, as the
// copy of a template that nobody made, and what a person has left in her own folder.
func (u Unit) idleness() int {
	switch {
	case u.Enabled == "disabled" && u.idleOfUser():
		return 2
	case u.Enabled == "disabled" && u.Active == "inactive", u.idleOfUser():
		return 1
	}
	return 0
}

// likeliest is the only one of some services that are down which should run; else the only one that may.
func likeliest(down []App) App {
	for _, would := range []func(u Unit) bool{
		Unit.fell,
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

// Type is the unit's Type=.
func (u Unit) Type() string { return u.Props["Type"] }
