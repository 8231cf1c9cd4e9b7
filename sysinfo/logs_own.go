package sysinfo

import (
	"bytes"
	"net/netip"
	"time"

	"fix502/sysinfo/errlog"
)

// ourselves is what we call ourselves when we ask a page: such a request is no visitor's.
const ourselves = "fix502 (a check by this server's admin)"

// asking is one request for a page, by the second.
type asking struct {
	at  int64
	uri string
}

// maxAskings is how many of our own requests are remembered, and how many of a group's that may be ours.
const maxAskings = 500

// slowest is how long before its end one of our requests may have begun to fail.
const slowest = 15

// isOurs says that an access log's line is of a request of ours.
func isOurs(line []byte) bool { return bytes.Contains(line, []byte(ourselves)) }

// ours remembers a request of our own, from an access log: error logs do not say who asked.
func (l *Logs) ours(ev errlog.Event) {
	if len(l.own) < maxAskings {
		l.own = append(l.own, asking{ev.Time.Unix(), string([]byte(ev.URI))})
	}
}

// perhaps keeps a failure that may be one of our own requests: asked from this machine.
func (g *LogGroup) perhaps(ev errlog.Event) {
	if a, err := netip.ParseAddr(ev.Client); err == nil && a.IsLoopback() && len(g.local) < maxAskings {
		g.local = append(g.local, asking{ev.Time.Unix(), string([]byte(ev.URI))})
	}
}

// disown takes the failures of our own requests out of the counts; the lines stay, they are the proof of what is true now.
func (l *Logs) disown() {
	for _, g := range l.Groups {
		if len(g.local) == 0 || len(l.own) == 0 {
			continue
		}
		left := append([]asking(nil), l.own...)
		for _, a := range g.local {
			for i, o := range left {
				if o.uri == a.uri && a.at >= o.at-slowest && a.at <= o.at+1 {
					g.Own++
					g.Minutes[time.Unix(a.at, 0).Truncate(time.Minute).Unix()]--
					left = append(left[:i], left[i+1:]...)
					break
				}
			}
		}
		g.local = nil
	}
}
