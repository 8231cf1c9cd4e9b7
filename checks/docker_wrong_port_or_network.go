package checks

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"syscall"

	"fix502/sysinfo"
)

// dockerWrongPort: the container runs, and the gateway uses the port that is the container's own, not the machine's.
func dockerWrongPort() Check {
	return Check{
		ID: "docker-wrong-port-or-network", Title: "Gateway and app containers meet", Topic: Upstreams, Needs: "root",
		Means: `A container has two ports: its own, and the one that is published on the machine. A gateway on the machine needs the published one; a gateway
in a container reaches the app by its service name and its own port, and only when both are in one network. "host not found in upstream" at nginx's
start means that the name was not known there. docker inspect shows ports and networks. The way from the machine's port into the container is a rule of the
firewall that the engine made: a firewall that is loaded anew may throw it away while the container runs on.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if found := apart(ctx, f, l); found != nil {
				return found
			}
			if e, ok := endsAtStart(ctx, f, l); ok {
				return nameAtStart(ctx, f, l, e)
			}
			if found, loopback := publishedVainly(ctx, f, l); found != nil && !loopback {
				return found
			}
			if found := publishedUnseen(ctx, f, l); found != nil {
				return found
			}
			if l.Unix != "" || l.reach.Err != nil || l.reach.Listener != nil || l.reach.Errno != syscall.ECONNREFUSED {
				return nil
			}
			all, err := f.Containers(ctx)
			if err != nil {
				return &Finding{Status: Unknown, Summary: "containers: " + why(err)}
			}
			if found := publishedElsewhere(ctx, f, l, all); found != nil {
				return found
			}
			return movedPort(ctx, f, l)
		}),
	}
}

// apart: gateway and app live in containers that share no network, so neither knows the other's name, and the engine lets nothing pass from
// one network to the next.
func apart(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	g := l.Site.Gateway
	if l.Unix != "" || !l.hit && !l.silent || f.NetOf(g.PID) == "" || f.NetOf(g.PID) == f.NetOf(1) {
		return nil
	}
	all, err := f.Containers(ctx)
	if err != nil {
		return nil // said below
	}
	from := slices.IndexFunc(all, func(c sysinfo.Container) bool {
		return c.State == "running" && c.PID > 0 && f.NetOf(c.PID) == f.NetOf(g.PID)
	})
	to := slices.IndexFunc(all, func(c sysinfo.Container) bool {
		a, err := netip.ParseAddr(l.Host)
		return c.State == "running" && (c.Name == l.Host || err == nil && c.Has(a))
	})
	if from < 0 || to < 0 || len(all[from].Networks) == 0 || len(all[to].Networks) == 0 || slices.ContainsFunc(all[from].Networks, func(n string) bool { return slices.Contains(all[to].Networks, n) }) {
		return nil
	}
	web, app := all[from], all[to]
	name := app.Networks[0]
	found := &Finding{Status: Fail, Confidence: 0.94, Where: l.Where, Covers: slices.Concat(elsewhereNow, []ID{"upstream-dns"}),
		Summary: fmt.Sprintf("%s asks container %s, with which its own container %s shares no network", l.From, app.Name, web.Name),
		Evidence: []Evidence{passLine(l), {Source: web.Engine + " inspect " + web.Name, Text: "in " + strings.Join(web.Networks, ", ")},
			{Source: app.Engine + " inspect " + app.Name, Text: "in " + strings.Join(app.Networks, ", ")}}}
	if name == "host" || name == "none" || web.Engine != app.Engine {
		found.Fix = Fix{Title: "Put both containers into one network", Risk: Medium}.Tell("Make them anew with one network that both name: networks: in compose, --network with %s run", web.Engine)
		return found
	}
	x := Fix{Title: "Put both containers into one network", Risk: Low, Undo: fmt.Sprintf("%s network disconnect %s %s", web.Engine, sh(name), web.Name)}
	found.Fix = reload(ctx, f, g, x.Do("Nothing is started anew", "%s network connect %s %s", web.Engine, sh(name), web.Name)).
		Tell("A container that is made anew forgets it: write the network into its compose file too")
	return found
}
