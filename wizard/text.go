package wizard

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"fix502/checks"
	"fix502/visit"
)

// Topics are the pages of the owner's checklist, in reading order, with the names people see.
func Topics() []checks.Topic {
	return []checks.Topic{checks.Server, checks.Logs, checks.CDN, checks.Upstreams, checks.Network, checks.Platform, checks.Prevention}
}

// TopicName is a topic as a heading.
func TopicName(t checks.Topic) string {
	names := map[checks.Topic]string{checks.Server: "Server", checks.Logs: "Logs", checks.CDN: "CDN and firewall for the web", checks.Upstreams: "Upstreams",
		checks.Network: "DNS, proxies, firewall", checks.Platform: "Platform", checks.Prevention: "Prevention", visit.Topic: "Visitor"}
	if n := names[t]; n != "" {
		return n
	}
	return string(t)
}

// Heading is a verdict's word on the screen.
func (v Verdict) Heading() string {
	return map[Verdict]string{Broken: "BROKEN", Intermittent: "COMES AND GOES", Unexplained: "UNEXPLAINED", Healthy: "HEALTHY", Unclear: "CANNOT SAY"}[v]
}

// Heading is the verdict's word for this report: of a page seen from outside nobody can say more than whether it works.
func (r Report) Heading() string {
	if len(r.Checks) > 0 && r.Checks[0].Topic == visit.Topic {
		switch r.Verdict {
		case Unexplained:
			return "THE PAGE FAILS"
		case Healthy:
			return "THE PAGE WORKS"
		}
	}
	return r.Verdict.Heading()
}

// Status is the state that colours a verdict.
func (v Verdict) Status() checks.Status {
	return map[Verdict]checks.Status{Broken: checks.Fail, Intermittent: checks.Fail, Unexplained: checks.Fail, Healthy: checks.Pass, Unclear: checks.Unknown}[v]
}

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
		for i, g := range r.Errors.Groups {
			if i == 5 {
				t.line(fmt.Sprintf("    and %d more kinds", len(r.Errors.Groups)-5))
				break
			}
			t.wrap(fmt.Sprintf("    %d%s ", g.Count, pen.Text("×")), string(g.ID)+"  "+g.at(), "      ")
		}
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
	for _, w := range strings.Fields(s) {
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

// Say is a check's line: its title where all is well, and else what was found, because the title says what is not so.
func (row Row) Say() string {
	if row.Status == checks.Pass || row.Status == checks.Skip {
		return row.Title + ": " + row.Summary
	}
	return fmt.Sprintf("%s (%s)", row.Summary, row.ID)
}

// How says when a cause works and how sure it is.
func (c Cause) How() string {
	when := "broken now"
	if c.Status == checks.Intermittent {
		when = "comes and goes"
	}
	return fmt.Sprintf("%s, %.0f %% sure", when, c.Confidence*100)
}

// At says where a cause sits.
func (c Cause) At() string {
	var out []string
	if c.Site != "" {
		out = append(out, "site "+c.Site)
	}
	if c.Where != nil {
		out = append(out, c.Where.String())
	}
	return strings.Join(out, ", ")
}

// Head is a fix's first line.
func (f Fix) Head() string {
	kind := "Fix"
	if f.Workaround {
		kind = "Relief, not a cure"
	}
	return fmt.Sprintf("%s: %s (%s)", kind, f.Title, f.RiskSays())
}

// RiskSays is what a risk means.
func (f Fix) RiskSays() string {
	switch f.Risk {
	case checks.Medium:
		return "medium risk: requests in flight are lost"
	case checks.High:
		return "high risk: read before you paste"
	}
	return "low risk"
}

// Commands are the fix's shell lines, in order.
func (f Fix) Commands() []string {
	var out []string
	for _, s := range f.Steps {
		if s.Command != "" {
			out = append(out, s.Command)
		}
	}
	return out
}

// Say is how much could be looked at, in one line.
func (c Coverage) Say() string {
	s := fmt.Sprintf("%d of %d looked at", c.Looked, c.Total)
	if n := len(c.Missing); n > 0 {
		root := 0
		for _, m := range c.Missing {
			if m.needsRoot() {
				root++
			}
		}
		switch {
		case root == n:
			s += fmt.Sprintf("; %d need root", n)
		case root > 0:
			s += fmt.Sprintf("; %d could not, %d of them for want of root", n, root)
		default:
			s += fmt.Sprintf("; %d could not", n)
		}
	}
	return s
}

// needsRoot says that root would have seen more.
func (m Missing) needsRoot() bool { return strings.HasPrefix(m.Why, "needs root") }

// reasons are the missing checks with why they are, those with the same reason together.
func (c Coverage) reasons() []string {
	var why []string
	ids := map[string][]checks.ID{}
	for _, m := range c.Missing {
		if ids[m.Why] == nil {
			why = append(why, m.Why)
		}
		ids[m.Why] = append(ids[m.Why], m.ID)
	}
	for i, w := range why {
		why[i] = w + ": " + joinIDs(ids[w])
	}
	return why
}

// Command is how to look again with root, where that would help.
func (c Coverage) Command() string {
	for _, m := range c.Missing {
		if m.needsRoot() && m.Command != "" {
			return m.Command
		}
	}
	return ""
}

// Say sums the errors up.
func (e Errors) Say() string {
	s := plural(e.Total, "failure", "failures") + " in the logs of the last " + Span(e.Window)
	if e.Last != nil {
		s += ", the last at " + e.Last.Format("2006-01-02 15:04:05 -07:00")
	}
	return s
}

// Span is "24 h" for "24h0m0s".
func Span(window string) string {
	d, err := time.ParseDuration(window)
	switch {
	case err != nil:
		return window
	case d >= 48*time.Hour && d%(24*time.Hour) == 0:
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	case d%time.Hour == 0:
		return fmt.Sprintf("%d h", d/time.Hour)
	}
	return strings.TrimSuffix(d.String(), "0s")
}

func (e Evidence) when() string {
	if e.Time == nil {
		return ""
	}
	return "  " + e.Time.Format("2006-01-02 15:04:05")
}

func joinIDs(ids []checks.ID) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return strings.Join(out, ", ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

func number(n int) string { return strconv.Itoa(n) }
