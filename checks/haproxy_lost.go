package checks

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// both runs two looks of one check.
func both(a, b func(context.Context, *sysinfo.Facts) ([]Finding, error)) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
		one, err := a(ctx, f)
		if err != nil {
			return one, err
		}
		two, err := b(ctx, f)
		return append(one, two...), err
	}
}

// haproxyLost is a name that no rule of the frontend sends to a backend: HAProxy answers 503 itself, without asking any
// server (<NOSRV> behind the frontend's own name in its log).
func haproxyLost(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	front, ok := s.Extra.(*haproxy.Section)
	a, bad := failsNow(ctx, f, s)
	if !ok || len(s.Hops) > 0 || !bad || a.Status != 503 {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.95, Where: s.Where, Summary: fmt.Sprintf("no rule of %s %s sends %s to a backend, and it has no default_backend", front.Kind, front.Name, s.Name)}
	if gone, ok := goneBackend(s, front); ok {
		return sentNowhere(ctx, f, s, gone, found)
	}
	if lostInMap(ctx, f, s, front, found) {
		return found
	}
	var names, backends []string
	var last sysinfo.Place
	for _, r := range front.Rules() {
		names = append(names, r.Hosts...)
		if r.Backend != "" && !slices.Contains(backends, r.Backend) {
			backends = append(backends, r.Backend)
		}
		last = r.Place
		found.Evidence = append(found.Evidence, lineOf(s.Gateway.Root, last))
	}
	found.Fix = sendTo(ctx, f, s, front, found, names, backends, last)
	return found
}

// sendTo names the lost site in the rule that was meant for it, or gives everything to the one backend there is.
func sendTo(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, front *haproxy.Section, found *Finding, names, backends []string, last sysinfo.Place) Fix {
	root := s.Gateway.Root
	all, spare := serving(s, front)
	sole := len(backends) == 1 && slices.Equal(all, backends)
	meant := ""
	if i := meantFor(s.Name, front.Rules()); i >= 0 {
		hosts := front.Rules()[i].Hosts
		meant = cmp.Or(meantName(s.Name, hosts), hosts[0])
	} else if len(names) == 1 && sole {
		meant = names[0]
	}
	x := Fix{Title: "Send " + s.Name + " to its backend", Risk: Low}
	at := nameLine(front, meant)
	switch {
	case at.Known():
		found.Where = at
		found.Evidence = append(found.Evidence, lineOf(root, at))
		x.Undo = setLine(root, at, configLine(root, at))
		x = x.Do(fmt.Sprintf("Name it beside %s", meant), "%s", replace(root, at, meant, meant+" "+s.Name))
	case spare != "":
		found.Where = lostDefault(front)
		x.Undo = removeBelow(root, found.Where, 1)
		x = x.Do("Send everything there that no rule sends elsewhere: it is the one backend that nobody is sent to", "%s", insertAfter(root, found.Where, "default_backend "+spare))
	case sole:
		found.Where = last
		x = x.Do("Send everything to the one backend there is, unless a rule says otherwise", "%s", insertAfter(root, last, "default_backend "+backends[0]))
	case len(all) == 0:
		return x.Tell("Add a line to %s %s (%s): default_backend NAME, or use_backend NAME if { hdr(host) -i %s }, with the name of the backend that is meant", front.Kind, front.Name, s.Where, s.Name)
	default:
		return x.Tell("Add a line to %s %s (%s): use_backend NAME if { hdr(host) -i %s }, with one of %s as NAME", front.Kind, front.Name, s.Where, s.Name, strings.Join(all, ", "))
	}
	return reload(ctx, f, s.Gateway, x)
}

// nameLine is the line of a frontend that asks for a host name.
func nameLine(front *haproxy.Section, name string) sysinfo.Place {
	for _, l := range front.Lines {
		if name != "" && slices.Contains(l.Words, name) && (l.Is("acl") || l.Is("use_backend")) {
			return l.Place
		}
	}
	return sysinfo.Place{}
}

// goneBackend is the rule of a map file that sends the site to a backend that is not there. In the configuration itself
// HAProxy would not start with such a name; what a map says it looks up with every request.
func goneBackend(s *sysinfo.Site, front *haproxy.Section) (haproxy.Rule, bool) {
	h, ok := s.Gateway.Extra.(*sysinfo.HAProxy)
	if !ok {
		return haproxy.Rule{}, false
	}
	for _, r := range front.Rules() {
		if r.Entry.File != "" && slices.ContainsFunc(r.Hosts, func(n string) bool { return strings.EqualFold(n, s.Name) }) && h.Config.Backend(r.Backend) == nil {
			return r, true
		}
	}
	return haproxy.Rule{}, false
}

func sentNowhere(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, r haproxy.Rule, found *Finding) *Finding {
	root := s.Gateway.Root
	found.Where = r.Entry
	found.Summary = fmt.Sprintf("%s sends %s to backend %s, and there is no such backend", found.Where, s.Name, r.Backend)
	found.Evidence = []Evidence{lineOf(root, found.Where), lineOf(root, r.Place)}
	config := s.Gateway.Extra.(*sysinfo.HAProxy).Config
	var have []string
	for _, b := range config.Proxies("backend") {
		have = append(have, b.Name)
	}
	meant := cmp.Or(meantName(r.Backend, have), soleName(r.Backend, have), renamedBackend(r.Backend, have, backendsUsed(config)))
	x := Fix{Title: "Send " + s.Name + " to a backend that is there", Risk: Low}
	if meant == "" {
		found.Fix = x.Tell("Write one of %s at %s, then reload HAProxy", strings.Join(have, ", "), found.Where)
		return found
	}
	if lines := mapLines(root, r.Entry.File, r.Backend); len(lines) > 1 { // the site has other names as well
		x.Undo = inMap(root, r.Entry.File, meant, r.Backend)
		found.Fix = reload(ctx, f, s.Gateway, x.Do(fmt.Sprintf("The backend is called %s: in %s", meant, plural(len(lines), "line", "lines")), "%s", inMap(root, r.Entry.File, r.Backend, meant)))
		return found
	}
	line := configLine(root, found.Where)
	x.Undo = setLine(root, found.Where, line)
	key, _, _ := strings.Cut(strings.ReplaceAll(line, "\t", " "), " ") // a host may be called like its backend
	found.Fix = reload(ctx, f, s.Gateway, x.Do(fmt.Sprintf("The backend is called %s", meant), "%s", setLine(root, found.Where, key+" "+meant)))
	return found
}
