package ui

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"fix502/wizard"
)

// steady is how high the owner's overview is at least, so that the list below it does not move when the verdict comes.
const steady = 13

// overview is what stands above the list: verdict, path, failures over time, and what to do next. It leaves the list most
// of a small screen.
func (m Model) overview(width, height int) []string {
	limit := max(1, height-8)
	if height < 10 {
		limit = 1
	}
	out := m.verdictLines(width)
	next := m.nextLine()
	if width < 60 && strings.HasPrefix(next, "Press enter:") {
		next = "Press enter: evidence and fix."
	}
	full := limit
	if next != "" && limit > 4 { // what to do next is worth more than bars
		limit -= 2
	}
	put := func(block []string) {
		if len(block) > 0 && len(out)+len(block)+1 <= limit {
			out = append(append(out, ""), block...)
		}
	}
	if path := m.pathLines(width, height); len(out)+len(path)+1 <= limit {
		put(path)
	} else if p, ok := m.wiz.Report.Worst(); ok {
		put([]string{" " + ansi.Truncate(m.st.pen().Line(p), width-2, m.st.dots)})
	}
	if chart := m.chartLines(width, height); len(out)+len(chart)+1 <= limit {
		put(chart)
	} else if len(chart) > 0 { // the bars are worth more than the sentence below them
		put(chart[:1])
	}
	if m.wiz.Role == wizard.Visitor && m.wiz.Persistence() != "" {
		put(indentAll(wizard.Wrap(m.wiz.Persistence(), width-5), "   "))
	}
	limit = full
	if next != "" {
		lines := wizard.Wrap(next, width-5)
		if len(lines) > 2 || len(out)+len(lines)+1 > limit {
			lines = []string{ansi.Truncate(next, width-4, m.st.dots)}
		}
		lines[0] = " " + m.st.accent.Render(m.st.arrow) + " " + lines[0]
		for i := 1; i < len(lines); i++ {
			lines[i] = "   " + lines[i]
		}
		put(lines)
	}
	if len(out) > limit {
		out = out[:limit]
	}
	for m.wiz.Role == wizard.Owner && len(out) < min(limit, steady) {
		out = append(out, "")
	}
	if len(out) < limit || height >= 10 {
		out = append(out, "")
	}
	return out
}

// pathLines draw the path that matters, in boxes where there is room for them.
func (m Model) pathLines(width, height int) []string {
	p, ok := m.wiz.Report.Worst()
	if !ok {
		return nil
	}
	draw := m.st.pen().Draw
	if width >= 110 && height >= 32 {
		draw = m.st.pen().Boxes
	}
	return indentAll(draw(p, width-5), "   ")
}

// chartLines are the failures over time, higher on a higher screen, and when they began.
func (m Model) chartLines(width, height int) []string {
	r := m.wiz.Report
	room := max(4, min(width-34, 120))
	c, ok := r.Chart(room, m.clock())
	if !ok || r.Errors.Total == 0 {
		return nil
	}
	each := barWidth(c, room)
	rows := max(1, min(6, (height-20)/6))
	var out []string
	none := ""
	if rows == 1 && width >= 96 && slices.Max(c.Asked) > 0 {
		none = " (" + m.st.dot() + " all went well)"
	}
	for y, line := range m.bars(c, rows, each) {
		name := "     "
		if y == 0 {
			name = "fail "
		}
		out = append(out, "   "+m.st.dim.Render(name)+line)
	}
	out[rows-1] += m.st.dim.Render("  " + per(c) + ", " + count(r.Errors.Total) + " in " + wizard.Span(r.Errors.Window) + none)
	if letters := marks(c, each); letters != "" && rows > 1 {
		out = append(out, "        "+m.st.accent.Render(letters)+m.st.dim.Render("  t says what changed there"))
	}
	if h := r.Errors.History(); h != "" {
		out = append(out, indentAll(wizard.Wrap(h, width-10), "        ")...)
	}
	return out
}

// nextLine is the one thing to do now.
func (m Model) nextLine() string {
	r := m.wiz.Report
	switch {
	case !m.wiz.Done || r.Verdict == "":
		return ""
	case m.wiz.Role == wizard.Visitor:
		return "Go down the steps, then press m: a message to the owner, ready to send."
	case m.wiz.Role != wizard.Owner:
		return ""
	case m.view().filter != "":
		return ""
	case len(r.Causes) > 0 && !strings.HasPrefix(m.view().chosen, "cause:"):
		return "The cause is the first line of the list: press home, then enter."
	case len(r.Causes) > 0:
		return "Press enter: the evidence, and beside it the commands that mend it."
	case r.Verdict == wizard.Healthy:
		return "Nothing to mend. Press m for what keeps the next 502 away."
	case r.Coverage.Command() != "":
		return "Quit with q and run it with all rights: " + r.Coverage.Command()
	}
	return "Open the lines marked ! and ? below, the uppermost first."
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
