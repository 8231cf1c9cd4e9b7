package ui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"fix502/wizard"
)

// overview is what stands above the list: verdict, path, failures over time. It leaves the list most of a small screen.
func (m Model) overview(width, height int) []string {
	r := m.wiz.Report
	limit := max(1, height-8)
	if height < 10 {
		limit = 1
	}
	out := m.verdictLines(width)
	if p, ok := r.Worst(); ok && len(out)+3 < limit {
		block := []string{""}
		for _, l := range m.st.pen().Draw(p, width-4) {
			block = append(block, "   "+l)
		}
		if len(out)+len(block) <= limit {
			out = append(out, block...)
		}
	}
	if bars, unit := spark(r.Errors, min(48, width-40), m.st.ascii); bars != "" && len(out)+2 <= limit {
		line := "   " + m.st.dim.Render("502s ") + m.st.warn.Render(bars) + m.st.dim.Render("  "+unit+", "+count(r.Errors.Total)+" in "+wizard.Span(r.Errors.Window))
		out = append(out, "", line)
	}
	if m.wiz.Role == wizard.Visitor && m.wiz.Persistence() != "" && len(out)+1 <= limit {
		out = append(out, "   "+ansi.Truncate(m.wiz.Persistence(), width-4, m.st.dots))
	}
	if len(out) > limit {
		out = out[:limit]
	}
	if len(out) < limit {
		out = append(out, m.st.dim.Render(strings.Repeat(m.st.rule, width)))
	}
	return out
}

// verdictLines are the verdict's sign, word and sentence; while the run goes on only what is already certain.
func (m Model) verdictLines(width int) []string {
	r := m.wiz.Report
	if !m.wiz.Done && len(r.Causes) == 0 || r.Verdict == "" {
		return []string{" " + m.st.dim.Render("Looking"+m.st.dots)}
	}
	s := r.Verdict.Status()
	head := m.st.pen().Sign(s) + " " + r.Heading() + "  "
	indent := ansi.StringWidth(head)
	if width < 60 {
		indent = 2
	}
	var out []string
	lines := wizard.Wrap(r.Summary, width-2-ansi.StringWidth(head))
	if width < 60 {
		lines = append([]string{""}, wizard.Wrap(r.Summary, width-4)...)
	}
	for i, l := range lines {
		if i == 0 {
			out = append(out, " "+m.st.of(s).Render(head)+l)
		} else {
			out = append(out, " "+strings.Repeat(" ", indent)+l)
		}
	}
	return out
}
