package ui

import (
	"slices"
	"strings"

	"fix502/wizard"
)

// lines are the panes' contents at the present width.
func (pg page) lines(m Model) [2][]string {
	p, _, _ := m.content()
	if m.stacks(p) {
		all, _ := pg.stacked(m, p, m.width)
		return [2][]string{all, nil}
	}
	left := m.width/2 - 2
	return [2][]string{m.lay(p.Found, left-1), m.lay(p.Fix, m.width-left-5)}
}

// stacks says that a page is one column.
func (m Model) stacks(p wizard.Page) bool { return m.width < wide || p.Whole }

// stacked is the page as one column, and where the fix begins in it.
func (page) stacked(m Model, p wizard.Page, width int) (all []string, fixAt int) {
	w := width - 2
	if p.Whole {
		for _, l := range m.lay(slices.Concat([]wizard.Part{{Kind: wizard.Say}}, p.Found, []wizard.Part{{Kind: wizard.Head, Text: "And now"}}, p.Fix), min(w, 110)) {
			all = append(all, " "+l)
		}
		return all, 0
	}
	add := func(name string, parts []wizard.Part) {
		all = append(all, m.st.accent.Bold(true).Render(name+" ")+m.st.dim.Render(strings.Repeat(m.st.rule, max(0, w-len(name)-1))))
		all = append(all, m.lay(parts, w)...)
		all = append(all, "")
	}
	add("Found", p.Found)
	fixAt = len(all)
	add(m.wiz.Cure(), p.Fix)
	for i := range all {
		all[i] = " " + all[i]
	}
	return all, fixAt
}

func (pg page) body(m Model, width, height int) string {
	p, t, isTask := m.content()
	word := p.Status.String()
	if isTask && t.Guided() {
		word = "by hand"
		if m.wiz.Ticked(t.ID) {
			word = "done"
		}
	}
	title := " " + m.st.of(p.Status).Render(m.sign(entry{status: p.Status, word: word})+" "+word) + "  " + m.st.bold.Render(p.Title)
	title = ends(title, m.st.dim.Render(string(p.ID))+" ", width)
	if m.stacks(p) {
		all, _ := pg.stacked(m, p, width)
		return strings.Join(append([]string{title}, m.window(all, m.view().tops[0], height-1)...), "\n")
	}
	left := width/2 - 2
	content := pg.lines(m)
	name := func(i int, s string, w int) string {
		st := m.st.dim
		if m.view().pane == i {
			st = m.st.accent.Bold(true)
		}
		return st.Render(s) + " " + m.st.dim.Render(strings.Repeat(m.st.rule, max(0, w-len(s)-1)))
	}
	room := height - 2
	found := m.window(content[0], m.view().tops[0], room)
	fix := m.window(content[1], m.view().tops[1], room)
	out := []string{title, " " + pad(name(0, "Found", left-1), left, "") + " " + m.st.dim.Render(m.st.pipe) + " " + name(1, m.wiz.Cure(), width-left-5)}
	for i := range max(0, room) {
		l, r := "", ""
		if i < len(found) {
			l = found[i]
		}
		if i < len(fix) {
			r = fix[i]
		}
		out = append(out, " "+pad(l, left, m.st.dots)+" "+m.st.dim.Render(m.st.pipe)+" "+r)
	}
	return strings.Join(out, "\n")
}
