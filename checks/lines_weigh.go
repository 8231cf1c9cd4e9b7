package checks

import (
	"sort"
	"strings"
	"time"

	"fix502/sysinfo/errlog"
)

// near is how far apart a reason and its symptom may be written, for logs of several programs.
const near = 10 * time.Minute

// A clue is a group of like lines and what they mean.
type clue struct {
	*errlog.Group
	signature
	explained *clue // the reason that says better what these lines show
	weight    int   // lines, those explained by it included
}

// weigh merges what all lines mean: per cause the highest confidence, and all lines that speak for it. A line that
// knows the reason outranks the lines that only show the symptom.
func weigh(t *errlog.Tally) []LineCause {
	clues := cluesOf(t)
	for _, c := range clues {
		c.explain(clues)
	}
	combine(t, clues)
	merged := map[ID]*LineCause{}
	total := 0
	for _, c := range clues {
		total = max(total, c.weight)
	}
	for _, c := range clues {
		for rank, lead := range c.leads {
			add(merged, c, lead, rank, total)
		}
	}
	list := make([]LineCause, 0, len(merged))
	for _, cause := range merged {
		list = append(list, *cause)
	}
	sort.Slice(list, func(i, j int) bool {
		a, b := list[i], list[j]
		return a.score > b.score || a.score == b.score && (a.Count > b.Count || a.Count == b.Count && a.ID < b.ID)
	})
	return list
}

func cluesOf(t *errlog.Tally) []*clue {
	var clues []*clue
	for _, g := range t.Groups {
		if noiseID(g.Kind) != "" {
			continue
		}
		if s := meaning(&g.Event); len(s.leads) > 0 {
			clues = append(clues, &clue{Group: g, signature: s, weight: g.Count})
		}
	}
	sort.Slice(clues, func(i, j int) bool { // maps have no order, reports do
		a, b := clues[i], clues[j]
		if a.Count != b.Count {
			return a.Count > b.Count
		}
		return a.Example < b.Example
	})
	return clues
}

// explain looks for the reason of a symptom: the surest one that was written near it.
func (c *clue) explain(clues []*clue) {
	if c.is == 0 {
		return
	}
	for _, r := range clues {
		if r == c || r.explains&c.is == 0 && !(c.is == echo && r.is != echo && r.is != 0) || !together(c.Span, r.Span) {
			continue
		}
		if c.is == r.is && c.is != echo && r.leads[0].Confidence <= c.leads[0].Confidence {
			continue
		}
		if c.explained == nil || r.leads[0].Confidence > c.explained.leads[0].Confidence {
			c.explained = r
		}
	}
	if c.explained != nil {
		c.explained.weight += c.Count
	}
}

func together(a, b errlog.Span) bool {
	if a.First.IsZero() || b.First.IsZero() {
		return true
	}
	return !a.First.After(b.Last.Add(near)) && !b.First.After(a.Last.Add(near))
}

// combine knows what several lines say and none of them alone.
func combine(t *errlog.Tally, clues []*clue) {
	has := func(k errlog.Kind) bool { return t.Kinds[k].Count > 0 }
	for _, c := range clues {
		switch {
		case c.Kind == errlog.FPMReloadExec && has(errlog.ConnectUnixRefused):
			c.leads = []Candidate{{"fpm-reload-killed-master", .93}}
		case (c.Kind == errlog.FPMReloading || c.Kind == errlog.FPMReloadExec || c.Kind == errlog.FPMStopping) && (has(errlog.ReadReset) || has(errlog.ReadResetBody)):
			c.leads = []Candidate{{"fpm-reload-inflight", .92}}
		case c.Kind == errlog.FPMBindFailed && c.Event.Errno == errlog.ENOENT:
			c.leads = []Candidate{{"run-dir-missing", .92}, {"fpm-pool-config-error", .7}}
		case c.Kind == errlog.UnitStartLimit && len(clues) > 1:
			c.leads = []Candidate{{"start-limit-hit", .8}} // the first failure is the cause
		case c.Kind == errlog.UnitConfig && has(errlog.FPMBindFailed):
			c.leads = []Candidate{{"fpm-pool-config-error", .7}}
		case c.Kind == errlog.FPMInitFailed && has(errlog.FPMBindFailed):
			c.leads = []Candidate{{"fpm-pool-config-error", .7}}
		case c.Kind == errlog.FPMStopping && !has(errlog.ConnectUnixMissing) && !has(errlog.ConnectUnixRefused) && !has(errlog.ConnectRefused) && restarted(t, c):
			c.leads = nil // somebody restarted it
		case c.Kind == errlog.FirewallDrop && !has(errlog.ConnectTimeout) && !has(errlog.ConnectTimedOut) && !has(errlog.ConnectNoRoute) && !has(errlog.ConnectRefused) && fromOutside(c.Example):
			c.leads = nil // packets of strangers, as on any machine
		case c.Kind == errlog.TLSHandshake && has(errlog.TLSVerify):
			c.leads = []Candidate{{"upstream-tls-verify", .9}}
		case c.Kind == errlog.Banned && (has(errlog.ConnectRefused) || has(errlog.ConnectTimeout) || has(errlog.ConnectNoRoute)):
			c.leads = []Candidate{{"fail2ban-banned-proxy", .8}}
		}
	}
}

// restarted: what stopped wrote after that that it runs.
func restarted(t *errlog.Tally, c *clue) bool {
	up := t.Kinds[errlog.Started]
	return up.Count > 0 && !up.Last.Before(c.Span.Last)
}

// fromOutside: the packet came in over a network card that faces other machines, and was for this one.
func fromOutside(line string) bool {
	return strings.Contains(line, "OUT= ") && strings.Contains(line, "IN=") && !strings.Contains(line, "IN=lo ") &&
		!strings.Contains(line, "IN=docker") && !strings.Contains(line, "IN=br-") && !strings.Contains(line, "IN= ")
}

// add merges one candidate of one clue into the report.
func add(merged map[ID]*LineCause, c *clue, lead Candidate, rank, total int) {
	confidence := lead.Confidence
	if c.explained != nil {
		confidence *= .5
	}
	if c.is == echo && c.explained == nil && rank > 0 {
		confidence *= .95
	}
	cause := merged[lead.ID]
	if cause == nil {
		cause = &LineCause{ID: lead.ID}
		merged[lead.ID] = cause
	}
	cause.Count += c.Count
	widen(cause, c.Span)
	score := confidence * (.6 + .4*float64(c.weight)/float64(max(total, 1)))
	if score > cause.score {
		cause.score = score
	}
	if confidence > cause.Confidence {
		cause.Confidence = confidence
		cause.Certain = confidence >= sureEnough
		cause.Example = c.Example
		cause.LookAt = lookAt(lead.ID, &c.Event)
	}
}

func widen(cause *LineCause, s errlog.Span) {
	if s.First.IsZero() {
		return
	}
	if cause.First == nil || s.First.Before(*cause.First) {
		cause.First = &s.First
	}
	if cause.Last == nil || s.Last.After(*cause.Last) {
		cause.Last = &s.Last
	}
}
