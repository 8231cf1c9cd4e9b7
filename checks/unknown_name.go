package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/nginx"
	"fix502/sysinfo/spelling"
)

// hangUp is nginx's own status for "close the connection and say nothing".
const hangUp = 444

// hungUp: the app that closed the connection is a server block of an nginx here, one that drops requests for names it
// does not know; the gateway in front did not send it the site's name.
func hungUp(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	in := f.Inner(ctx, l.Hop)
	if in == nil || in.Called(l.Site.Name) {
		return nil
	}
	srv, ok := in.Extra.(*nginx.Server)
	if !ok {
		return nil
	}
	for _, r := range srv.Returns() {
		if r.Code != hangUp {
			continue
		}
		at := r.Place
		if found := nearlyKnown(ctx, f, l, in, at); found != nil {
			return found
		}
		x, ok := l.Extra.(sysinfo.NginxHop)
		if !ok {
			return nil
		}
		found := &Finding{Confidence: 0.95, Where: l.Pass, Summary: fmt.Sprintf("the site behind %s hangs up on names it does not know (%s), and nginx does not tell it the name %s", l.Address(), at, l.Site.Name),
			Evidence: []Evidence{lineOf(in.Gateway.Root, at), passLine(l)}}
		found.Fix = Fix{Title: "Pass the site's name on", Risk: Low}.Tell("Let %s send the Host header that the site behind it knows", l.Pass)
		if meant(in.Gateway, l) {
			found.Fix = passName(ctx, f, l, x)
		}
		return found
	}
	return nil
}

// nearlyKnown: a server block on the same port has a name that is nearly the one that was asked for, so that the catch-all gets its requests.
func nearlyKnown(ctx context.Context, f *sysinfo.Facts, l *live, in *sysinfo.Site, at sysinfo.Place) *Finding {
	name := l.Site.Name
	if l.answer != nil && l.answer.Question.Host != "" {
		name = l.answer.Question.Host
	}
	var place sysinfo.Place
	near := ""
	for _, s := range in.Gateway.Sites {
		srv, ok := s.Extra.(*nginx.Server)
		listens := slices.ContainsFunc(s.Listen, func(listen sysinfo.Listen) bool { return int(listen.Addr.Port()) == l.Port })
		if s.Called(name) && listens {
			return nil
		}
		if other := spelling.Closest(name, s.Names); ok && listens && other != "" && figures.ReplaceAllString(other, "") != figures.ReplaceAllString(name, "") {
			if near != "" {
				return nil
			}
			near, place = other, srv.Block.Get("server_name").Place
		}
	}
	if near == "" || !strings.Contains(configLine(in.Gateway.Root, place), "server_name ") {
		return nil
	}
	root := in.Gateway.Root
	found := &Finding{Confidence: 0.95, Where: place, Summary: fmt.Sprintf("the nginx at %s hangs up on names that it does not know (%s): it knows %s, and not %s", l.Address(), at, near, name),
		Evidence: []Evidence{lineOf(root, place), lineOf(root, at), passLine(l)}}
	x := Fix{Title: "Let the site have the name that is asked for", Risk: Low}
	if len(f.Lookup(ctx, in.Gateway, near)) > 0 || !plainHost(name) { // a name that leads somewhere is somebody's
		found.Fix = x.Tell("If %s is the same site, add the name at %s", name, place)
		return found
	}
	found.Evidence = append(found.Evidence, Evidence{Source: "getent ahosts " + near, Text: "no such name"})
	x.Undo = setLine(root, place, configLine(root, place))
	found.Fix = reload(ctx, f, in.Gateway, x.Do("Add it", "%s", replace(root, place, "server_name ", "server_name "+name+" ")))
	return found
}

// figures tell one customer's name from another's: kunde7 is no slip of kunde8.
var figures = whenAsked(`\d+`)

// meant says that another server block on the same port knows the site's name.
func meant(g *sysinfo.Gateway, l *live) bool {
	for _, s := range g.Sites {
		for _, listen := range s.Listen {
			if s != l.Site && int(listen.Addr.Port()) == l.Port && s.Called(l.Site.Name) && len(s.Names) > 0 {
				return true
			}
		}
	}
	return false
}

// passName sets the Host header where the pass stands. A proxy_set_header in a location takes all those of the server
// block out of force there, so it goes where the others are.
func passName(ctx context.Context, f *sysinfo.Facts, l *live, h sysinfo.NginxHop) Fix {
	root := l.Site.Gateway.Root
	x := Fix{Title: "Pass the site's name on", Risk: Low}
	set := l.family() + "_set_header"
	text := set + " Host $host;"
	if at := h.Pass.Header("Host").Place; at.Known() && alone(configLine(root, at)) {
		x.Undo = setLine(root, at, configLine(root, at))
		return reload(ctx, f, l.Site.Gateway, x.Do("Correct "+at.String(), "%s", setLine(root, at, text)))
	}
	at, name := l.Pass, h.Pass.Family+"_pass"
	if own := h.Pass.Block.Own(set); len(own) == 0 {
		if others := h.Pass.Server.Block.Own(set); len(others) > 0 {
			at, name = others[len(others)-1].Place, set
		}
	}
	edit, undo := addBehind(root, at, name, []string{text})
	x.Undo = undo
	return reload(ctx, f, l.Site.Gateway, x.Do("Add the header behind "+at.String(), "%s", edit))
}
