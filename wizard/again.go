package wizard

import (
	"fmt"
	"strings"

	"fix502/checks"
)

// Remember keeps what a finished look found, to put it beside the next one. What was broken stays until something else is.
func (w Wizard) Remember() Wizard {
	if r := w.Report; w.Done && (len(r.Causes) > 0 || w.Before == nil) {
		w.Before = &r
	}
	return w
}

// relieved says of a cause that is gone by a workaround what is still to be done; nil for a cure.
func relieved(key string, before *Report) []Part {
	if before == nil {
		return nil
	}
	i := before.FindCause(key)
	if i < 0 || before.Causes[i].Fix == nil || !before.Causes[i].Fix.Workaround {
		return nil
	}
	say := "If its commands were used, this is relief and no cure."
	for _, s := range before.Causes[i].Fix.Steps {
		if s.Command == "" {
			say += " Still to do: " + s.Say
			break
		}
	}
	return []Part{{Kind: State, Status: checks.Warn, Text: say}}
}

// GonePage is the page of a cause that a new look no longer finds: the path as it is now, and before beside after.
func GonePage(key string, before *Report, w Wizard) Page {
	p := Page{Key: key, Title: "The cause from before", ID: checks.ID(strings.Split(key, ":")[1]), Status: checks.Skip, Whole: true}
	if !w.Done {
		p.Found = []Part{{Kind: Dim, Text: "Asking again; the rest appears when all has been looked at."}}
		return p
	}
	now := w.Report
	if row, ok := w.Rows[p.ID]; !ok || row.Status == checks.Unknown {
		p.Status = checks.Unknown
		p.Found = append([]Part{{Kind: State, Status: checks.Unknown, Text: "Whether it is gone could not be seen: " + orElse(row.Summary, "it was not looked at this time")}}, compared(before, now)...)
		p.Fix = []Part{{Kind: Say, Text: "Press a to ask once more; with all rights, if this was without them."}}
		return p
	}
	p.Title, p.Status = "The cause is gone", checks.Pass
	p.Found = compared(before, now)
	switch {
	case now.Verdict == Healthy:
		answer := now.gate(before)
		p.Found = append([]Part{{Kind: State, Status: checks.Pass, Text: "It worked." + prefixed(" ", answer, " now.")}}, p.Found...)
		if strings.Contains(answer, " answers 4") {
			p.Found[0].Text = "The failure is over." + prefixed(" ", answer, " now: that is the app's own word for this one address, so look at another page, too.")
		}
		p.Fix = append(relieved(key, before), Part{Kind: Say, Text: "Load the page that failed in a browser; look once more in an hour. Press m for what keeps it from coming back, and a message to send."})
	case len(now.Causes) > 0:
		p.Found = append([]Part{{Kind: State, Status: checks.Warn, Text: now.Summary}}, p.Found...)
		p.Fix = []Part{{Kind: Say, Text: "Something else is still wrong: press n for the next cause."}}
	default:
		p.Found = append([]Part{{Kind: State, Status: checks.Warn, Text: now.Summary}}, p.Found...)
		p.Fix = []Part{{Kind: Say, Text: "Something else is still wrong: press esc for the list, the verdict on top says what."}}
	}
	return p
}

// prefixed is a text with something before and after it, or nothing where it is empty.
func prefixed(before, text, after string) string {
	if text == "" {
		return ""
	}
	return before + text + after
}

// StillThere is what stands above a cause that a new look finds again.
func StillThere(before, now Report) []Part {
	out := []Part{{Kind: State, Status: checks.Warn, Text: "Looked at again at " + now.Started.Format("15:04:05") + ": this cause is still there."}}
	if b, n := before.gate(nil), now.gate(&before); b != "" && n != "" {
		out = append(out, Part{Kind: Dim, Text: "before: " + b + "; now: " + n})
	}
	return out
}

// compared draws the path as it is now, and puts the verdicts and answers of two looks beside each other.
func compared(before *Report, now Report) []Part {
	var out []Part
	if p, ok := now.pathOf(before); ok {
		out = append(out, Part{Kind: Head, Text: "The path now"}, Part{Kind: Drawing, Path: &p})
	}
	out = append(out, Part{Kind: Head, Text: "Before and after"})
	if before != nil {
		out = append(out, Part{Kind: State, Status: before.Verdict.Status(), Text: before.moment(nil)})
	}
	return append(out, Part{Kind: State, Status: now.Verdict.Status(), Text: now.moment(before)})
}

// moment is when a look was taken and what it came to, for the site that was broken before.
func (r Report) moment(before *Report) string {
	s := fmt.Sprintf("%s  %s", r.Started.Format("15:04:05"), strings.ToLower(r.Heading()))
	if g := r.gate(before); g != "" {
		s += ": " + g
	}
	return s
}

// gate is what the gateway of the path that matters answered: that of the site that was broken before, if any was.
func (r Report) gate(before *Report) string {
	p, ok := r.pathOf(before)
	if !ok || len(p.Hops) == 0 {
		return ""
	}
	return p.Site + " " + leg(p.Hops[0]).Says
}

// pathOf is the path of the site that was broken before.
func (r Report) pathOf(before *Report) (Path, bool) {
	if before != nil {
		if was, ok := before.Worst(); ok {
			for _, p := range r.Paths {
				if p.Site == was.Site {
					return p, true
				}
			}
		}
	}
	return r.Worst()
}
