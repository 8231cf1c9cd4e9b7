package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/varnish"
)

// rightful is where a hop that leads to the wrong place most likely should lead, and why: where its twin leads that
// works, the same location of the same site's other server block, or where the app listens that no site asks.
func rightful(ctx context.Context, f *sysinfo.Facts, l *live) (addr, because string) {
	for _, s := range l.Site.Gateway.Sites {
		if !sameNames(s, l.Site) {
			continue
		}
		for _, h := range s.Hops { // in the site itself, a later line for the same path, which Apache never comes to
			if (s != l.Site || h.Pass != l.Pass) && h.Location == l.Location && h.Scheme == l.Scheme && h.Address() != l.Address() && f.Reach(ctx, h).Open() {
				return h.Address(), fmt.Sprintf("%s sends %s of the same site to %s, and somebody listens there", h.Where, h.Location, h.Address())
			}
		}
	}
	if addr, because = asStarted(ctx, f, l); addr != "" {
		return addr, because
	}
	app := f.AppFor(ctx, l.Hop)
	if (!app.Listens() || app.Addr == l.Address()) && l.Scheme != "fastcgi" { // the hop names another program's address, not the app's
		app = f.Unasked(ctx)
	}
	if app.Listens() && !app.Dark && app.Addr != l.Address() && !l.blockHas(app.Addr) && !ofOtherSite(ctx, f, l.Site, app.Unit) && !innerTool(l.Site, app.Unit) {
		return app.Addr, fmt.Sprintf("%s listens on %s, and no site asks it", unitWord(app.Unit.Name), app.Addr)
	}
	if addr, because = movedTogether(ctx, f, l); addr != "" {
		return addr, because
	}
	if addr, because = movedSite(ctx, f, l); addr != "" {
		return addr, because
	}
	return strayListener(ctx, f, l)
}

// asStarted is where the VCL that Varnish is started with has a backend, when another was loaded by hand and somebody listens there.
func asStarted(ctx context.Context, f *sysinfo.Facts, l *live) (addr, because string) {
	v, ok := l.Site.Gateway.Extra.(*sysinfo.Varnish)
	if !ok || v.Started == "" || l.Unix != "" {
		return "", ""
	}
	for _, b := range varnish.Parse(l.Site.Gateway.Root, v.Started).Backends {
		h := &sysinfo.Hop{Site: l.Site, Scheme: l.Scheme, Host: b.Host(), Port: b.Port(), Addrs: f.Lookup(ctx, l.Site.Gateway, b.Host())}
		if b.Name == l.Block && b.Unix() == "" && h.Address() != l.Address() && f.Reach(ctx, h).Open() {
			return h.Address(), fmt.Sprintf("%s was loaded by hand; %s, which Varnish is started with, has %s, and somebody listens there", l.Site.Gateway.Config, b.Where(), h.Address())
		}
	}
	return "", ""
}

// ofOtherSite says that a service is called as another site of this machine is, and not as this one: its pages are that one's.
func ofOtherSite(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, u sysinfo.Unit) bool {
	labels, _ := sysinfo.Memo(f, "labels of the sites' names", func() (map[string][]*sysinfo.Site, error) {
		out := map[string][]*sysinfo.Site{}
		gateways, _ := f.Gateways(ctx) // none: no names
		for _, g := range gateways {
			for _, site := range g.Sites {
				for _, n := range site.Names {
					first, _, _ := strings.Cut(strings.TrimPrefix(strings.ToLower(n), "www."), ".")
					out[first] = append(out[first], site)
				}
			}
		}
		return out, nil
	})
	word, _, _ := strings.Cut(strings.ToLower(unitWord(u.Name)), "@")
	sites, page := labels[word], f.Target(ctx) // of a chain the site in front may bear the name
	return len(sites) > 0 && len(s.Names) > 0 && !slices.ContainsFunc(sites, func(other *sysinfo.Site) bool {
		return other == s || sameNames(other, s) || page != nil && (other == page || sameNames(other, page))
	})
}

// movedTogether: all servers of a balancer are dead, and as many services of one name (tickets-a, tickets-b) listen where nobody asks.
// They serve the same pages, so it does not matter which takes whose place.
func movedTogether(ctx context.Context, f *sysinfo.Facts, l *live) (addr, because string) {
	if l.Block == "" || l.Unix != "" || l.Scheme == "fastcgi" {
		return "", ""
	}
	at, dead := -1, 0
	for _, h := range l.Site.Hops {
		if h.Block != l.Block {
			continue
		}
		if r := f.Reach(ctx, h); h.Unix != "" || r.Open() || !r.Local {
			return "", ""
		}
		if h == l.Hop {
			at = dead
		}
		dead++
	}
	apps := f.AllUnasked(ctx)
	apps = slices.DeleteFunc(slices.Clone(apps), func(a sysinfo.App) bool {
		return a.Dark || strings.HasPrefix(a.Addr, "unix:") || twinName(a.Unit.Name) == ""
	})
	if at < 0 || dead < 2 || len(apps) != dead || slices.ContainsFunc(apps, func(a sysinfo.App) bool { return twinName(a.Unit.Name) != twinName(apps[0].Unit.Name) }) {
		return "", ""
	}
	return apps[at].Addr, fmt.Sprintf("%s listens on %s, and no site asks it; %d servers are dead here, and as many services are not asked", unitWord(apps[at].Unit.Name), apps[at].Addr, dead)
}

// twinName is what services that stand side by side have in common in their names: web of web1 and web@2, tickets of tickets-a.
func twinName(unit string) string {
	if m := numbered.FindStringSubmatch(unitWord(unit)); m != nil {
		return m[1]
	}
	return ""
}

var numbered = whenAsked(`^(.*[^-_@.\d])(?:[-_@.]?\d+|[-_@.][a-z])$`)

// servesHere says that what listens at an address has an answer for the site that a hop is about.
func servesHere(ctx context.Context, f *sysinfo.Facts, l *live, addr string) bool {
	said, err := f.Host.Ask(ctx, sysinfo.Question{Network: "tcp", Address: addr, Host: l.Site.Name, URI: "/", PID: l.Site.Gateway.Net})
	return err == nil && said.Status >= 200 && said.Status < 500
}

// movedSite is where another gateway of this machine serves the site that a hop is about, when nobody asks it there: its
// port was changed, and the line of the gateway in front was not. Varnish has no names of sites: it is asked, and so is a
// site with a name of its own where the one in front takes every name and visitors cannot come to it by themselves.
func movedSite(ctx context.Context, f *sysinfo.Facts, l *live) (addr, because string) {
	gateways, err := f.Gateways(ctx)
	if err != nil || l.Unix != "" || l.Scheme != "http" {
		return "", ""
	}
	names := []string{l.Site.Name}
	if t := f.Target(ctx); t != nil {
		names = append(names, t.Name)
	}
	asked := f.Target(ctx) != nil
	if len(l.Site.Names) == 0 {
		names = append(names, l.visited()...)
	}
	every := len(l.Site.Names) == 0 && !asked
	onTheWay := f.Sites(ctx) // all there are, when fix502 was not told which
	for _, g := range gateways {
		for _, s := range g.Sites {
			named := len(s.Names) > 0 && slices.ContainsFunc(names, s.Called)
			if !named && (g.Kind != "varnish" && !(every && slices.ContainsFunc(s.Names, public) && fromHere(s)) || !l.hit) || asked && slices.Contains(onTheWay, s) || g == l.Site.Gateway && !asked {
				continue
			}
			for _, at := range s.Listen {
				a := dialAt(at)
				if at.TLS || at.Unix != "" || at.Addr.Port() == 80 || f.Wanted(ctx, a) || addr == a || !g.Running() || !named && !servesHere(ctx, f, l, a) {
					continue
				}
				if addr != "" {
					return "", "" // more than one: nobody can know
				}
				called := l.Site.Name
				if every && len(s.Names) > 0 {
					called = s.Name
				}
				addr, because = a, fmt.Sprintf("%s serves %s on %s (%s), and nobody asks it there", g.Title(), called, a, s.Where)
			}
		}
	}
	return addr, because
}

// visited are the names by which pages that failed at the hop were asked for.
func (l *live) visited() []string {
	var out []string
	for _, line := range l.lines() {
		name := line.Site()
		if m := fetchedFor.FindStringSubmatch(line.Text); name == "" && line.Event.Source == errlog.Varnish && m != nil {
			name = m[1]
		}
		if public(name) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// fetchedFor is the name in a line of Varnish's log in memory (sysinfo, readVarnishLog): "GET shop.test/ from 127.0.0.1:8080: FetchError …".
var fetchedFor = whenAsked(`^[A-Z]+ ([\w.-]+)/`)

// public says that a name is one that visitors may use: a page of the server's own state goes by localhost or none.
func public(name string) bool { return strings.Contains(name, ".") }

// fromHere says that a site is asked from this machine alone: visitors come to it through a gateway.
func fromHere(s *sysinfo.Site) bool {
	return !slices.ContainsFunc(s.Listen, func(at sysinfo.Listen) bool { return at.Unix == "" && !at.Addr.Addr().IsLoopback() })
}

// dialAt is the address by which this machine reaches what listens there.
func dialAt(at sysinfo.Listen) string {
	if at.Addr.Addr().IsUnspecified() {
		return fmt.Sprintf("127.0.0.1:%d", at.Addr.Port())
	}
	return at.Addr.String()
}
