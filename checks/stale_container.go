package checks

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// movedContainer: a gateway names the address of a container, and engines give those out anew whenever a container starts. The one that
// serves the port has another address of the same network now.
func movedContainer(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	old, err := netip.ParseAddr(l.Host)
	_, now, _ := l.has(connectKinds...)
	if err != nil || l.Unix != "" || old.IsLoopback() || l.answersNow() || !l.hit && !l.silent && !now {
		return nil
	}
	all, err := f.Containers(ctx)
	if err != nil {
		return nil // docker-wrong-port-or-network says so
	}
	var there, apart []sysinfo.Container
	holder := "no container has now"
	for _, c := range all {
		a, beside := c.Beside(old)
		switch {
		case c.State != "running":
		case !beside && len(c.Addrs) == 1 && hasPort(ctx, f, c, l.Port):
			apart = append(apart, c)
		case !beside:
		case a == old && hasPort(ctx, f, c, l.Port):
			return nil
		case a == old:
			holder = fmt.Sprintf("is container %s's now (nothing is on port %d there)", c.Name, l.Port)
		case hasPort(ctx, f, c, l.Port):
			there = append(there, c)
		}
	}
	if len(there) == 0 && l.reach.Route.OfEngine() {
		there = apart // it was made anew in a network of its project's
	}
	if len(there) != 1 {
		return nil
	}
	c := there[0]
	a, beside := c.Beside(old)
	if !beside {
		a = c.Addrs[0].Addr()
	}
	found := &Finding{Status: Fail, Confidence: 0.95, Where: l.Where, Covers: slices.Concat(elsewhereNow, []ID{"docker-wrong-port-or-network", "docker-localhost-upstream"}),
		Summary:  fmt.Sprintf("%s asks %s, which %s: container %s, which serves port %d, is at %s now", l.From, old, holder, c.Name, l.Port, a),
		Evidence: []Evidence{passLine(l), {Source: c.Engine + " inspect " + c.Name, Text: fmt.Sprintf("IPAddress %s, in %s", a, strings.Join(c.Networks, ", "))}}}
	at := slices.IndexFunc(c.Ports, func(p sysinfo.Published) bool { return p.Port == l.Port && p.Host > 0 })
	switch {
	case l.Site.Gateway.Foreign:
		found.Fix = reload(ctx, f, l.Site.Gateway, Fix{Title: "Name the container, not its address", Risk: Low}.
			Tell("Write %s:%d at %s: in a network of your own (not the default one) the engine knows every container by its name, wherever it moves", c.Name, l.Port, l.Where))
	case at >= 0:
		found.Fix = pointTo(ctx, f, l, fmt.Sprintf("127.0.0.1:%d", c.Ports[at].Host))
	default:
		found.Fix = pointTo(ctx, f, l, fmt.Sprintf("%s:%d", a, l.Port)).
			Tell("That lasts until %s starts anew. To have it stay: make it with its port published, -p 127.0.0.1:%d:%d (ports: in compose), and let %s ask 127.0.0.1:%d", c.Name, l.Port, l.Port, l.From, l.Port)
	}
	return withLine(found, l, connectKinds...)
}

// hasPort says that a container has a port inside: it was made for it, or somebody in it listens there.
func hasPort(ctx context.Context, f *sysinfo.Facts, c sysinfo.Container, port int) bool {
	return slices.ContainsFunc(c.Ports, func(p sysinfo.Published) bool { return p.Port == port }) || c.PID > 0 && f.ListensIn(ctx, c.PID, port)
}

// unhealthy: the app's container runs, and its own check says that it does not work. A start anew is what engines that mind do.
func unhealthy(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) {
	u := f.AppFor(ctx, l.Hop).Unit
	if u.Props["Health"] != "unhealthy" {
		return
	}
	found.Summary += fmt.Sprintf("; container %s is unhealthy by its own check", u.Word())
	why := found.Fix
	found.Fix = Fix{Title: "Start container " + u.Word() + " anew", Risk: Medium, Workaround: true}.
		Do("Its own check fails, and it does not come back by itself", "%s%s", u.Command("restart"), warmUp(u))
	for _, s := range why.Steps {
		if s.Command == "" {
			found.Fix.Steps = append(found.Fix.Steps, s)
		}
	}
}
