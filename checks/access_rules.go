package checks

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/conf"
	"fix502/sysinfo/haproxy"
)

// accessRules is a fact: who is turned away by his address although visitors come through him.
func accessRules() Check {
	return Check{
		ID: "access-rules", Title: "Rules by address let in who has to come in", Topic: Network,
		Means: `Rules by address (allow and deny in nginx, deny in HAProxy, Require in Apache) look at who connects. Behind a gateway or a content network that is never the
visitor's own address: a rule for the office, or against one attacker, then meets everybody, as a 403; and a health check that gets the 403
takes the server out, as a 503. Put such rules where visitors connect, or let the server take the visitor's address from a header of a proxy
that it trusts (real_ip, mod_remoteip).`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			all, err := hops(ctx, f)
			if err != nil {
				return nil, err
			}
			var out []Finding
			looked := 0
			for i := range all {
				l := &all[i]
				in := f.Inner(ctx, l.Hop)
				if in == nil || !l.onPath {
					continue
				}
				looked++
				if t, from, ok := turnedAwayBy(l, in, l.answer.Question.URI); ok {
					out = append(out, turnedAwayFact(in, t, from, "who comes through "+l.From))
				}
			}
			if s, name := behindCDN(ctx, f); s != nil {
				looked++
				for _, from := range sysinfo.CDNAsks(name) {
					if t, ok := s.TurnsAway("/", from); ok {
						out = append(out, turnedAwayFact(s, t, from, "a part of those who come through "+name))
						break
					}
				}
			}
			if looked > 0 && len(out) == 0 {
				return []Finding{{Status: Pass, Summary: fmt.Sprintf("no rule by address keeps out who has to come in (%s looked at)", plural(looked, "way", "ways"))}}, nil
			}
			return out, nil
		},
	}
}

// behindCDN is the site that this run is about, where its name leads to a content network.
func behindCDN(ctx context.Context, f *sysinfo.Facts) (*sysinfo.Site, string) {
	name, s := f.PublicSite(ctx)
	if s == nil || name == "" || f.URL == "" {
		return nil, ""
	}
	addrs, err := f.PublicAddrs(ctx, name)
	if err != nil || len(addrs) == 0 || sysinfo.CDN(addrs[0]) == "" {
		return nil, ""
	}
	return s, sysinfo.CDN(addrs[0])
}

// knowsVisitors is how a gateway learns who comes through a proxy.
var knowsVisitors = map[string]string{"nginx": "set_real_ip_from and real_ip_header", "apache": "RemoteIPHeader and RemoteIPInternalProxy", "haproxy": "http-request set-src hdr(x-forwarded-for) if { src PROXY }, above the rule"}

func turnedAwayFact(s *sysinfo.Site, t sysinfo.TurnedAway, from netip.Addr, who string) Finding {
	return Finding{Site: s, Status: Warn, Where: t.Place, Summary: fmt.Sprintf("%s of %s turns %s away, and with it %s", t.Place, s, from, who),
		Evidence: []Evidence{lineOf(s.Gateway.Root, t.Place)},
		Fix:      Fix{Title: "Look at the visitor's address, not at the gateway's", Risk: Low}.Tell("Put the rule where visitors connect, or let %s take their address from the header of a proxy that it trusts: %s", s.Gateway.Title(), knowsVisitors[s.Gateway.Kind])}
}

// turnedAwayBy is the line by which the site behind a hop, nil where none is, turns away whoever comes through this gateway, and the address that it sees.
func turnedAwayBy(l *live, in *sysinfo.Site, uri string) (t sysinfo.TurnedAway, from netip.Addr, ok bool) {
	if from = packetOf(l).from; in != nil && from.IsValid() {
		t, ok = in.TurnsAway(uri, from)
	}
	return t, from, ok
}

// wellOrShut says that the app behind a hop gives its pages, or would to others than this gateway: a rule turns that away by its address.
func (l *live) wellOrShut(ctx context.Context, f *sysinfo.Facts) bool {
	if l.appIsWell(ctx, f) {
		return true
	}
	_, _, shut := turnedAwayBy(l, f.Inner(ctx, l.Hop), l.answer.Question.URI)
	return shut
}

// checkTurnedAway: the page that a health check asks for is a 403 to this gateway, by a rule that looks at the address of who connects. Mending
// the check would hand the 403 to visitors.
func checkTurnedAway(ctx context.Context, f *sysinfo.Facts, l *live, page string, status int, found *Finding) (Fix, bool) {
	if status != http.StatusForbidden {
		return Fix{}, false
	}
	in := f.Inner(ctx, l.Hop)
	t, from, ok := turnedAwayBy(l, in, page)
	if !ok {
		return Fix{}, false
	}
	if t.All && page != "/" { // that page is for nobody, and visitors are not met by its rule
		found.Evidence = append(found.Evidence, lineOf(in.Gateway.Root, t.Place))
		return Fix{}, false
	}
	root, name := in.Gateway.Root, in.Gateway.Title()
	found.Where = t.Place
	found.Summary = fmt.Sprintf("%s turns %s's check away (403): to its rule by address everybody who comes through %s is %s", name, l.From, l.From, from)
	found.Evidence = append(found.Evidence, lineOf(root, t.Place))
	x := Fix{Title: "Put the rule where visitors' own addresses are known", Risk: Medium}
	back := ofHTTP(l)
	if back == nil || len(t.Nets) == 0 || !conf.AllNets(t.Nets) || asksOtherwise(ctx, f, l, in) {
		return x.Tell("At %s, let %s in as well, and keep the rule itself in %s, which sees who really comes; else its visitors get the 403 as well", t.Place, from, l.From), true
	}
	was := strings.Join(t.Nets, " ")
	kept := "http-request deny unless { src 127.0.0.0/8 " + was + " }"
	x.Undo = setLine(root, t.Place, configLine(root, t.Place)) + "; " + removeBelow(l.Site.Gateway.Root, back.Place, 1)
	x = x.Do("Keep the rule in "+l.From+", which sees who really comes", "%s", insertAfter(l.Site.Gateway.Root, back.Place, kept)).
		Do(fmt.Sprintf("Let %s in at %s: what comes from there has passed the rule by then", from, name), "%s", replace(root, t.Place, was, was+" "+from.String()))
	return reload(ctx, f, l.Site.Gateway, reload(ctx, f, in.Gateway, x)).Do("Give the checks time to pass", "sleep 3"), true
}

// ofHTTP is the backend of a hop of HAProxy's that reads requests; nil where none does.
func ofHTTP(l *live) *haproxy.Section {
	h, ok := l.Site.Gateway.Extra.(*sysinfo.HAProxy)
	if !ok {
		return nil
	}
	back := h.Config.Backend(l.Block)
	if back == nil || back.Mode() != "http" {
		return nil
	}
	return back
}

// asksOtherwise says that a site is reached by another gateway, or another backend, as well: who comes that way would pass no rule any more. Nor would
// who comes to this one through a gateway of this machine.
func asksOtherwise(ctx context.Context, f *sysinfo.Facts, l *live, in *sysinfo.Site) bool {
	gateways, err := f.Gateways(ctx)
	if err != nil {
		return true
	}
	for _, g := range gateways {
		for _, s := range g.Sites {
			for _, h := range s.Hops {
				if to := f.Inner(ctx, h); to == in && (g != l.Site.Gateway || h.Block != l.Block) || to == l.Site {
					return true
				}
			}
		}
	}
	return false
}
