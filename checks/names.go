package checks

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// siteLine finds the latest line of some kinds about a site that names no upstream: of our own questions first.
func siteLine(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, kinds ...errlog.Kind) (line sysinfo.LogLine, now, ok bool) {
	is := func(k errlog.Kind) bool {
		for _, want := range kinds {
			if k == want {
				return true
			}
		}
		return false
	}
	for _, l := range f.Fresh(ctx, s) {
		if is(l.Kind) && s.Called(l.Site()) {
			return l, true, true
		}
	}
	logs, err := f.Logs(ctx)
	if err != nil {
		return line, false, false
	}
	for _, g := range logs.Groups {
		if is(g.Kind) && s.Called(g.Site) && len(g.Latest) > 0 && !g.Last.Before(line.Time) {
			line, ok = g.Latest[len(g.Latest)-1], true
		}
	}
	return line, false, ok
}

// resolved is a check on names that nginx looks up while it serves.
func resolved(judge func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding, kinds ...errlog.Kind) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
		h, ok := l.Extra.(sysinfo.NginxHop)
		if !ok || !h.Target.AtRun && !l.Variable {
			return nil
		}
		line, now, ok := siteLine(ctx, f, l.Site, kinds...)
		if !ok {
			return nil
		}
		found := judge(ctx, f, l, line)
		if found == nil {
			return nil
		}
		found.Status = Fail
		if !now {
			found.When, found.Status = l.comesAndGoes(line)
		}
		found.Evidence = append([]Evidence{quoteLine(line), passLine(l)}, found.Evidence...)
		return found
	})
}

func nameIn(l *live, line sysinfo.LogLine) string {
	if line.Name != "" {
		return line.Name
	}
	return l.Host
}

// literal writes the name where the variable stood, so that nginx resolves it once, at its start, as the system does.
func literal(ctx context.Context, f *sysinfo.Facts, l *live, name string) Fix {
	root := l.Site.Gateway.Root
	old := configLine(root, l.Pass)
	i := strings.IndexByte(old, '$')
	x := Fix{Title: "Write the name itself", Risk: Low, Undo: setLine(root, l.Pass, old)}
	if i < 0 {
		return x.Tell("Write %s instead of the variable at %s", name, l.Pass)
	}
	end := i + 1
	for end < len(old) && (old[end] == '_' || old[end] == '{' || old[end] == '}' || old[end] >= 'a' && old[end] <= 'z' || old[end] >= 'A' && old[end] <= 'Z' || old[end] >= '0' && old[end] <= '9') {
		end++
	}
	new := name
	if !strings.Contains(old[end:], ":") && l.Port != 0 && l.Port != 80 && l.Port != 443 {
		new = fmt.Sprintf("%s:%d", name, l.Port)
	}
	x = x.Do("Correct "+l.Pass.String(), "%s", replace(root, l.Pass, old[i:end], new))
	return nginxReload(ctx, f, l.Site.Gateway, x)
}

// nameserver is the first DNS server of /etc/resolv.conf.
func nameserver(f *sysinfo.Facts) string {
	b, err := f.Host.Root.ReadFile("/etc/resolv.conf")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(b)) {
		if w := strings.Fields(line); len(w) >= 2 && w[0] == "nameserver" {
			a, err := netip.ParseAddr(w[1])
			if err != nil {
				continue
			}
			if a.Is6() {
				return "[" + a.String() + "]"
			}
			return a.String()
		}
	}
	return ""
}
