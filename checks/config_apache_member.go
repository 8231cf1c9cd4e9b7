package checks

import (
	"math"
	"strings"

	"fix502/sysinfo"
)

var (
	memberBare   = whenAsked(`^(BalancerMember|ProxySet)\s+`)
	balancerName = whenAsked(`balancer://[\w.-]+`)
)

// apacheMember names the balancer that lines outside its section belong to, where their virtual host asks one alone.
func (t *confError) apacheMember(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	if !memberBare.MatchString(line) || !containsAny(t.text, "must define remote proxy server", "needs a proxy url") {
		return x, false
	}
	var undo []string
	for at, raw := range linesIn(g.Root, t.place.File) {
		l := strings.TrimSpace(raw)
		if !memberBare.MatchString(l) || strings.Contains(l, "balancer://") {
			continue
		}
		open := openSections(g.Root, at.File, at.Line)
		name := onlyBalancer(g.Root, at.File, open)
		if len(open) > 0 && open[len(open)-1].name == "Proxy" || name == "" {
			continue
		}
		x = x.Do("Say which balancer it belongs to", "%s", setLine(g.Root, at, memberBare.ReplaceAllString(l, "$1 "+name+" ")))
		undo = append(undo, setLine(g.Root, at, l))
	}
	x.Undo = undoAll(undo)
	return x, len(undo) > 0
}

// onlyBalancer is the one balancer that a virtual host names, or outside of them the file; empty where there are several.
func onlyBalancer(r sysinfo.Root, file string, open []section) string {
	from, to, name := 0, math.MaxInt, ""
	for _, s := range open {
		if strings.EqualFold(s.name, "VirtualHost") {
			from, to = s.at.Line, apacheEnd(r, s)
		}
	}
	for at, line := range linesIn(r, file) {
		found := balancerName.FindString(withoutComment(strings.TrimSpace(line)))
		if found == "" || at.Line < from || at.Line > to {
			continue
		}
		if name != "" && name != found {
			return ""
		}
		name = found
	}
	return name
}
