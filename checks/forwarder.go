package checks

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// forwards are programs that take a connection and make another one to where they were told; nobody behind them means an
// end without an answer, not a refused connection.
var forwards = []pattern{
	whenAsked(`systemd-socket-proxyd\b.*\s([\w.-]+:\d+|\[[0-9a-fA-F:]+\]:\d+)\s*$`),
	whenAsked(`\bsocat\b.*\s(?i:TCP[46]?(?:-CONNECT)?):([\w.-]+:\d+)`),
}

// behindForwarder: what listens only hands connections on, and nothing listens where it hands them to.
func behindForwarder(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	if !l.hit || l.reach.Owner == nil {
		return nil
	}
	name := f.UnitOf(l.reach.Owner.PID)
	if service, _ := f.SocketService(l.Hop); l.reach.Owner.PID == 1 {
		name = service
	}
	u, _ := f.Unit(ctx, name)
	to := ""
	for _, re := range forwards {
		if m := re.FindStringSubmatch(cmp.Or(u.Exec, l.reach.Owner.Cmd)); m != nil {
			to = m[1]
		}
	}
	host, port, err := net.SplitHostPort(to)
	if err != nil {
		return nil
	}
	h := *l.Hop
	h.Host, h.Unix, h.Block, h.Raw, h.Where = host, "", "", to, execPlace(f, u)
	h.Port, _ = strconv.Atoi(port)
	h.Addrs = f.Lookup(ctx, l.Site.Gateway, host)
	behind := live{Hop: &h, reach: f.Reach(ctx, &h), hit: l.hit, answer: l.answer, onPath: l.onPath}
	found := nothingListening(ctx, f, &behind)
	if found == nil || found.Status != Fail {
		return nil
	}
	found.Hop = l.Hop
	found.Summary = fmt.Sprintf("%s only hands on what %s sends to %s, and nothing listens at %s", cmp.Or(unitWord(u.Name), l.reach.Owner.Name), l.From, l.Address(), to)
	found.Evidence = append(found.Evidence, passLine(l))
	if slices.ContainsFunc(found.Fix.Steps, func(s Step) bool { return strings.HasPrefix(s.Command, "sed ") }) {
		if app := appUnit(ctx, f, l); app.Name != "" && app.Name != u.Name && !app.Running() { // the unit that names the port is the forwarder's own
			found.Evidence = append(found.Evidence, unitSays(app))
			found.Fix = startSeen(ctx, f, app)
			return found
		}
		found.Fix = Fix{Title: "Let it hand them to the app", Risk: Low}.Tell("Correct the address at %s: ss -ltnp shows where the app listens. Then restart %s", h.Where, unitWord(u.Name))
	}
	return found
}
