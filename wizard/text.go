package wizard

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"fix502/checks"
	"fix502/checks/visit"
)

// Text writes the report for people: verdict, path, causes with their fixes, then the list.
func (r Report) Text(w io.Writer, pen Pen, width int) error {
	t := &printer{pen: pen, width: max(width, 40)}
	t.verdict(r)
	if p, ok := r.Worst(); ok {
		t.line("")
		for _, l := range pen.Draw(p, t.width-2) {
			t.line("  " + l)
		}
	}
	if r.Errors.Total > 0 {
		t.line("")
		t.line("  " + r.Errors.Say())
		if h := r.Errors.History(); h != "" {
			t.wrap("  ", h, "  ")
		}
		for i, g := range r.Errors.Groups {
			if i == 5 {
				t.line(fmt.Sprintf("    and %d more kinds", len(r.Errors.Groups)-5))
				break
			}
			t.wrap(fmt.Sprintf("    %d%s ", g.Count, pen.Text("×")), g.name()+"  "+g.at(), "      ")
		}
	}
	if spared := r.Errors.Spared(); spared != "" {
		t.line("")
		t.wrap("  ", spared, "  ")
	}
	for i, c := range r.Causes {
		t.cause(i+1, len(r.Causes), c)
	}
	t.ruledOut(r.RuledOut)
	t.coverage(r.Coverage)
	t.rows(r.Checks)
	if len(t.out) > 0 && t.out[len(t.out)-1] != "" {
		t.line("")
	}
	t.wrap("", "fix502 only looked: nothing on this machine was changed.", "")
	_, err := io.WriteString(w, strings.Join(t.out, "\n")+"\n")
	return err
}

// printer gathers lines.
type printer struct {
	out   []string
	pen   Pen
	width int
}

func (t *printer) line(s string) { t.out = append(t.out, s) }

// wrap adds a paragraph; the lines after its first begin with indent.
func (t *printer) wrap(first, s, indent string) {
	s = t.pen.Text(s)
	for i, l := range Wrap(s, t.width-max(ansi.StringWidth(first), len(indent))) {
		if i == 0 {
			t.line(first + l)
		} else {
			t.line(indent + l)
		}
	}
}

// verdict is the first line of every report.
func (t *printer) verdict(r Report) {
	s := r.Verdict.Status()
	t.wrap(t.pen.Sign(s)+" "+t.pen.paint(s, r.Heading())+"  ", r.Summary, "  ")
}

// Wrap cuts a paragraph into lines by words, and words that are too long by cells. Paths and options stay whole
// where they fit: a hyphen is no place to break.
func Wrap(s string, width int) []string {
	width = max(width, 4)
	var out []string
	line, have := "", 0
	for _, w := range pieces(s) {
		n := ansi.StringWidth(w)
		if have > 0 && have+1+n > width {
			out, line, have = append(out, line), "", 0
		}
		for n > width {
			head := ansi.Truncate(w, width, "")
			if head == "" {
				break
			}
			out, w = append(out, head), w[len(head):]
			n = ansi.StringWidth(w)
		}
		if have > 0 {
			line, have = line+" ", have+1
		}
		line, have = line+w, have+n
	}
	return append(out, line)
}

// units stand on the same line as their number.
var units = map[string]bool{"ms": true, "s": true, "h": true, "min": true, "%": true, "KiB": true, "MiB": true, "GiB": true, "bytes": true}

// pieces are what a line may be broken between.
func pieces(s string) []string {
	var out []string
	for _, w := range strings.Fields(s) {
		if n := len(out); n > 0 && units[strings.TrimRight(w, ".,;:)")] && out[n-1] != "" && strings.ContainsAny(out[n-1][len(out[n-1])-1:], "0123456789") {
			out[n-1] += " " + w
			continue
		}
		out = append(out, w)
	}
	return out
}

func (t *printer) cause(n, of int, c Cause) {
	t.line("")
	head := "Cause"
	if of > 1 {
		head = fmt.Sprintf("Cause %d of %d", n, of)
	}
	t.line(fmt.Sprintf("%s: %s  (%s)", head, t.pen.paint(checks.Fail, string(c.ID)), c.How()))
	t.wrap("  ", c.Title, "  ")
	if at := c.At(); at != "" {
		t.line("  " + at)
	}
	t.line("")
	t.wrap("  ", c.Means, "  ")
	for i, e := range c.Evidence {
		if i == 0 {
			t.line("")
			t.line("  Evidence")
		}
		t.line("    " + e.Source + e.when())
		if e.Text != "" {
			t.wrap("      ", e.Text, "      ")
		}
	}
	if c.Fix != nil {
		t.fix(*c.Fix)
	}
	if len(c.Follows) > 0 {
		t.line("")
		t.wrap("  ", "It also explains: "+joinIDs(c.Follows), "  ")
	}
}

func (t *printer) fix(f Fix) {
	t.line("")
	t.wrap("  ", f.Head(), "  ")
	for i, s := range f.Steps {
		t.wrap(fmt.Sprintf("    %d. ", i+1), s.Say, "       ")
		if s.Command != "" {
			t.line("       " + s.Command)
		}
	}
	if f.Undo != "" {
		t.line("    To undo: " + f.Undo)
	}
}

func (t *printer) ruledOut(list []Ruled) {
	for i, r := range list {
		if i == 0 {
			t.line("")
			t.line("Ruled out")
		}
		t.wrap("  ", fmt.Sprintf("%s: %s", r.ID, r.By), "    ")
	}
}

func (t *printer) coverage(c Coverage) {
	if c.Total == 0 {
		return
	}
	t.line("")
	t.wrap("", c.Say(), "  ")
	for _, why := range c.reasons() {
		t.wrap("  ", why, "    ")
	}
	if cmd := c.Command(); cmd != "" {
		t.line("  Look again with all rights:")
		t.line("  " + cmd)
	}
}

func (t *printer) rows(rows []Row) {
	for _, topic := range append(Topics(), visit.Topic) {
		first := true
		skipped := 0
		for _, row := range rows {
			if row.Topic != topic {
				continue
			}
			if row.Status == checks.Skip {
				skipped++
				continue
			}
			if first {
				t.line("")
				t.line(TopicName(topic))
				first = false
			}
			t.wrap(fmt.Sprintf("  %s  ", t.pen.paint(row.Status, fmt.Sprintf("%s %-7s", t.pen.Sign(row.Status), row.Status))), row.Say(), "             ")
		}
		if skipped > 0 && !first {
			t.line(fmt.Sprintf("  %s skip     %s", t.pen.Sign(checks.Skip), plural(skipped, "check that does", "checks that do")+" not apply here"))
		}
	}
}
