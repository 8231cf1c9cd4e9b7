package checks

import (
	"context"
	"slices"

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
	taken, at := whoHasPort(ctx, f, g, listeners)
	meant := known && u.Meant()
	if taken != nil && !meant {
		return nil // another web server serves here, and this one is not meant to
	}
	if known && taken == nil && !meant && servedByAnother(listeners) && !front(ctx, f, g) {
		return nil // an app answers visitors by itself: this one is a package that is off
	}
	if known && !meant && f.LoneDown(ctx) != nil {
		return nil // visitors' port is an app's own, which is down: it is the app that is missed
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
	if taken == nil && (gatewayWall(ctx, f, g, u, found) || pidElsewhere(f, g, u, found)) {
		return found
	}
	if taken == nil && u.Active == "failed" {
		if file, at := ownSocketLeft(ctx, f, g); file != "" {
			return takeAway(g, u, found, file, at)
		}
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
	if listenLost(ctx, f, g, found, u, *taken) || listenSpare(ctx, f, g, found, u, *taken) {
		return found
	}
	return portFinding(ctx, f, g, found, u, *taken, at)
}

// servedByAnother says that some program has the port of the web, and so visitors have somebody to ask.
func servedByAnother(listeners []sysinfo.Socket) bool {
	return slices.ContainsFunc(listeners, func(s sysinfo.Socket) bool {
		return s.Network == "tcp" && (s.Addr.Port() == 80 || s.Addr.Port() == 443)
	})
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
