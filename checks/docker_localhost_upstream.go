package checks

import (
	"context"
	"fmt"
	"syscall"

	"fix502/sysinfo"
)

// dockerLocalhostUpstream: loopback belongs to each network namespace alone, so 127.0.0.1 in a container, or of
// a service with a private network, is somebody else's.
func dockerLocalhostUpstream() Check {
	return Check{
		ID: "docker-localhost-upstream", Title: "127.0.0.1 means the same machine for gateway and app", Topic: Upstreams, Needs: "root",
		Means: `Every container, and every service with PrivateNetwork=yes, has a loopback of its own. An app that listens on 127.0.0.1
inside one cannot be reached by a gateway outside, and the other way round: the gateway is refused although the app is up. Publish the
app's port, let it listen on 0.0.0.0 inside its container, or put both into one network.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if found, loopback := publishedVainly(ctx, f, l); loopback {
				return found
			}
			if l.Unix != "" || l.reach.Err != nil || l.reach.Listener != nil || l.reach.Errno != syscall.ECONNREFUSED || !l.reach.Addr.Addr().IsLoopback() {
				return nil
			}
			p, s, ok := f.ListenerElsewhere(ctx, l.Site.Gateway, l.Port)
			if !ok {
				found := privateNetwork(ctx, f, l)
				if found == nil && l.Site.Gateway.Running() && f.NetOf(l.Site.Gateway.PID) == "" {
					return &Finding{Status: Unknown, Summary: why(fmt.Errorf("the network of %s: %w", l.From, sysinfo.ErrNeedsRoot))}
				}
				return found
			}
			found := &Finding{Status: l.broken(), Confidence: 0.97, Where: l.Where,
				Summary:  fmt.Sprintf("%s asks %s, but %s (pid %d) listens there in a network of its own", l.From, l.Address(), p.Name, p.PID),
				Evidence: []Evidence{passLine(l), {Source: fmt.Sprintf("/proc/%d/net/tcp", p.PID), Text: fmt.Sprintf("LISTEN %s in %s; %s lives in %s", s.Addr, f.NetOf(p.PID), l.From, f.NetOf(l.Site.Gateway.PID))}}}
			if gatewayInside(ctx, f, l, p, s, found) || appBeside(ctx, f, l, p, s, found) {
				return withLine(found, l, connectKinds...)
			}
			found.Fix = shareNetwork(ctx, f, l, p)
			if u, ok := f.Unit(ctx, f.UnitOf(p.PID)); ok {
				found.blameNetwork(f, u)
			}
			return withLine(found, l, connectKinds...)
		}),
	}
}

// privateNetwork: the app's unit has a network of its own, whether it listens in it by now or not.
func privateNetwork(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	app := f.AppFor(ctx, l.Hop)
	if app.Unit.Props["PrivateNetwork"] != "yes" || !app.Unit.Running() {
		return nil
	}
	found := &Finding{Status: l.broken(), Confidence: 0.95, Where: l.Where, Summary: fmt.Sprintf("%s asks %s, but %s has a network of its own", l.From, l.Address(), unitWord(app.Unit.Name)),
		Evidence: []Evidence{passLine(l), {Source: "systemctl show " + unitWord(app.Unit.Name), Text: "PrivateNetwork=yes"}, unitSays(app.Unit)},
		Fix:      shareNetwork(ctx, f, l, sysinfo.Proc{PID: app.Unit.MainPID})}
	found.blameNetwork(f, app.Unit)
	return withLine(found, l, connectKinds...)
}

// blameNetwork points a finding at the line of a unit that gives it a network of its own.
func (found *Finding) blameNetwork(f *sysinfo.Facts, u sysinfo.Unit) {
	if at, ok := setBy(f, u, "PrivateNetwork"); ok && u.Props["PrivateNetwork"] == "yes" {
		found.Where = at.Place
		found.Evidence = append(found.Evidence, unitLineSays(f, at))
	}
}

func shareNetwork(ctx context.Context, f *sysinfo.Facts, l *live, p sysinfo.Proc) Fix {
	if u, ok := f.Unit(ctx, f.UnitOf(p.PID)); ok && u.Props["PrivateNetwork"] == "yes" {
		return machineNetwork(f, u)
	}
	return Fix{Title: "Put gateway and app into one network", Risk: Medium}.
		Tell("The app listens inside a container. Let it listen on 0.0.0.0 there and publish its port on this machine: ports: [\"127.0.0.1:%d:%d\"] in compose, -p 127.0.0.1:%d:%d with docker run", l.Port, l.Port, l.Port, l.Port)
}

// machineNetwork takes back the network of its own that a unit gives a service.
func machineNetwork(f *sysinfo.Facts, u sysinfo.Unit) Fix {
	x := Fix{Title: "Give " + unitWord(u.Name) + " the machine's network", Risk: Medium}
	x = daemonReload(unitSet(f, u, x, "Take PrivateNetwork=yes back", "Service", "PrivateNetwork", "no"))
	x.Undo += "; " + anew(u)
	x, _ = keptHere(f, u, x)
	return x.Do("Restart "+unitWord(u.Name), "%s%s", anew(u), warmUp(u))
}

// storeApart: an app asks over the network for a database or a cache whose unit gives it a network of its own: it listens there, and nobody else is in it.
func storeApart(f *sysinfo.Facts, u sysinfo.Unit, found *Finding) bool {
	if u.Props["PrivateNetwork"] != "yes" || !u.Running() {
		return false
	}
	found.Confidence = 0.96
	found.Summary = fmt.Sprintf("%s runs in a network of its own, where no app can ask it", unitWord(u.Name))
	found.Evidence = append(found.Evidence, Evidence{Source: "systemctl show " + unitWord(u.Name), Text: "PrivateNetwork=yes"})
	found.blameNetwork(f, u)
	found.Fix = machineNetwork(f, u)
	return true
}
