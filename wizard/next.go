package wizard

import "fix502/checks"

// NextSteps are what to do so that it does not come back: what the checks warn of, then the rows of prevention.
func NextSteps(w Wizard) []Part {
	var out []Part
	for _, row := range w.Report.Checks {
		if row.Status == checks.Warn && row.Topic != checks.Prevention {
			out = append(out, Part{Kind: State, Status: checks.Warn, Text: row.Say()})
		}
	}
	for _, t := range w.Tasks {
		if t.Topic != checks.Prevention || w.StatusOf(t) == checks.Pass {
			continue
		}
		row, ok := w.firstRow(t)
		if ok && row.Status == checks.Skip {
			continue
		}
		if ok {
			out = append(out, Part{Kind: Item, Source: t.Title, Text: row.Summary})
		} else if len(t.Ways) > 0 {
			out = append(out, Part{Kind: Item, Source: t.Title, Text: t.Ways[0].Say})
		}
	}
	return out
}

func (w Wizard) firstRow(t Task) (Row, bool) {
	for _, id := range t.Checks {
		if row, ok := w.Rows[id]; ok {
			return row, true
		}
	}
	return Row{}, false
}
