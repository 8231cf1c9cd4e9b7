package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// lostInMap: the frontend chooses its backends by a file of names, and the site's is not in it. That file is the place, and a line in
// it the cure, where one of the site's other names stands there.
func lostInMap(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, front *haproxy.Section, found *Finding) bool {
	var backends []string
	var mapped []haproxy.Rule
	for _, r := range front.Rules() {
		if r.Entry.File == "" || len(r.Hosts) != 1 {
			return false // other rules decide as well
		}
		mapped = append(mapped, r)
		if !slices.Contains(backends, r.Backend) {
			backends = append(backends, r.Backend)
		}
	}
	if len(mapped) == 0 {
		return false
	}
	root, file := s.Gateway.Root, mapped[0].Entry.File
	found.Where = sysinfo.Place{File: file}
	found.Summary = fmt.Sprintf("%s is not in %s, by which %s %s chooses the backend, and there is no default_backend", s.Name, file, front.Kind, front.Name)
	found.Evidence = []Evidence{lineOf(root, mapped[0].Place)}
	x := Fix{Title: "Send " + s.Name + " to its backend", Risk: Low}
	i := meantFor(s.Name, mapped)
	if i < 0 || !onlyRoots(root, file) || !plainHost(s.Name) {
		found.Fix = x.Tell("Add a line to %s: %s NAME, with one of %s as NAME; then reload HAProxy", file, s.Name, strings.Join(backends, ", "))
		return true
	}
	found.Where = mapped[i].Entry
	found.Evidence = append(found.Evidence, lineOf(root, found.Where))
	x.Undo = removeBelow(root, found.Where, 1)
	found.Fix = reload(ctx, f, s.Gateway, x.Do("Name it beside "+mapped[i].Hosts[0], "%s", insertAfter(root, found.Where, s.Name+" "+mapped[i].Backend)))
	return true
}

// meantFor is the rule that was meant for a name which none has: that of the name with or without www, or of a slip of it, whose backend is
// called as the site is. Two names that differ in a letter are mostly two customers.
func meantFor(name string, rules []haproxy.Rule) int {
	plain := strings.TrimPrefix(name, "www.")
	if i := slices.IndexFunc(rules, func(r haproxy.Rule) bool {
		return slices.ContainsFunc(r.Hosts, func(h string) bool { return strings.TrimPrefix(h, "www.") == plain })
	}); i >= 0 {
		return i
	}
	return slices.IndexFunc(rules, func(r haproxy.Rule) bool {
		words := strings.FieldsFunc(r.Backend, func(c rune) bool { return strings.ContainsRune("-_.", c) })
		return meantName(name, r.Hosts) != "" && slices.ContainsFunc(words, func(w string) bool { return calledAfter(name, w) })
	})
}
