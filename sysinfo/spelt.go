package sysinfo

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo/haproxy"
)

// mostLike is how many names are held against a pattern.
const mostLike = 500

// callLike gives a site of which only a pattern tells the names one that is known here: another gateway's site has it, or the hosts file does.
// A name that is made up may be one on which the gateway behind hangs up.
func (f *Facts) callLike(gateways []*Gateway) {
	var sites []*Site
	for _, g := range gateways {
		sites = append(sites, g.Sites...)
	}
	if !slices.ContainsFunc(sites, func(s *Site) bool { return s.Spelt != "" }) {
		return
	}
	type own struct {
		g    *Gateway
		name string
	}
	var names, likely []string
	taken := map[own]bool{}
	for _, s := range sites {
		if s.Spelt != "" {
			likely = append(likely, s.Name)
			continue
		}
		for _, n := range append([]string{s.Name}, s.Names...) {
			if n = strings.TrimPrefix(n, "."); strings.Contains(n, ".") && !strings.ContainsAny(n, "*~^$(:") {
				names, taken[own{s.Gateway, n}] = append(names, n), true
			}
		}
	}
	hosts := readHosts(f.Host.Root)
	for _, n := range slices.Sorted(maps.Keys(hosts)) {
		if strings.Contains(n, ".") && hosts[n][0].IsLoopback() {
			names = append(names, n)
		}
	}
	names = append(names, likely...)
	names = names[:min(len(names), mostLike)]
	for _, s := range sites {
		if s.Spelt == "" {
			continue
		}
		fits := like(s.Spelt)
		if i := slices.IndexFunc(names, func(n string) bool { return !taken[own{s.Gateway, n}] && fits(n) }); i >= 0 && names[i] != s.Name {
			s.callBy(names[i])
		}
	}
}

// callBy gives a site one of the names that its pattern stands for.
func (s *Site) callBy(name string) {
	if len(s.Names) == 1 && s.Names[0] == s.Name {
		s.Names = []string{name}
	}
	s.Name, s.Spelt = name, ""
	switch x := s.Extra.(type) {
	case *haproxy.Section: // another rule may come before the one of the pattern
		s.Hops = haproxyHops(s, s.Gateway.Extra.(*HAProxy).Config, x, name)
	case *Varnish:
		alsoFor(s, name)
	}
}

// like says which names are spelt so: "~^forum\.", "*.shop.test", "forum.*".
func like(spelt string) func(string) bool {
	if pattern, ok := strings.CutPrefix(spelt, "~"); ok {
		re, err := regexp.Compile("(?i)" + pattern)
		return func(name string) bool { return err == nil && re.MatchString(name) }
	}
	if begin, ok := strings.CutSuffix(spelt, "*"); ok {
		return func(name string) bool { return strings.HasPrefix(name, strings.ToLower(begin)) }
	}
	return func(name string) bool { return wild(spelt, name) }
}
