package lab

import (
	"fmt"
	"strings"
)

// report is what the lab reads of fix502's JSON, schema 1.
type report struct {
	Verdict  string   `json:"verdict"`
	Summary  string   `json:"summary"`
	Elapsed  int      `json:"elapsed_ms"`
	Causes   []cause  `json:"causes"`
	RuledOut []denied `json:"ruled_out"`
}

type cause struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Status string `json:"status"`
	Hop    struct {
		Address string `json:"address"`
	} `json:"hop"`
	Where struct {
		File string `json:"file"`
		Line int    `json:"line"`
	} `json:"where"`
	Evidence []struct {
		Source string `json:"source"`
		Text   string `json:"text"`
	} `json:"evidence"`
	Fix struct {
		Title string `json:"title"`
		Steps []struct {
			Say     string `json:"say"`
			Command string `json:"command"`
		} `json:"steps"`
	} `json:"fix"`
}

type denied struct {
	ID string `json:"id"`
	By string `json:"by"`
}

// commands is what an admin would paste: one script, in order.
func (c cause) commands() string {
	var b strings.Builder
	for _, step := range c.Fix.Steps {
		if step.Command != "" {
			b.WriteString(step.Command + "\n")
		}
	}
	return b.String()
}

// words is everything that a person reads about this cause.
func (c cause) words() string {
	said := []string{c.Title, c.Fix.Title, c.commands()}
	for _, step := range c.Fix.Steps {
		said = append(said, step.Say)
	}
	for _, e := range c.Evidence {
		said = append(said, e.Source, e.Text)
	}
	return strings.Join(said, "\n")
}

func (r report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s in %d ms: %s\n", r.Verdict, r.Elapsed, r.Summary)
	for _, c := range r.Causes {
		fmt.Fprintf(&b, "  %s (%s) %q at %s:%d hop %q\n", c.ID, c.Status, c.Title, c.Where.File, c.Where.Line, c.Hop.Address)
		for _, e := range c.Evidence {
			fmt.Fprintf(&b, "    %s: %s\n", e.Source, e.Text)
		}
		for _, step := range c.Fix.Steps {
			fmt.Fprintf(&b, "    - %s\n      $ %s\n", step.Say, step.Command)
		}
	}
	for _, d := range r.RuledOut {
		fmt.Fprintf(&b, "  not %s: %s\n", d.ID, d.By)
	}
	return b.String()
}
