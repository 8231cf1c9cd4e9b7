package wizard

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"fix502/checks"
)

// parts are the groups of failures in the logs: how often, what, where.
func (e Errors) parts() []Part {
	if e.Total == 0 {
		out := []Part{{Kind: State, Status: checks.Pass, Text: "no failure in the logs of the last " + Span(e.Window)}}
		if spared := e.Spared(); spared != "" {
			out = append(out, Part{Kind: Dim, Text: spared})
		}
		return out
	}
	out := []Part{{Kind: State, Status: checks.Warn, Text: e.Say()}}
	for _, g := range e.Groups {
		out = append(out, Part{Kind: Evident, Source: fmt.Sprintf("%d× %s", g.Count, g.name()), Text: g.at()})
	}
	return append(out, Part{Kind: Dim, Text: "Words are what the lines say, a name is their cause; the verdict is what is true now."})
}

// name is what a group of failures is called: by its cause, or where nobody can tell that, by what its lines say.
func (g Group) name() string { return cmp.Or(g.Says, string(g.ID)) }

// at is where a group of failures happened.
func (g Group) at() string {
	if g.Upstream == "" {
		return g.Site
	}
	return strings.TrimPrefix(g.Site+" → "+g.Upstream, " → ")
}

// Cure is what the part of a page is called that says what to do: a visitor has nothing to mend.
func (w Wizard) Cure() string {
	if w.Role == Visitor {
		return "What to do"
	}
	return "Fix"
}

// TaskPage is the page of one step: its checks' states, and the ways to go about it.
func (w Wizard) TaskPage(t Task) Page {
	p := Page{Key: t.ID, Title: t.Title, Status: w.StatusOf(t)}
	n := 0
	var skipped []checks.ID
	for _, id := range w.byWeight(t.Checks) {
		row, settled := w.Rows[id]
		switch {
		case w.Running[id]:
			p.Found = append(p.Found, Part{Kind: Dim, Text: "looking: " + w.titles[id]})
			continue
		case !settled:
			continue
		}
		if row.Status == checks.Skip {
			skipped = append(skipped, id)
			continue
		}
		p.Found = append(p.Found, Part{Kind: State, Status: row.Status, Text: row.Say()})
		because, follows := w.Report.because(id)
		if follows {
			p.Found = append(p.Found, Part{Kind: Dim, Text: "This only follows from " + string(because) + ": mend that first."})
		}
		for _, e := range row.Evidence {
			p.Found = append(p.Found, Part{Kind: Evident, Source: e.Source + e.when(), Text: e.Text})
		}
		if row.Fix != nil && row.Status != checks.Pass && !follows {
			p.Fix = append(p.Fix, fixParts(*row.Fix, n)...)
			n += len(row.Fix.Commands())
		}
	}
	if t.Log {
		p.Found = append(p.Found, w.Report.Errors.parts()...)
	}
	if len(skipped) > 0 {
		p.Found = append(p.Found, Part{Kind: State, Status: checks.Skip, Text: "does not apply here: " + joinIDs(skipped)})
	}
	if t.Guided() {
		word := "Nothing here looks by itself: this step is for a person, who ticks it off when it is done (space, or d line by line)."
		if w.Ticked(t.ID) {
			word = "Done, ticked off by hand."
		}
		p.Found = append(p.Found, Part{Kind: Say, Text: word})
	}
	if t.Front && !w.fronted() {
		p.Found = append(p.Found, Part{Kind: Say, Text: "It is for sites with a CDN in front. None was seen in front of this server."})
	}
	p.Found = append(p.Found, Part{Kind: Head, Text: "Why it matters"}, Part{Kind: Say, Text: t.Why})
	p.Fix = append(p.Fix, wayParts(slices.Concat(w.here(t.Ways), w.menuWays(t)), n, len(p.Fix) > 0)...)
	if t.Works != "" {
		p.Fix = append(p.Fix, Part{Kind: Head, Text: "It works when"}, Part{Kind: Say, Text: t.Works})
	}
	return p
}

// fronted says that a CDN was seen in front, or that nobody has looked yet.
func (w Wizard) fronted() bool {
	return !w.Done || slices.ContainsFunc(w.Report.Paths, func(p Path) bool { return p.Front != nil })
}

func wayParts(ways []Way, n int, below bool) []Part {
	var out []Part
	if below && len(ways) > 0 {
		out = append(out, Part{Kind: Head, Text: "By hand"})
	}
	for _, way := range ways {
		out = append(out, Part{Kind: Item, Source: way.At, Text: way.Say})
		if way.Command != "" {
			n++
			out = append(out, Part{Kind: Command, N: n, Text: way.Command, Way: true})
		}
	}
	return out
}

// Brief is a step's state in a few words, for the list; for a step by hand, where one goes for it.
func (w Wizard) Brief(t Task) string {
	if t.Guided() {
		if t.Front && !w.fronted() {
			return "only with a CDN in front; none was seen here"
		}
		if len(t.Ways) == 0 {
			return ""
		}
		first, _, _ := strings.Cut(t.Ways[0].Say, ". ")
		return strings.TrimSuffix(first, ".")
	}
	if w.Looking(t) { // the word before it says so
		return ""
	}
	if t.Log && w.Report.Errors.Total > 0 {
		return w.Report.Errors.Say()
	}
	if by, ok := w.Follows(t); ok {
		return "follows from " + string(by)
	}
	for _, id := range w.byWeight(t.Checks) {
		if row, ok := w.Rows[id]; ok && row.Status != checks.Skip {
			return row.Summary
		}
	}
	if t.Log {
		return "no failure in the logs of the last " + Span(w.Report.Errors.Window)
	}
	return "does not apply here"
}
