package checks

import (
	"context"
	"fmt"
	"slices"

	"fix502/sysinfo"
	"fix502/sysinfo/nginx"
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
		x, ofNginx := l.Extra.(sysinfo.NginxHop)
		_, a, ofApache := l.apacheHop()
		if !ofNginx && !ofApache {
			return givenName(ctx, f, l, in, at)
		}
		found := &Finding{Confidence: 0.95, Where: l.Pass, Summary: fmt.Sprintf("the site behind %s hangs up on names it does not know (%s), and %s does not tell it the name %s", l.Address(), at, l.From, l.Site.Name),
			Evidence: []Evidence{lineOf(in.Gateway.Root, at), passLine(l)}}
		found.Fix = Fix{Title: "Pass the site's name on", Risk: Low}
		switch {
		case !meant(in.Gateway, l):
			found.Fix = found.Fix.Tell("Let %s send the Host header that the site behind it knows", found.Where)
		case ofNginx:
			found.Fix = passName(ctx, f, l, x)
		default:
			preserveName(ctx, f, l, a, found)
		}
		return found
	}
	return nil
}

// preserveName lets Apache hand the visitor's name on, where it has a line that says otherwise or none.
func preserveName(ctx context.Context, f *sysinfo.Facts, l *live, a *sysinfo.Apache, found *Finding) {
	keeps := keepsName(l, a)
	if keeps.Set() {
		found.Where = keeps.Place
		found.Evidence = append(found.Evidence, lineOf(l.Site.Gateway.Root, keeps.Place))
	}
	found.Fix = reload(ctx, f, l.Site.Gateway, setApache(l, found.Fix, keeps, "On"))
}

// givenName: a gateway gives every request one name, and the nginx behind it hangs up on that (at), which it does not know.
func givenName(ctx context.Context, f *sysinfo.Facts, l *live, in *sysinfo.Site, at sysinfo.Place) *Finding {
	name, set := l.Renames()
	if name == "" || name == l.asked() {
		return nil
	}
	root := l.Site.Gateway.Root
	found := &Finding{Confidence: 0.95, Where: set, Evidence: []Evidence{lineOf(root, set), lineOf(in.Gateway.Root, at), passLine(l)},
		Summary: fmt.Sprintf("the site behind %s hangs up on names it does not know (%s), and %s asks it for %s, whatever the visitor asks for", l.Address(), at, l.From, name)}
	found.Fix = Fix{Title: "Pass the visitor's name on", Risk: Low}
	line := configLine(root, set)
	knows := slices.ContainsFunc(in.Gateway.Sites, func(s *sysinfo.Site) bool {
		return s != in && slices.ContainsFunc(s.Listen, func(listen sysinfo.Listen) bool { return int(listen.Addr.Port()) == l.Port }) && takesName(s, l.asked())
	})
	if !knows || !setsOne.MatchString(line) {
		found.Fix = found.Fix.Tell("Let %s set a name that the site behind it knows, or none", set)
		return found
	}
	found.Fix.Undo = setLine(root, set, line)
	found.Fix = reload(ctx, f, l.Site.Gateway, found.Fix.Do("Take the rule out: the site behind it knows "+l.asked(), "%s", commentOut(root, set)))
	return found
}

// setsOne is a line that sets one header and does no more.
var setsOne = whenAsked(`^(?:set\s+\S+\s*=\s*"[^"]*"\s*;|http-request\s+set-header\s+\S+\s+\S+|header_up\s+\S+\s+\S+)$`)

// nearlyKnown: a server block on the same port has a name that is nearly the one that was asked for, so that the catch-all gets its requests.
func nearlyKnown(ctx context.Context, f *sysinfo.Facts, l *live, in *sysinfo.Site, at sysinfo.Place) *Finding {
	name := l.asked()
	near, place := nearName(in.Gateway, l.Port, name)
	if !place.Known() {
		return nil
	}
	found := &Finding{Confidence: 0.95, Where: place, Summary: fmt.Sprintf("the nginx at %s hangs up on names that it does not know (%s): it knows %s, and not %s", l.Address(), at, near, name),
		Evidence: []Evidence{lineOf(in.Gateway.Root, place), lineOf(in.Gateway.Root, at), passLine(l)}}
	found.Fix = alsoNamed(ctx, f, in.Gateway, near, name, place, found)
	return found
}

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
