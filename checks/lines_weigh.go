package checks

import (
	"sort"
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
