package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
	"fix502/sysinfo/errlog"
)

// apacheHop is what Apache's configuration says of a hop; ok is false behind another gateway.
func (l *live) apacheHop() (x sysinfo.ApacheHop, a *sysinfo.Apache, ok bool) {
	x, ok = l.Extra.(sysinfo.ApacheHop)
	if !ok {
		return x, nil, false
	}
	a, ok = l.Site.Gateway.Extra.(*sysinfo.Apache)
	return x, a, ok
}

// perApacheHop asks one question of every hop of Apache's.
func perApacheHop(ask func(ctx context.Context, f *sysinfo.Facts, l *live, x sysinfo.ApacheHop, a *sysinfo.Apache) *Finding) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
		x, a, ok := l.apacheHop()
		if !ok {
			return nil
		}
		return ask(ctx, f, l, x, a)
	})
}

// perApache asks one question of every Apache that runs.
func perApache(ask func(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, a *sysinfo.Apache) *Finding) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
		gateways, err := f.Gateways(ctx)
		if err != nil {
			return nil, err
		}
		var out []Finding
		for _, g := range gateways {
			if a, ok := g.Extra.(*sysinfo.Apache); ok && g.Running() {
				out = append(out, *ask(ctx, f, g, a))
			}
		}
		return out, nil
	}
}

// apacheLogged is a check on what Apache's log says of a hop, as logged is.
func apacheLogged(kinds []errlog.Kind, judge func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return perHop(apacheHops(kinds, judge))
}

func apacheHops(kinds []errlog.Kind, judge func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding) func(context.Context, *sysinfo.Facts, *live) *Finding {
	ask := loggedHop(kinds, judge)
	return func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
		if _, _, ok := l.apacheHop(); !ok {
			return nil
		}
		return ask(ctx, f, l)
	}
}

// setWorker gives the address of a hop a parameter, on the very line that names it: ProxyPass / http://app/ ttl=3.
func setWorker(l *live, x Fix, key, value string) (Fix, bool) {
	h, _, ok := l.apacheHop()
	root := l.Site.Gateway.Root
	if !ok || h.Pass.Is("SetHandler") || h.Pass.Is("AddHandler") || h.Pass.Is("RewriteRule") {
		return x, false
	}
	if set := h.Pass.Param(h.Target, key); set.Set() {
		at := set.Place
		x.Undo = replace(root, at, key+"="+value, key+"="+set.Value)
		return x.Do(fmt.Sprintf("Set %s in %s", key, at), "%s", replace(root, at, key+"="+set.Value, key+"="+value)), true
	}
	at := l.Where
	line := configLine(root, at)
	word := h.Target.URL
	if strings.Contains(line, word+`"`) {
		word += `"`
	}
	if !strings.Contains(line, word) {
		return x, false
	}
	x.Undo = replace(root, at, word+" "+key+"="+value, word)
	return x.Do(fmt.Sprintf("Add %s to %s", key, at), "%s", replace(root, at, word, word+" "+key+"="+value)), true
}

// setApache sets a directive where a setting says so now, else in the site.
func setApache(l *live, x Fix, set apache.Setting, value string) Fix {
	root := l.Site.Gateway.Root
	if set.Set() {
		at := set.Place
		name := set.Name
		if !strings.HasSuffix(name, "=") {
			name += " "
		}
		old := configLine(root, at)
		if strings.Contains(old, name+set.Value) {
			x.Undo = replace(root, at, name+value, name+set.Value)
			return x.Do(fmt.Sprintf("Set %s in %s", strings.TrimRight(name, " ="), at), "%s", replace(root, at, name+set.Value, name+value))
		}
		x.Undo = setLine(root, at, old)
		return x.Do(fmt.Sprintf("Set %s in %s", set.Name, at), "%s", setLine(root, at, set.Name+" "+value))
	}
	at := l.Site.Where
	x.Undo = removeBelow(root, at, 1)
	return x.Do("Say so in the site", "%s", insertAfter(root, at, set.Name+" "+value))
}

// latestWord is a line of the gateway's own log that names no site: of a child, or of all workers.
func latestWord(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, kind errlog.Kind) (line sysinfo.LogLine, count int) {
	logs, err := f.Logs(ctx)
	if err != nil {
		return line, 0
	}
	for _, group := range logs.Groups {
		if group.Kind != kind || len(group.Latest) == 0 || !writes(g, group.Latest[0]) {
			continue
		}
		count += group.Count
		if last := group.Latest[len(group.Latest)-1]; last.Time.After(line.Time) {
			line = last
		}
	}
	return line, count
}

// writes says that a line stands in one of a gateway's own logs.
func writes(g *sysinfo.Gateway, line sysinfo.LogLine) bool {
	logs := g.Logs
	for _, s := range g.Sites {
		logs = append(logs[:len(logs):len(logs)], s.Logs...)
	}
	for _, l := range logs {
		name := g.Root.LogName(l.Path)
		if strings.HasPrefix(line.Source, name+":") || strings.HasPrefix(line.Source, name+".") {
			return true
		}
	}
	return false
}

// siteSetting is a directive that holds in a site; nil for Apache's default.
func siteSetting(s *sysinfo.Site, a *sysinfo.Apache, name string) *apache.Directive {
	if srv, ok := s.Extra.(*apache.Server); ok {
		return srv.Get(name)
	}
	return a.Config.Base().Last(name)
}

// apacheWritten is what stands on a hop's line now, and what has to stand there for another address: a socket goes
// before its name, unix:/run/a.sock|fcgi://localhost, and a Define may hold the bare path.
func apacheWritten(l *live, line, addr string) (was, new string) {
	x, _, _ := l.apacheHop()
	was = l.written(line)
	toUnix := strings.HasPrefix(addr, "unix:")
	scheme := x.Target.Scheme + "://"
	switch {
	case l.Unix != "" && toUnix && !strings.HasPrefix(was, "unix:"):
		return was, strings.TrimPrefix(addr, "unix:")
	case l.Unix != "" && !toUnix && strings.Contains(line, was+"|"+scheme+x.Target.Name):
		return was + "|" + scheme + x.Target.Name, scheme + addr
	case l.Unix == "" && toUnix && strings.Contains(line, scheme+was):
		return scheme + was, addr + "|" + scheme + "localhost"
	}
	return was, addr
}

// balancerParam is a parameter of a hop's balancer: ProxySet's in its own section, or that of the ProxyPass which names it.
func balancerParam(x sysinfo.ApacheHop, key string) apache.Setting {
	if set := x.Target.Balancer.Param(key); set.Set() {
		return set
	}
	return x.Pass.Param(x.Target, key)
}
