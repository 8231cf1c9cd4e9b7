package checks

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// maintained: servers that somebody took out of the turn: over the stats socket, or by the word of an agent that HAProxy asks beside its check.
// One finding tells of all of a backend that are out for the same reason, at the first of them; nil at the others. False for a server that is out for
// another reason.
func maintained(ctx context.Context, f *sysinfo.Facts, l *live, all map[string]sysinfo.ServerState, found *Finding) (*Finding, bool) {
	s := all[l.Label]
	if !strings.HasPrefix(s.Status, "MAINT") && s.Status != "DOWN (agent)" && s.Status != "DRAIN" {
		return nil, false
	}
	if told, agents := agentsWord(ctx, f, l, found); agents {
		return told, true
	}
	out := sharing(l, func(h *sysinfo.Hop) bool { return all[h.Label].Status == s.Status })
	if out[0] != l.Hop {
		return nil, true
	}
	found.Summary = fmt.Sprintf("%s switched off by hand (%s), and no other server is left", wereLabels(out), s.Status)
	x := Fix{Title: "Let HAProxy ask it again", Risk: Low}
	if len(out) > 1 {
		x.Title = "Let HAProxy ask them again"
		x = x.Tell("Leave out what has to stay off: one server is enough for the pages")
	}
	if said, err := f.AskAgent(ctx, l.Hop); err == nil {
		found.Evidence = append(found.Evidence, agentSays(l, said)) // and so it is not the agent's doing
	} else if sysinfo.AgentOf(l.Hop) != "" {
		found.Summary = fmt.Sprintf("%s in maintenance (%s), by the agent's word or by hand, and no other server is left", areLabels(out), s.Status)
		x = x.Tell("See first what the agent at %s says, which did not answer here: while that is maint or stopped, HAProxy takes the server out again at its next question. End it where the agent has it from", sysinfo.AgentOf(l.Hop))
	}
	for _, h := range out {
		command := adminCommand(f, l, "set server "+h.Label+" state ready")
		x = x.Do("Switch "+h.Label+" on", "%s", cmp.Or(command, "systemctl restart haproxy"))
		if command == "" {
			break // without a file of states HAProxy keeps no such word over a restart
		}
	}
	x = forgetState(f, l, out, x, found)
	x.settles = true
	found.Fix = x
	return found, true
}

// sharing are the servers of a hop's backend, itself among them, of which something is true as well.
func sharing(l *live, is func(h *sysinfo.Hop) bool) []*sysinfo.Hop {
	var out []*sysinfo.Hop
	for _, h := range l.Site.Hops {
		if h == l.Hop || h.Block == l.Block && !h.Backup && !h.Down && !slices.ContainsFunc(out, func(o *sysinfo.Hop) bool { return o.Label == h.Label }) && is(h) {
			out = append(out, h)
		}
	}
	return out
}

// labels names servers as HAProxy does: bk/t1 and bk/t2.
func labels(all []*sysinfo.Hop) string {
	var names []string
	for _, h := range all {
		names = append(names, h.Label)
	}
	return listed(names)
}

func wereLabels(all []*sysinfo.Hop) string {
	return labels(all) + map[bool]string{true: " was", false: " were"}[len(all) == 1]
}

func areLabels(all []*sysinfo.Hop) string {
	return labels(all) + map[bool]string{true: " is", false: " are"}[len(all) == 1]
}
