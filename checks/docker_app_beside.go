package checks

import (
	"context"
	"fmt"
	"slices"

	"fix502/sysinfo"
)

// appBeside is for a gateway and an app that live in two containers: the gateway has to ask the app's container, by its name where the engine tells
// names, in a network that both are in.
func appBeside(ctx context.Context, f *sysinfo.Facts, l *live, p sysinfo.Proc, s sysinfo.Socket, found *Finding) bool {
	g := l.Site.Gateway
	web, ok := f.ContainerOf(ctx, g.PID)
	app, ok2 := f.ContainerOf(ctx, p.PID)
	if !ok || !ok2 || web.Name == app.Name || web.Engine != app.Engine || f.NetOf(g.PID) == f.NetOf(1) || f.NetOf(p.PID) == f.NetOf(1) {
		return false
	}
	found.Summary = fmt.Sprintf("%s lives in container %s, where %s is the container's own; %s (pid %d) listens there in container %s", l.From, web.Name, l.Address(), p.Name, p.PID, app.Name)
	if s.Addr.Addr().Unmap().IsLoopback() {
		found.Fix = Fix{Title: "Let the app listen for others in its container", Risk: Medium}.
			Tell("It listens on the loopback of container %s: it has to listen on 0.0.0.0 inside (a setting, a flag such as --host 0.0.0.0); its command is %q", app.Name, mask(app.Command)).
			Tell("Then let %s ask http://%s:%d at %s, and put both containers into one network", l.From, app.Name, l.Port, l.Where)
		return true
	}
	a, meet := app.Meets(web)
	x := Fix{}
	if !meet {
		at := slices.IndexFunc(app.Networks, func(n string) bool { return n != "host" && n != "none" })
		if at < 0 || len(app.Addrs) == 0 {
			return false
		}
		a = app.Addrs[0].Addr()
		x = connectNetwork(x, web, app.Networks[at])
	}
	to, lasts := a.String(), false
	if web.KnowsNames(g.Root) && meet {
		to, lasts = app.Name, true
	}
	pointed := pointTo(ctx, f, l, fmt.Sprintf("%s:%d", to, l.Port))
	pointed.Steps, pointed.Undo = append(x.Steps, pointed.Steps...), also(x.Undo, pointed.Undo)
	found.Fix = pointed
	if !lasts {
		found.Fix = found.Fix.Tell("That lasts until %s starts anew: in a network of your own (not the default one) the engine knows every container by its name, and http://%s:%d is right wherever it moves", app.Name, app.Name, l.Port)
	}
	return true
}

// connectNetwork puts a container that runs into one more network.
func connectNetwork(x Fix, c sysinfo.Container, name string) Fix {
	x.Undo = fmt.Sprintf("%s network disconnect %s %s", c.Engine, sh(name), c.Name)
	return x.Do("Put both containers into one network; nothing is started anew", "%s network connect %s %s", c.Engine, sh(name), c.Name)
}
