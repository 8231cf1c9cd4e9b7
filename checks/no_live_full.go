package checks

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// maxConns is the number of connections that nginx gives a server of an upstream block at once; per worker, where the block has no zone
// (ngx_http_upstream_module, server).
var maxConns = whenAsked(`\bmax_conns=([1-9]\d*)`)

// fullByMaxConns: no server failed, each that works has as many connections as max_conns lets it have. nginx tells that by the same line as
// the other (ngx_http_upstream_get_round_robin_peer).
func fullByMaxConns(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
	root := l.Site.Gateway.Root
	var full []*sysinfo.Hop
	asked := 0
	for _, h := range l.Site.Hops {
		if h.Block != l.Block || h.Pass != l.Pass || h.Down {
			continue
		}
		limited := maxConns.MatchString(configLine(root, h.Where))
		open := f.Reach(ctx, h).Open()
		if open && !limited {
			return nil
		}
		if asked++; open {
			full = append(full, h)
		}
	}
	before, _, failed := l.has(append([]errlog.Kind{errlog.PrematureClose, errlog.ReadTimeout}, connectKinds...)...)
	alone := asked == 1 && len(full) == 1 && len(full[0].Addrs) < 2 // the only server of a block is never taken out for failures
	if len(full) == 0 || !alone && failed && line.Time.Sub(before.Time) < 10*time.Second {
		return nil
	}
	at := full[0].Where
	limit := maxConns.FindStringSubmatch(configLine(root, at))[1]
	found := &Finding{Status: Fail, Confidence: 0.95, Where: at, Evidence: []Evidence{lineOf(root, at), quoteLine(line)},
		Summary: fmt.Sprintf("%s has as many connections as max_conns=%s lets nginx open; no server of upstream %s failed", full[0].Address(), limit, l.Block)}
	found.Fix = Fix{Title: "Let nginx open more connections to it", Risk: Medium}
	for _, h := range full {
		found.Fix = moreConns(root, found.Fix, h)
	}
	found.Fix = reload(ctx, f, l.Site.Gateway, found.Fix).Tell("The limit may guard the app: see what holds its connections so long (ss -tnp), and how many it can serve at once")
	return found
}

// moreConns doubles a server's limit, sixteen at the least.
func moreConns(root sysinfo.Root, x Fix, h *sysinfo.Hop) Fix {
	old := configLine(root, h.Where)
	m := maxConns.FindStringSubmatch(old)
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return x
	}
	x.Undo = also(x.Undo, setLine(root, h.Where, old))
	return x.Do("Raise the limit of "+h.Address(), "%s", setLine(root, h.Where, strings.Replace(old, m[0], fmt.Sprintf("max_conns=%d", max(16, 2*n)), 1)))
}
