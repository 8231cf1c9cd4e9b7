package sysinfo

import (
	"context"
	"strings"

	"fix502/sysinfo/haproxy"
)

// TurnedTo are the hops that visitors of a page are sent to as things stand, of those that its line of the configuration has: not the spare ones, not
// those that were taken out, by hand or by a check, and of the values of a variable none that cannot be reached where the page came back well.
// None where the gateway answers by itself, or where nobody can say.
func (f *Facts) TurnedTo(ctx context.Context, s *Site, uri string, well bool) []*Hop {
	page := f.PageOf(s, uri)
	var out []*Hop
	for _, h := range s.Hops {
		switch {
		case page != nil && h.Pass != page.Pass, f.putOut(ctx, h):
		case well && h.Variable && f.Reach(ctx, h).Broken():
		default:
			out = append(out, h)
		}
	}
	return out
}

// putOut says that a gateway does not send visitors to a hop while it has others: a spare, one of no weight, one that was taken out by hand or by a check.
func (f *Facts) putOut(ctx context.Context, h *Hop) bool {
	if h.Backup || h.Down {
		return true
	}
	switch x := h.Extra.(type) {
	case haproxy.Server:
		all, _ := f.Stats(ctx, h.Site.Gateway)
		if now, known := all[h.Label]; known && now.Status != "no check" {
			return now.Weight == 0 || !strings.HasPrefix(now.Status, "UP")
		}
		return x.Full.After("weight") == "0" || x.Check && f.Reach(ctx, h).Broken()
	case CaddyHop:
		return (x.Pass.Settings["health_uri"].Text != "" || x.Pass.Settings["health_path"].Text != "") && f.Reach(ctx, h).Broken()
	}
	return false
}
