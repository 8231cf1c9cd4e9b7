package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
	"fix502/sysinfo/nginx"
)

// nearName is the only name of a gateway's sites at a port that is nearly the one that was asked for, and the line that gives it to its
// site; nothing where one of them takes the name that was asked for.
func nearName(g *sysinfo.Gateway, port int, name string) (near string, at sysinfo.Place) {
	asked := map[*haproxy.Section]bool{} // many sites have one frontend
	for _, s := range g.Sites {
		if !slices.ContainsFunc(s.Listen, func(l sysinfo.Listen) bool { return int(l.Addr.Port()) == port }) {
			continue
		}
		front, shared := s.Extra.(*haproxy.Section)
		if !(shared && asked[front]) && takesName(s, name) {
			return "", sysinfo.Place{}
		}
		asked[front] = true
		other := meantName(name, s.Names)
		if other == "" {
			continue
		}
		if near != "" {
			return "", sysinfo.Place{}
		}
		near, at = other, namePlace(s, other)
	}
	return near, at
}

// takesName says that a site has a name, or a pattern that may stand for it: *.shop.test has main.shop.test.
func takesName(s *sysinfo.Site, name string) bool {
	switch x := s.Extra.(type) {
	case *nginx.Server:
		return x.Takes(name)
	case *haproxy.Section: // by another rule than the one for those whom it does not know
		its, sure, _ := x.Route(haproxy.Request{Host: name, Path: "/"})
		last, _, _ := x.Route(haproxy.Request{Host: "no.such.name.invalid", Path: "/"})
		return !sure || its.Place != last.Place || its.Backend != last.Backend
	}
	return slices.Contains(s.Names, name)
}

// namePlace is the line that gives a site one of its names: of nginx's server block, of HAProxy's rule, or of the map that it looks into.
func namePlace(s *sysinfo.Site, name string) sysinfo.Place {
	switch x := s.Extra.(type) {
	case *nginx.Server:
		return x.Block.Get("server_name").Place
	case *haproxy.Section:
		for _, r := range x.Rules() {
			if slices.Contains(r.Hosts, name) && r.Entry.Known() {
				return r.Entry
			}
		}
		return nameLine(x, name)
	}
	return sysinfo.Place{}
}

// alsoNamed gives a site the name that is asked for beside one that is nearly the same. A name that leads somewhere is somebody's, and where the
// one that is asked for leads nowhere nothing is known of names: then it is only said.
func alsoNamed(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, near, name string, at sysinfo.Place, found *Finding) Fix {
	x := Fix{Title: "Let the site have the name that is asked for", Risk: Low}
	line := configLine(g.Root, at)
	was := near
	if strings.Contains(line, "server_name ") { // nginx may have several names there
		was = "server_name"
	}
	if len(f.Lookup(ctx, g, near)) > 0 || len(f.Lookup(ctx, g, name)) == 0 || !plainHost(name) || strayLink(g.Root, at.File) || !onlyRoots(g.Root, realFile(g.Root, at.File)) || strings.Count(line, was) != 1 {
		return x.Tell("If %s is the same site, add the name at %s", name, at)
	}
	found.Evidence = append(found.Evidence, Evidence{Source: "getent ahosts " + near, Text: "no such name"})
	x.Undo = setLine(g.Root, at, line)
	if host, backend, mapped := strings.Cut(line, " "); mapped && host == near { // of a map file
		x.Undo = removeBelow(g.Root, at, 1)
		return reload(ctx, f, g, x.Do("Add it", "%s", insertAfter(g.Root, at, name+" "+strings.TrimSpace(backend))))
	}
	return reload(ctx, f, g, x.Do("Add it", "%s", replace(g.Root, at, was, was+" "+name)))
}

// nearlyNamed: no site has the name that was asked for, so that the request fell to the gateway's last resort, where nobody answers; one site's
// name is nearly it.
func nearlyNamed(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) bool {
	if l.answer == nil || takesName(l.Site, l.answer.Question.Host) {
		return false
	}
	name, g := l.answer.Question.Host, l.Site.Gateway
	for _, listen := range l.Site.Listen {
		near, at := nearName(g, int(listen.Addr.Port()), name)
		if !at.Known() {
			continue
		}
		found.Where = at
		found.Summary = fmt.Sprintf("%s is asked for %s, which it does not know (it knows %s), and sends it to %s, where nothing listens", l.From, name, near, l.Address())
		found.Evidence = append(found.Evidence, lineOf(g.Root, at))
		found.Fix = alsoNamed(ctx, f, g, near, name, at, found)
		return true
	}
	return false
}
