package checks

import (
	"fmt"
	"regexp"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/varnish"
)

var (
	vclReserved = whenAsked(`^The names 'vcl_\*' are reserved`)
	vclSub      = whenAsked(`^sub\s+(vcl_\w+)`)
	vclRenamed  = map[string]string{"vcl_fetch": "vcl_backend_response", "vcl_error": "vcl_synth", "vcl_response": "vcl_backend_response", "vcl_backend": "vcl_backend_response", "vcl_receive": "vcl_recv"}
	adminGone   = whenAsked(`^-T (\S+):(\d+) could not be listened on`)
	newDirector = whenAsked(`^\s*new\s+(\w+)\s*=\s*directors\.(round_robin|random|fallback|hash|shard)\(`)
)

// vclOld renames a subroutine that Varnish 4 renamed.
func (t *confError) vclOld(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	m := vclSub.FindStringSubmatch(line)
	if !vclReserved.MatchString(t.text) || m == nil {
		return x, false
	}
	new := vclRenamed[m[1]]
	if new == "" || strings.Count(line, m[1]) != 1 {
		return x, false
	}
	return x.Do(fmt.Sprintf("Since Varnish 4 it is called %s", new), "%s", replace(g.Root, t.place, m[1], new)), true
}

// emptyDirector gives a director the one backend that there is: it was made and nobody added any to it.
func emptyDirector(l *live, said string, found *Finding) bool {
	own, ok := l.Site.Gateway.Extra.(*sysinfo.Varnish)
	if !ok || !strings.Contains(said, "returned no backend") || len(own.Config.Backends) != 1 {
		return false
	}
	g := l.Site.Gateway
	at := seekLine(g, newDirector)
	if !at.Known() || seekLine(g, regexp.MustCompile(`\.add_backend\(`)).Known() || len(namedBy(g, newDirector)) != 1 {
		return false
	}
	name := namedBy(g, newDirector)[0]
	found.Where, found.Confidence = at, 0.95
	found.Summary = fmt.Sprintf("the director %s has no backend: nothing was added to it", name)
	found.Evidence = append(found.Evidence, lineOf(g.Root, at))
	x := Fix{Title: "Give the director its backend", Risk: Low, Undo: removeBelow(g.Root, at, 1)}
	extra := ""
	if kind := newDirector.FindStringSubmatch(configLine(g.Root, at))[2]; kind == "random" || kind == "hash" {
		extra = ", 1.0"
	}
	found.Fix = x.Do("Add the backend that there is", "%s", insertAfter(g.Root, at, fmt.Sprintf("%s.add_backend(%s%s);", name, own.Config.Backends[0].Name, extra)))
	return true
}

// unproxied takes the PROXY protocol off a backend that answers 400 to it.
func unproxied(l *live, b *varnish.Backend, x Fix, found *Finding) (Fix, bool) {
	v, ok := b.Values["proxy_header"]
	root := l.Site.Gateway.Root
	at := v.Place
	text := regexp.MustCompile(`\.proxy_header\s*=\s*[12]\s*;`).FindString(configLine(root, at))
	if !ok || text == "" {
		return x, false
	}
	found.Where, found.Evidence = at, append(found.Evidence, lineOf(root, at))
	found.Summary = fmt.Sprintf("Varnish begins with the PROXY protocol, and the app at %s takes that for a bad request: the probe fails, and Varnish asks it nothing", l.Address())
	x.Title, x.Undo = "Ask the app without the PROXY protocol", setLine(root, at, configLine(root, at))
	return x.Do("The app gives a page when it is asked without", "%s", replace(root, at, text, "")), true
}
