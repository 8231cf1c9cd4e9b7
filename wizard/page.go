package wizard

import (
	"fmt"
	"slices"
	"strings"

	"fix502/checks"
)

// Kind says how a part of a page looks.
type Kind int

const (
	Say      Kind = iota // a paragraph
	Head                 // a heading inside a page
	Item                 // Source: Text
	State                // a check's state: Status, Text
	Evident              // a line of evidence: Source, Text
	Command              // a shell line, Text, to be copied exactly; N is its number
	Numbered             // a step for a person; N is its number
	Dim                  // an aside
	Verbatim             // Text as it is, but not among the commands to copy
	Drawing              // a Path, drawn
	Lines                // an Excerpt of a file
)

// Part is one piece of a page, for the screen and for the linear mode alike.
type Part struct {
	Kind   Kind
	Source string
	Text   string
	Status checks.Status
	N      int
	Way    bool // a command of one way among several, not a step of a fix

	Path    *Path
	Excerpt *Excerpt
}

// Page is what stands on a step's page: what was found, and beside it what to do.
type Page struct {
	Key, Title string
	ID         checks.ID // of the cause it is about; empty for a step
	Status     checks.Status
	Found, Fix []Part
	Whole      bool // one text in the page's whole width: there is nothing to mend beside what was found
}

// Commands are the page's shell lines in order, as they are.
func (p Page) Commands() []string {
	var out []string
	for _, part := range p.Fix {
		if part.Kind == Command {
			out = append(out, part.Text)
		}
	}
	return out
}

// Copied are the commands that belong together: the fix, or the only one there is. Several ways are not to be gone one
// after the other, so of them there is nothing to copy at once.
func (p Page) Copied() []string {
	var fix []string
	for _, part := range p.Fix {
		if part.Kind == Command && !part.Way {
			fix = append(fix, part.Text)
		}
	}
	if all := p.Commands(); len(fix) == 0 && len(all) == 1 {
		return all
	}
	return fix
}

// CauseKey names a cause of a report: by its id, and by how many of that id stand before it.
func (r Report) CauseKey(i int) string {
	n := 0
	for _, c := range r.Causes[:i] {
		if c.ID == r.Causes[i].ID {
			n++
		}
	}
	return causeKey(r.Causes[i].ID, n)
}

// FindCause is where the cause of a key stands; -1 when it is not there, or no longer.
func (r Report) FindCause(key string) int {
	seen := map[checks.ID]int{}
	for i, c := range r.Causes {
		if key == causeKey(c.ID, seen[c.ID]) {
			return i
		}
		seen[c.ID]++
	}
	return -1
}

func causeKey(id checks.ID, n int) string { return fmt.Sprintf("cause:%s:%d", id, n) }

// CausePage is the page of one cause of the report.
func (r Report) CausePage(i int) Page {
	c := r.Causes[i]
	p := Page{Key: r.CauseKey(i), Title: "The cause", ID: c.ID, Status: checks.Fail}
	if n := len(r.Causes); n > 1 {
		p.Title = fmt.Sprintf("Cause %d of %d", i+1, n)
	}
	p.Found = append(p.Found, Part{Kind: State, Status: checks.Fail, Text: c.Title}, Part{Kind: Dim, Text: c.How()})
	if at := c.At(); at != "" {
		p.Found = append(p.Found, Part{Kind: Dim, Text: at})
	}
	evidence := c.Evidence
	if x := c.Excerpt; x != nil {
		p.Found = append(p.Found, Part{Kind: Head, Text: x.File}, Part{Kind: Lines, Excerpt: x})
		evidence = slices.DeleteFunc(slices.Clone(evidence), func(e Evidence) bool { // it is in the excerpt
			return e.Source == fmt.Sprintf("%s:%d", x.File, x.Line) || strings.TrimSpace(e.Text) == strings.TrimSpace(x.Lines[x.Line-x.First])
		})
	}
	p.Found = append(p.Found, evidenceParts(evidence)...)
	p.Found = append(p.Found, Part{Kind: Head, Text: "What it means"}, Part{Kind: Say, Text: c.Means})
	if len(c.Follows) > 0 {
		p.Found = append(p.Found, Part{Kind: Dim, Text: "It also explains " + joinIDs(c.Follows)})
	}
	if c.Fix != nil {
		p.Fix = append(p.Fix, fixParts(*c.Fix, 0)...)
	} else {
		p.Fix = append(p.Fix, Part{Kind: Say, Text: "No command can mend this. What it means, on the left, says where to look."})
	}
	p.Fix = append(p.Fix, Part{Kind: Head, Text: "Did it work?"}, Part{Kind: Say, Text: worked(c)})
	return p
}

func worked(c Cause) string {
	s := "Press a: the site is asked again, and this cause must be gone."
	if c.Site != "" && c.Site != "default" {
		s += " Then load a page of " + c.Site + " that failed."
	}
	if c.Status == checks.Intermittent {
		s += " It came and went, so look once more in an hour."
	}
	return s
}

func evidenceParts(list []Evidence) []Part {
	var out []Part
	for i, e := range list {
		if i == 0 {
			out = append(out, Part{Kind: Head, Text: "Evidence"})
		}
		out = append(out, Part{Kind: Evident, Source: e.Source + e.when(), Text: e.Text})
	}
	return out
}

// fixParts lists a fix's steps; n is how many commands stand above it.
func fixParts(f Fix, n int) []Part {
	out := []Part{{Kind: Say, Text: f.Title}}
	if f.Workaround {
		out = append(out, Part{Kind: Dim, Text: "This relieves, it does not cure."})
	}
	for i, s := range f.Steps {
		out = append(out, Part{Kind: Numbered, N: i + 1, Text: s.Say})
		if s.Command != "" {
			n++
			out = append(out, Part{Kind: Command, N: n, Text: s.Command})
		}
	}
	out = append(out, Part{Kind: Item, Source: "Risk", Text: f.RiskSays()})
	if f.Undo != "" {
		out = append(out, Part{Kind: Item, Source: "Undo"}, Part{Kind: Verbatim, Text: f.Undo})
	}
	return out
}

// Plain renders parts for the linear mode: no columns, no colours.
func Plain(parts []Part, width int, pen Pen) string {
	t := &printer{pen: pen, width: width}
	for _, p := range parts {
		switch p.Kind {
		case Head:
			t.line("")
			t.line(p.Text)
		case Item:
			t.wrap("- ", strings.TrimRight(p.Source+": "+p.Text, " "), "  ")
		case Verbatim:
			t.line(p.Text)
		case Drawing:
			t.line("  " + Sentence(*p.Path))
		case Lines:
			t.excerpt(*p.Excerpt)
		case State:
			t.wrap(fmt.Sprintf("%s: ", p.Status), p.Text, "  ")
		case Evident:
			t.line("  " + p.Source)
			t.wrap("    ", p.Text, "    ")
		case Command:
			t.line(fmt.Sprintf("  Command %d:", p.N))
			t.line(p.Text)
		case Numbered:
			t.wrap(fmt.Sprintf("%d. ", p.N), p.Text, "   ")
		default:
			t.wrap("", p.Text, "")
		}
	}
	return strings.Join(t.out, "\n")
}
