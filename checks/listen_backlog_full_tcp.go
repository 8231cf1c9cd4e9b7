package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// listenBacklogFullTCP: the app accepts too slowly, and the kernel drops who comes next.
func listenBacklogFullTCP() Check {
	return Check{
		ID: "listen-backlog-full-tcp", Title: "There is room in every port's queue", Topic: Upstreams,
		Means: `The app listens but does not take connections as fast as they come: its queue is full and the kernel silently drops the next ones. The
gateway waits in vain and answers 504, HAProxy and Varnish 503 (nginx: "timed out while connecting"). It looks like a firewall that drops. Free the app: it is stuck, stopped or has
too few workers. A longer queue only makes visitors wait longer.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if l.Unix != "" || l.reach.Listener == nil || l.reach.Listener.Limit < 0 {
				return nil
			}
			s := *l.reach.Listener
			if !s.Full() {
				return pass(fmt.Sprintf("%d of %d places in the queue of %s are taken", s.Queue, s.Limit, s))
			}
			found := &Finding{Status: l.broken(), Confidence: 0.97, Where: l.Where, Covers: []ID{"upstream-read-timeout", "firewall-blocks-upstream", "host-overloaded"},
				Summary:  fmt.Sprintf("the queue of %s is full: %d wait, room for %d", s, s.Queue, s.Limit),
				Evidence: []Evidence{{Source: "ss -ltn", Text: fmt.Sprintf("LISTEN %d %d %s", s.Queue, s.Limit, s)}}}
			if n := netstat(f, "TcpExt", "ListenOverflows"); n != "" && n != "0" {
				found.Evidence = append(found.Evidence, Evidence{Source: "nstat -az TcpExtListenOverflows", Text: n + " connections dropped so far for a full queue, all programs together"})
			}
			moves := l.reach.Owner == nil || l.reach.Owner.State != 'T' && l.reach.Owner.State != 'D'
			if moves && shortQueue(ctx, f, l, found) {
				return withLine(found, l, errlog.ConnectTimeout, errlog.ConnectTimedOut, errlog.ReadTimeout)
			}
			if moves && poolQueue(ctx, f, l, found) {
				found.Covers = append(found.Covers, "fpm-workers-exhausted")
				return withLine(found, l, errlog.ConnectTimeout, errlog.ConnectTimedOut, errlog.ReadTimeout)
			}
			found.Fix = Fix{Title: "Free the app behind " + l.Address(), Risk: Medium}.Tell("Restart the program that listens on %s", s)
			if o := l.reach.Owner; o != nil {
				if o.State == 'T' {
					found.Summary += fmt.Sprintf("; %s (pid %d) is stopped", o.Name, o.PID)
				}
				found.Evidence = append(found.Evidence, Evidence{Source: "ps", Text: fmt.Sprintf("pid %d %s, state %c", o.PID, o.Cmd, o.State)})
				if u := serviceOf(ctx, f, l, *o); u.Active != "" {
					found.Evidence = append(found.Evidence, unitSays(u))
					found.Fix = Fix{Title: "Free " + unitWord(u.Name), Risk: Medium, Workaround: true}.
						Do("Restart it: what waits in its queue is lost", "%s%s", anew(u), warmUp(u)).
						Tell("Then find out what held it: its log, its database; and whether it has enough workers for the visitors")
				}
			}
			return withLine(found, l, errlog.ConnectTimeout, errlog.ConnectTimedOut, errlog.ReadTimeout)
		}),
	}
}

// netstat reads one counter of /proc/net/netstat, which has a line of names and a line of numbers for each family.
func netstat(f *sysinfo.Facts, family, name string) string {
	b, err := f.Host.Root.ReadFile("/proc/net/netstat")
	if err != nil {
		return ""
	}
	var names []string
	for line := range strings.Lines(string(b)) {
		w := strings.Fields(line)
		if len(w) == 0 || w[0] != family+":" {
			continue
		}
		if names == nil {
			names = w
			continue
		}
		for i, n := range names {
			if n == name && i < len(w) {
				return w[i]
			}
		}
	}
	return ""
}
