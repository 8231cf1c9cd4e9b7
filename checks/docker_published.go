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
// another than the app's, or the app listens on the container's loopback alone. The same of a gateway that asks the container's own address.
func publishedVainly(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	if l.Unix != "" {
		return nil
	}
	all, err := f.Containers(ctx)
	if err != nil {
		return nil
	}
	for _, c := range all {
		port, there := leadsInto(l, c)
		if !there || c.State != "running" || c.PID == 0 || f.NetOf(c.PID) == f.NetOf(1) {
			continue
		}
		var others []int // that somebody in it listens at, for whoever comes
		own := false     // it listens at the port, for itself alone
		for _, a := range f.ListenersIn(ctx, c.PID) {
			switch {
			case int(a.Port()) == port && !a.Addr().IsLoopback():
				return rulesGone(ctx, f, l, c, port)
			case int(a.Port()) == port:
				own = true
			case !a.Addr().IsLoopback() && !slices.Contains(others, int(a.Port())):
				others = append(others, int(a.Port()))
			}
		}
		if own || len(others) > 0 {
			return withLine(publishedFinding(ctx, f, l, c, port, others, own), l, connectKinds...)
		}
	}
	return nil
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
	found := &Finding{Status: Fail, Confidence: 0.96, Where: l.Where, Covers: slices.Concat(elsewhereNow, []ID{"docker-localhost-upstream", "upstream-premature-close", "upstream-returned-5xx"}),
		Evidence: []Evidence{passLine(l), {Source: c.Engine + " port " + c.Name, Text: fmt.Sprintf("%d/tcp -> %d", port, l.Port)}}}
	direct := c.Has(l.reach.Addr.Addr())
	if direct {
		found.Evidence[1] = Evidence{Source: c.Engine + " inspect " + c.Name, Text: "IPAddress " + l.reach.Addr.Addr().String()}
	}
	if own {
		found.Summary = fmt.Sprintf("port %d of this machine leads to %d in container %s, where the app listens on the container's own 127.0.0.1 alone", l.Port, port, c.Name)
		found.Evidence = append(found.Evidence, Evidence{Source: fmt.Sprintf("/proc/%d/net/tcp", c.PID), Text: fmt.Sprintf("LISTEN 127.0.0.1:%d in the container", port)})
		found.Fix = Fix{Title: "Let the app listen for others in its container", Risk: Medium}.
			Tell("It has to listen on 0.0.0.0 inside (a setting, a flag such as --host 0.0.0.0, or HOST=0.0.0.0 in its environment); its command is %q. Then make the container anew. Keep the port published to 127.0.0.1, so that only this machine reaches it",
				mask(c.Command))
		if direct {
			found.Summary = fmt.Sprintf("%s is container %s, where the app listens at port %d on the container's own 127.0.0.1 alone", l.reach.Addr.Addr(), c.Name, port)
		}
		return found
	}
	at := fmt.Sprint(others[0])
	if len(others) > 1 {
		words := make([]string, len(others))
		for i, o := range others {
			words[i] = fmt.Sprint(o)
		}
		at = strings.Join(words, " and ")
	}
	found.Summary = fmt.Sprintf("port %d of this machine leads to %d in container %s, where nobody listens: its app listens at %s", l.Port, port, c.Name, at)
	found.Evidence = append(found.Evidence, Evidence{Source: fmt.Sprintf("/proc/%d/net/tcp", c.PID), Text: "LISTEN at " + at + " in the container"})
	if direct {
		found.Summary = fmt.Sprintf("%s is container %s, where nobody listens at port %d: its app listens at %s", l.reach.Addr.Addr(), c.Name, port, at)
		found.Fix = Fix{Title: "Ask the port at which the app listens", Risk: Low}.Tell("Write it at %s", l.Where)
		if len(others) == 1 && !l.Site.Gateway.Foreign {
			found.Fix = pointTo(ctx, f, l, fmt.Sprintf("%s:%d", l.reach.Addr.Addr(), others[0]))
		}
		return found
	}
	anew := fmt.Sprintf("make it with the right one: -p 127.0.0.1:%d:%d (ports: in compose)", l.Port, others[0])
	a := slices.IndexFunc(c.Addrs, func(p netip.Prefix) bool { return p.Addr().IsValid() })
	if len(others) > 1 || a < 0 || l.Site.Gateway.Foreign {
		found.Fix = Fix{Title: "Publish the port at which the app listens", Risk: Medium}.Tell("A container keeps its ports for life: remove it and %s", anew)
		return found
	}
	found.Fix = pointTo(ctx, f, l, fmt.Sprintf("%s:%d", c.Addrs[a].Addr(), others[0]))
	found.Fix.Workaround = true
	found.Fix = found.Fix.Tell("That lasts until %s starts anew. A container keeps its ports for life: to have it stay, %s, and let %s ask 127.0.0.1:%d again", c.Name, anew, l.From, l.Port)
	return found
}
