package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// apacheUDSWorkerCollision: Apache takes two sockets for one, by the name behind the |.
func apacheUDSWorkerCollision() Check {
	return Check{
		ID: "apache-uds-worker-collision", Title: "Apache's socket workers have names of their own", Topic: Platform,
		Means: `Two handlers use different sockets under the same made-up host, fcgi://localhost: a ProxyPass with that name makes a worker, and Apache hands the
pages of a SetHandler with the same name to it as well, so one site runs on the PHP of another or fails with a socket that its own files never
name. Give each a host of its own: "proxy:unix:/run/php/a.sock|fcgi://site-a".`,
		Run: perApacheHop(func(ctx context.Context, f *sysinfo.Facts, l *live, x sysinfo.ApacheHop, _ *sysinfo.Apache) *Finding {
			other := rival(f, l, x)
			if other == nil {
				return nil
			}
			root := l.Site.Gateway.Root
			own := strings.ReplaceAll(strings.TrimSuffix(path.Base(l.Unix), path.Ext(l.Unix)), "_", "-") + ".local"
			found := &Finding{Status: Warn, Confidence: 0.98, Where: l.Where, Evidence: []Evidence{passLine(l), lineOf(root, other.Where)},
				Summary: fmt.Sprintf("%s and %s go by one name, %s://%s: Apache asks the wrong one", l.Unix, other.Unix, x.Target.Scheme, x.Target.Name)}
			line, now, ok := strayed(ctx, f, l, other)
			switch {
			case now || failsUnheard(ctx, f, l) && l.reach.Open() && f.Reach(ctx, other).Broken():
				found.Status = Fail
				found.Covers = []ID{"fpm-not-running", "socket-path-mismatch", "socket-permission", "php-version-upgraded", "upstream-returned-5xx"}
			case ok:
				found.When, found.Status = l.comesAndGoes(line)
			}
			if ok {
				found.Evidence = append([]Evidence{quoteLine(line)}, found.Evidence...)
			}
			mark := "|" + x.Target.Scheme + "://"
			fix := Fix{Title: "Give the socket a name of its own", Risk: Low, Undo: replace(root, l.Where, mark+own, mark+x.Target.Name)}
			found.Fix = reload(ctx, f, l.Site.Gateway, fix.Do("Any name will do, as long as no other line has it", "%s", replace(root, l.Where, mark+x.Target.Name, mark+own)))
			return found
		}),
	}
}

// rival is another socket's hop whose worker takes this hop's requests: one of ProxyPass, or both are.
func rival(f *sysinfo.Facts, l *live, x sysinfo.ApacheHop) *sysinfo.Hop {
	if l.Unix == "" || x.Target.Name == "" {
		return nil
	}
	made, _ := sysinfo.Memo(f, fmt.Sprintf("socket workers of ProxyPass %p", l.Site.Gateway), func() ([]*sysinfo.Hop, error) { // handlers may be thousands, these are few
		return slices.DeleteFunc(allHops(l.Site.Gateway), func(h *sysinfo.Hop) bool {
			o, ok := h.Extra.(sysinfo.ApacheHop)
			return !ok || h.Unix == "" || !o.Pass.Is("ProxyPass") && !o.Pass.Is("ProxyPassMatch")
		}), nil
	})
	for _, h := range made {
		if o, ok := h.Extra.(sysinfo.ApacheHop); ok && h.Unix != l.Unix && strings.EqualFold(o.Target.Name, x.Target.Name) && o.Target.Scheme == x.Target.Scheme {
			return h
		}
	}
	return nil
}

// strayed is a line of this site's log about the other socket. In a log that all sites share no line says whose it is: there one counts that
// came as this site was asked, and failed.
func strayed(ctx context.Context, f *sysinfo.Facts, l *live, other *sysinfo.Hop) (sysinfo.LogLine, bool, bool) {
	about := func(line sysinfo.LogLine) bool {
		return line.Event.Source == errlog.Apache && line.Site() != "" && l.Site.Wrote(&line) && line.Upstream.Address == "unix:"+other.Unix
	}
	for _, line := range f.Fresh(ctx, l.Site) {
		if about(line) || l.hit && line.Site() == "" && line.Upstream.Address == "unix:"+other.Unix {
			return line, true, true
		}
	}
	logs, err := f.Logs(ctx)
	if err != nil {
		return sysinfo.LogLine{}, false, false
	}
	for _, g := range logs.Groups {
		if n := len(g.Latest); n > 0 && about(g.Latest[n-1]) {
			return g.Latest[n-1], false, true
		}
	}
	return sysinfo.LogLine{}, false, false
}
