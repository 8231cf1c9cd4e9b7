package wizard

import (
	"fmt"
	"slices"
	"time"

	"fix502/checks"
)

// Coverage says how much could be looked at.
type Coverage struct {
	Looked  int       `json:"looked"`
	Total   int       `json:"total"`
	Missing []Missing `json:"missing"`
}

// Missing is a check that could not look.
type Missing struct {
	ID      checks.ID `json:"id"`
	Why     string    `json:"why"`
	Command string    `json:"command,omitempty"`
}

// Row is one check.
type Row struct {
	ID       checks.ID     `json:"id"`
	Title    string        `json:"title"`
	Topic    checks.Topic  `json:"topic"`
	Status   checks.Status `json:"status"`
	Summary  string        `json:"summary"`
	Elapsed  int64         `json:"elapsed_ms"`
	Evidence []Evidence    `json:"evidence"`
	Fix      *Fix          `json:"fix"`

	WordPresses []checks.WordPressHome `json:"-"` // those that the check found, for the guided steps
	Menus       []string               `json:"-"` // the panels and clouds that it found, for the same
}

// Result is what one check came to.
type Result struct {
	Check    checks.Check
	Findings []checks.Finding
	Took     time.Duration
}

// Worst is the status that stands for all findings of a check: a failure outdoes what could not be looked at,
// which outdoes a warning, a pass, a skip.
func (r Result) Worst() checks.Finding {
	order := []checks.Status{checks.Fail, checks.Unknown, checks.Warn, checks.Pass, checks.Skip}
	for _, s := range order {
		for _, f := range r.Findings {
			if f.Status == s {
				return f
			}
		}
	}
	return checks.Finding{Status: checks.Skip, Summary: "does not apply here"}
}

func rowOf(r Result) Row {
	w := r.Worst()
	summary := w.Summary
	if n := more(r.Findings, w.Status); n > 0 {
		summary = fmt.Sprintf("%s (and %d more)", summary, n)
	}
	row := Row{ID: r.Check.ID, Title: r.Check.Title, Topic: r.Check.Topic, Status: w.Status, Summary: checks.Quote(summary),
		Elapsed: r.Took.Milliseconds(), Evidence: quoteAll(w.Evidence), Fix: fixOf(w.Fix)}
	for _, f := range r.Findings {
		if f.WordPress != nil {
			row.WordPresses = append(row.WordPresses, *f.WordPress)
		}
		if f.Menu != "" {
			row.Menus = append(row.Menus, f.Menu)
		}
	}
	return row
}

func more(found []checks.Finding, s checks.Status) int {
	n := -1
	for _, f := range found {
		if f.Status == s {
			n++
		}
	}
	return n
}

// coverage counts the checks that apply here and could look.
func coverage(results []Result, command string) Coverage {
	c := Coverage{Missing: []Missing{}}
	for _, r := range results {
		switch w := r.Worst(); {
		case w.Status == checks.Skip:
		case slices.ContainsFunc(r.Findings, func(f checks.Finding) bool { return f.Status == checks.Unknown }):
			c.Total++
			m := Missing{ID: r.Check.ID, Why: checks.Quote(unknownOf(r.Findings))}
			if m.needsRoot() {
				m.Command = command
			}
			c.Missing = append(c.Missing, m)
		default:
			c.Total++
			c.Looked++
		}
	}
	return c
}

func unknownOf(found []checks.Finding) string {
	for _, f := range found {
		if f.Status == checks.Unknown {
			return f.Summary
		}
	}
	return ""
}
