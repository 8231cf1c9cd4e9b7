package checks

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// publishedVainly: the engine holds the port that the gateway asks, and inside the container nobody takes what it hands on: the port that it leads to is
// another than the app's, or the app listens on the container's loopback alone, which is told as well. The same of a gateway that asks the container's own address.
func publishedVainly(ctx context.Context, f *sysinfo.Facts, l *live) (found *Finding, loopback bool) {
	if l.Unix != "" {
		return nil, false
	}
	all, err := f.Containers(ctx)
	if err != nil {
		return nil, false
	}
	for _, c := range all {
		port, there := leadsInto(l, c)
		if !there || c.State != "running" || c.PID == 0 || f.NetOf(c.PID) == f.NetOf(1) {
			continue
		}
		var others []int // that somebody in it listens at, for whoever comes
		own := false     // it listens at the port, for itself alone
		listeners := f.ListenersIn(ctx, c.PID)
		for _, a := range listeners {
			switch {
			case int(a.Port()) == port && !a.Addr().IsLoopback():
				return rulesGone(ctx, f, l, c, port), false
			case int(a.Port()) == port:
				own = true
			case !a.Addr().IsLoopback() && !slices.Contains(others, int(a.Port())):
				others = append(others, int(a.Port()))
			}
		}
		if own || len(others) > 0 {
			return withLine(publishedFinding(ctx, f, l, c, port, others, own), l, connectKinds...), own
		}
		if len(listeners) > 0 {
			continue
		}
		if found := listensNowhere(ctx, f, l, c, port); found != nil {
			return withLine(found, l, connectKinds...), false
		}
	}
	return nil, false
}

// leadsInto is the port inside a container at which the gateway comes out: the one that its port of the machine leads to, or the very one it asks at the
// container's own address.
func leadsInto(l *live, c sysinfo.Container) (int, bool) {
	if c.Has(l.reach.Addr.Addr()) {
		_, now, _ := l.has(connectKinds...)
		return l.Port, !l.answersNow() && (l.hit || l.silent || now)
	}
	at := slices.IndexFunc(c.Ports, func(p sysinfo.Published) bool { return p.Host == l.Port })
	if at < 0 || l.reach.Err != nil || !l.hit && !l.silent && l.reach.Open() {
		return 0, false
	}
	return c.Ports[at].Port, true
}

// publishedFinding tells which of the two it is. A container cannot be given another port or command while it runs: the gateway may ask the container itself until
// it is made anew.
func publishedFinding(ctx context.Context, f *sysinfo.Facts, l *live, c sysinfo.Container, port int, others []int, own bool) *Finding {
	a := l.reach.Addr.Addr()
	direct := c.Has(a)
	leads, at := fmt.Sprintf("port %d of this machine leads to %d in container %s", l.Port, port, c.Name), ""
	says := Evidence{Source: c.Engine + " port " + c.Name, Text: fmt.Sprintf("%d/tcp -> %d", port, l.Port)}
	if direct {
		leads, at = fmt.Sprintf("%s is container %s", a, c.Name), fmt.Sprintf(" at port %d", port)
		says = Evidence{Source: c.Engine + " inspect " + c.Name, Text: "IPAddress " + a.String()}
	}
	other := ID("docker-localhost-upstream")
	if own {
		other = "docker-wrong-port-or-network"
	}
	found := &Finding{Status: Fail, Confidence: 0.96, Where: l.Where, Covers: slices.Concat(elsewhereNow, []ID{other, "upstream-premature-close", "upstream-returned-5xx"}),
		Evidence: []Evidence{passLine(l), says}}
	listens := fmt.Sprintf("/proc/%d/net/tcp", c.PID)
	if own {
		found.Summary = leads + ", where the app listens" + at + " on the container's own 127.0.0.1 alone"
		found.Evidence = append(found.Evidence, Evidence{Source: listens, Text: fmt.Sprintf("LISTEN 127.0.0.1:%d in the container", port)})
		found.Fix = Fix{Title: "Let the app listen for others in its container", Risk: Medium}.
			Tell("It has to listen on 0.0.0.0 inside (a setting, a flag such as --host 0.0.0.0, or HOST=0.0.0.0 in its environment); its command is %q. Then make the container anew. Keep the port published to 127.0.0.1, so that only this machine reaches it",
				mask(c.Command))
		listensOpenly(f, c, port, found)
		return found
	}
	there := strings.Join(portNumbers(others), " and ")
	found.Summary = leads + ", where nobody listens" + at + ": its app listens at " + there
	found.Evidence = append(found.Evidence, Evidence{Source: listens, Text: "LISTEN at " + there + " in the container"})
	found.Fix = askRightPort(ctx, f, l, c, others, direct)
	return found
}

// askRightPort points the gateway to the port at which the app listens in its container, where that is one.
func askRightPort(ctx context.Context, f *sysinfo.Facts, l *live, c sysinfo.Container, others []int, direct bool) Fix {
	anew := fmt.Sprintf("make it with the right one: -p 127.0.0.1:%d:%d (ports: in compose)", l.Port, others[0])
	a := slices.IndexFunc(c.Addrs, func(p netip.Prefix) bool { return p.Addr().IsValid() })
	sure := len(others) == 1 && (!l.Site.Gateway.Foreign || l.Site.Gateway.Container != nil)
	switch {
	case direct && sure:
		to := l.reach.Addr.Addr().String()
		if c.Called(l.Host) {
			to = l.Host
		}
		return pointTo(ctx, f, l, fmt.Sprintf("%s:%d", to, others[0]))
	case direct:
		return Fix{Title: "Ask the port at which the app listens", Risk: Low}.Tell("Write it at %s", l.Where)
	case !sure || a < 0:
		return Fix{Title: "Publish the port at which the app listens", Risk: Medium}.Tell("A container keeps its ports for life: remove it and %s", anew)
	}
	x := pointTo(ctx, f, l, fmt.Sprintf("%s:%d", c.Addrs[a].Addr(), others[0]))
	x.Workaround = true
	return x.Tell("That lasts until %s starts anew. A container keeps its ports for life: to have it stay, %s, and let %s ask 127.0.0.1:%d again", c.Name, anew, l.From, l.Port)
}
