package wizard

import (
	"fmt"
	"strings"
	"time"

	"fix502/checks"
)

// Message is what support or the site's owner needs to know, ready to send.
func (w Wizard) Message(now time.Time) string {
	var b strings.Builder
	r := w.Report
	was := r.Verdict != Healthy || r.Errors.Total > 0 || w.Before != nil && w.Before.Verdict != Healthy // there is, or was, something to tell of
	b.WriteString("Subject: ")
	if !was {
		b.WriteString("no ")
	}
	b.WriteString("502 Bad Gateway")
	if site := w.site(); site != "" {
		b.WriteString(" at " + site)
	}
	if was && r.Verdict == Healthy {
		b.WriteString(", over now")
	}
	b.WriteString("\n\nHello,\n\n")
	fmt.Fprintf(&b, "Address:  %s\n", orElse(w.site(), "(please fill in the address of the page)"))
	if began, exact := w.started(); exact {
		fmt.Fprintf(&b, "Since:    %s\n", stamp(began))
	} else if was {
		fmt.Fprintf(&b, "Seen:     %s (please correct: when did it begin?)\n", stamp(began))
	}
	fmt.Fprintf(&b, "Now:      %s\n", stamp(now))
	if r.Verdict == Healthy {
		fmt.Fprintf(&b, "State:    %s\n", r.Summary)
	} else {
		fmt.Fprintf(&b, "Error:    %s\n", orElse(r.Summary, "502 Bad Gateway"))
	}
	for _, row := range r.Checks {
		for _, e := range row.Evidence {
			if e.Source == "incident number" {
				fmt.Fprintf(&b, "Ray ID:   %s\n", e.Text)
			}
		}
	}
	if w.Role == Visitor {
		if said, _, _ := w.counted(); said != "" {
			fmt.Fprintf(&b, "How often: %s\n", said)
		}
	}
	if r.Errors.Total > 0 {
		fmt.Fprintf(&b, "In the log: %s\n", r.Errors.Say())
		if h := r.Errors.History(); h != "" {
			fmt.Fprintf(&b, "            %s\n", h)
		}
	}
	w.mended(&b)
	for i, c := range r.Causes {
		if i == 0 {
			b.WriteString("\nWhat was found:\n")
		}
		fmt.Fprintf(&b, "- %s (%s, %s)\n", c.Title, c.ID, c.How())
		for j, e := range c.Evidence {
			if j < 3 {
				fmt.Fprintf(&b, "    %s: %s\n", e.Source, e.Text)
			}
		}
	}
	b.WriteString("\nWhat was tried:\n")
	for _, t := range w.tried() {
		b.WriteString("- " + t + "\n")
	}
	b.WriteString("\nThank you.\n")
	return b.String()
}

// mended are the causes of the look before that are gone.
func (w Wizard) mended(b *strings.Builder) {
	if w.Before == nil || w.Report.Verdict != Healthy {
		return
	}
	for i, c := range w.Before.Causes {
		if i == 0 {
			fmt.Fprintf(b, "\nMended (broken at %s, well at %s):\n", w.Before.Started.Format("15:04:05"), w.Report.Started.Format("15:04:05"))
		}
		fmt.Fprintf(b, "- %s (%s)\n", c.Title, c.ID)
		if c.Fix != nil {
			fmt.Fprintf(b, "    %s\n", c.Fix.Title)
		}
	}
}

// tried is what was done by hand and by fix502.
func (w Wizard) tried() []string {
	out := w.Tried()
	n := 0
	for _, row := range w.Report.Checks {
		if row.Status != checks.Skip && row.Status != checks.Unknown {
			n++
		}
	}
	if n > 0 {
		out = append(out, fmt.Sprintf("fix502 %s: %s, %s", w.Report.Version, plural(n, "check", "checks"), strings.ToLower(w.Report.Heading())))
	}
	if len(out) == 0 {
		out = append(out, "(please fill in)")
	}
	return out
}

func (w Wizard) site() string {
	switch {
	case w.URL != "":
		return checks.Quote(w.URL)
	case len(w.Report.Causes) > 0 && w.Report.Causes[0].Site != "":
		return w.Report.Causes[0].Site
	case w.Before != nil && len(w.Before.Causes) > 0 && w.Before.Causes[0].Site != "":
		return w.Before.Causes[0].Site
	}
	return ""
}

// started is the first failure that is known, and whether it is more than "now".
func (w Wizard) started() (time.Time, bool) {
	if w.Report.Errors.First != nil {
		return *w.Report.Errors.First, true
	}
	for _, t := range w.Tries {
		if t.Bad {
			return t.At, false
		}
	}
	return w.Began, false
}

func stamp(t time.Time) string { return t.Format("2006-01-02 15:04:05 -07:00 (MST)") }

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
