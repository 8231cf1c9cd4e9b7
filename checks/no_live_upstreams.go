package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// noLiveUpstreams: every server of the block is out; mostly the echo of an earlier failure.
func noLiveUpstreams() Check {
	return Check{
		ID: "no-live-upstreams", Title: "Every upstream block has a server that may be asked", Topic: Upstreams,
		After: []ID{"upstream-port-nothing-listening", "bind-address-mismatch", "localhost-ipv6-mismatch", "firewall-blocks-upstream", "fail2ban-banned-proxy", "network-unreachable",
			"fpm-not-running", "fpm-pool-config-error", "socket-path-mismatch", "socket-permission", "node-crash", "gunicorn-boot-failure", "upstream-read-timeout", "upstream-premature-close",
			"upstream-protocol-mismatch", "stale-dns-cached-ip", "docker-localhost-upstream", "unit-not-enabled-after-reboot", "oom-killed", "listen-backlog-full-tcp"},
		Means: `nginx takes a server out of its upstream block after a failure (max_fails, 1 within 10 seconds by default); when all are out, it answers
502 without asking anybody and logs "no live upstreams". That line is an echo: the cause is in the lines of the ten seconds before it. Only
when all servers are marked "down" in the file itself, or have as many connections as max_conns allows, is it the cause.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if l.Block == "" || nginxOf(l.Site.Gateway) == nil {
				return nil
			}
			peers, down := 0, []*sysinfo.Hop{}
			for _, h := range l.Site.Hops {
				if h.Block == l.Block && h.Pass == l.Pass {
					if peers++; h.Down {
						down = append(down, h)
					}
				}
			}
			line, now, ok := l.has(errlog.NoLiveUpstreams)
			if len(down) == peers && peers > 0 {
				found := &Finding{Status: l.broken(), Confidence: 0.97, Where: down[0].Where, Summary: fmt.Sprintf("all %d servers of upstream %s are marked down", peers, l.Block), Fix: unmark(ctx, f, l, down)}
				for _, h := range down {
					found.Evidence = append(found.Evidence, lineOf(l.Site.Gateway.Root, h.Where))
				}
				return withLine(found, l, errlog.NoLiveUpstreams)
			}
			if !ok {
				return pass(fmt.Sprintf("%d of %d servers of upstream %s may be asked", peers-len(down), peers, l.Block))
			}
			if now {
				if found := fullByMaxConns(ctx, f, l, line); found != nil {
					return found
				}
			}
			found := &Finding{Status: Fail, Confidence: 0.6, Where: l.blockPlace(), Summary: fmt.Sprintf("nginx took all %d servers of upstream %s out after failures", peers, l.Block), Evidence: []Evidence{quoteLine(line)},
				Fix: Fix{Title: "Look at the failure before it", Risk: Low}.Tell("Read the lines of the ten seconds before this one in the same log: they name the server and what it did")}
			if n := peers - len(down); len(down) > 0 {
				found.Summary = fmt.Sprintf("nginx took the %d of %d servers of upstream %s out that are not marked down, after failures", n, peers, l.Block)
			}
			counted := answersCounted(ctx, f, l, found)
			if !now {
				found.When, found.Status = l.comesAndGoes(line)
			} else if !counted {
				backAgain(ctx, f, l, found)
			}
			return found
		}),
	}
}

// backAgain: the server that was put aside takes connections by now, and nginx waits for the end of fail_timeout. A reload forgets it.
func backAgain(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) {
	root := l.Site.Gateway.Root
	for _, h := range l.Site.Hops {
		m := failTimeout.FindString(configLine(root, h.Where))
		if h.Block != l.Block || h.Pass != l.Pass || h.Down || m == "" || !f.Reach(ctx, h).Open() {
			continue
		}
		found.Where, found.Confidence = h.Where, 0.9
		found.Summary += fmt.Sprintf("; %s takes connections again, and is not asked for as long as %s says", h.Address(), m)
		found.Evidence = append(found.Evidence, lineOf(root, h.Where), Evidence{Source: "ss -ltn", Text: h.Address() + " listens"})
		found.Fix = reload(ctx, f, l.Site.Gateway, Fix{Title: "Let nginx forget the failures", Risk: Low}).
			Tell("Write a shorter fail_timeout at %s (10s is nginx's own): after one failure the server is left alone that long", h.Where)
		return
	}
}

var failTimeout = whenAsked(`fail_timeout=\S+[^;\s]`)

// blockPlace is where the hop's upstream block begins.
func (l *live) blockPlace() sysinfo.Place {
	if h, ok := l.Extra.(sysinfo.NginxHop); ok && h.Target.Upstream != nil && h.Target.Upstream.Place.File != "" {
		return h.Target.Upstream.Place
	}
	return l.Pass
}

// unmark takes "down" away where somebody listens; where nobody does, from all.
func unmark(ctx context.Context, f *sysinfo.Facts, l *live, down []*sysinfo.Hop) Fix {
	x := Fix{Title: "Take the mark away from servers that work", Risk: Low}
	root := l.Site.Gateway.Root
	up := []*sysinfo.Hop{}
	for _, h := range down {
		if f.Reach(ctx, h).Open() {
			up = append(up, h)
		}
	}
	if len(up) == 0 {
		up = down
	}
	for _, h := range up {
		old := configLine(root, h.Where)
		new := strings.Replace(old, " down", "", 1)
		x.Undo = strings.TrimPrefix(x.Undo+"; "+setLine(root, h.Where, old), "; ")
		x = x.Do("Let nginx ask "+h.Address()+" again", "%s", setLine(root, h.Where, new))
	}
	return reload(ctx, f, l.Site.Gateway, x)
}
