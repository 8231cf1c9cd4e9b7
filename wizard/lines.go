package wizard

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"fix502/checks"
	"fix502/checks/visit"
	"fix502/sysinfo/spelling"
)

// CheckByID finds a check's page.
func CheckByID(id string) (checks.Check, bool) {
	for _, c := range visit.Checks() {
		if string(c.ID) == id {
			return c, true
		}
	}
	return checks.Find(checks.ID(id))
}

// Nearest ends a sentence about an id that is not there with the one that was probably meant.
func Nearest(id string) string {
	best, at := 4, ""
	for _, c := range append(checks.All(), visit.Checks()...) {
		if d := spelling.Distance(id, string(c.ID)); d < best {
			best, at = d, string(c.ID)
		}
	}
	if at == "" {
		return ""
	}
	return "; did you mean " + at + "?"
}

// CheckPage prints what one check is about.
func CheckPage(w io.Writer, c checks.Check, width int) error {
	t := &printer{width: width}
	t.line(string(c.ID))
	t.line("")
	t.wrap("  ", "When all is well: "+c.Title+".", "  ")
	t.line("")
	t.wrap("  ", c.Means, "  ")
	if len(c.After) > 0 {
		t.line("")
		t.wrap("  ", "Look at these first, they would explain it: "+joinIDs(c.After), "  ")
	}
	t.line("")
	switch {
	case c.For == checks.Visitor:
		t.line("  To look for it: fix502 visit ADDRESS")
	case live(c.ID):
		t.line("  To look for it on this server: fix502 diagnose --only " + string(c.ID))
	default:
		t.wrap("  ", "fix502 does not look for it on a running server: it knows it from logs. Hand it one: fix502 explain FILE", "  ")
	}
	_, err := io.WriteString(w, strings.Join(t.out, "\n")+"\n")
	return err
}

// live says that a cause has a check of its own, rather than a page only.
func live(id checks.ID) bool {
	return slices.ContainsFunc(checks.All(), func(c checks.Check) bool { return c.ID == id })
}

// ListChecks prints all checks by topic.
func ListChecks(w io.Writer) error {
	var b strings.Builder
	for _, topic := range Topics() {
		b.WriteString(TopicName(topic) + "\n")
		for _, c := range checks.All() {
			if c.Topic == topic {
				fmt.Fprintf(&b, "  %-32s %s\n", c.ID, c.Title)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// LineText prints what lines of a log mean, most likely first.
func LineText(w io.Writer, r checks.LineReport, width int) error {
	t := &printer{width: max(width, 40)}
	t.line(plural(r.Lines, "line", "lines") + fmt.Sprintf(": %d understood, %d not", r.Matched, r.Unknown))
	for i, c := range r.Causes {
		t.line("")
		sure := fmt.Sprintf("%.0f %% sure from the lines alone", c.Confidence*100)
		if c.Certain {
			sure = "the lines alone name it"
		}
		t.line(fmt.Sprintf("%d. %s  (%s, %s)", i+1, c.ID, plural(c.Count, "line", "lines"), sure))
		if check, ok := CheckByID(string(c.ID)); ok && i < 3 {
			t.wrap("   ", check.Means, "   ")
		}
		if c.First != nil && c.Last != nil && !c.First.Equal(*c.Last) {
			t.line("   from " + c.First.Format("2006-01-02 15:04:05") + " to " + c.Last.Format("2006-01-02 15:04:05"))
		}
		if c.Example != "" {
			t.wrap("   > ", checks.Quote(c.Example), "     ")
		}
		for j, look := range c.LookAt {
			if j == 0 {
				t.line("   To be certain, look at")
			}
			t.wrap("     - ", look, "       ")
		}
	}
	if len(r.Causes) == 0 {
		t.line("")
		t.line("No line speaks of a cause of a 502.")
		if len(r.Noise) == 0 {
			t.wrap("", "Give it the whole log, or more of the lines around the time of the failure; on the server itself fix502 diagnose sees more than a log does.", "")
		}
		if r.Unknown > 0 {
			t.wrap("", "Give it the whole log, or more of the lines around the time of the failure; on the server itself fix502 diagnose sees more than a log does.", "")
		}
	}
	for i, n := range r.Noise {
		if i == 0 {
			t.line("")
			t.line("Harmless, although they may look alarming")
		}
		t.line(fmt.Sprintf("   %s: %s", n.ID, plural(n.Count, "line", "lines")))
	}
	if len(r.Causes) > 0 {
		t.line("")
		t.wrap("", "On the server itself, fix502 diagnose looks at what is true now and prints the fix for that machine.", "")
	}
	_, err := io.WriteString(w, strings.Join(t.out, "\n")+"\n")
	return err
}
