package ui

import (
	"strings"

	"fix502/wizard"
)

// lines are the panes' contents at the present width.
func (pg page) lines(m Model) [2][]string {
	if m.width < wide {
		all, _, _ := pg.stacked(m, m.width)
		return [2][]string{all, nil}
	}
	p, _, _ := m.content()
	left := m.width/2 - 2
	return [2][]string{m.lay(p.Found, left-1), m.lay(p.Fix, m.width-left-5)}
}

// stacked is the page as one column, and where the fix begins in it.
func (page) stacked(m Model, width int) (all []string, fixAt int, p wizard.Page) {
	p, _, _ = m.content()
	w := width - 2
	add := func(name string, parts []wizard.Part) {
		all = append(all, m.st.accent.Bold(true).Render(name+" ")+m.st.dim.Render(strings.Repeat(m.st.rule, max(0, w-len(name)-1))))
		all = append(all, m.lay(parts, w)...)
		all = append(all, "")
	}
	add("Found", p.Found)
	fixAt = len(all)
	add("Fix", p.Fix)
	for i := range all {
		all[i] = " " + all[i]
	}
	return all, fixAt, p
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
	if width < wide {
		all, _, _ := pg.stacked(m, width)
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
	out := []string{title, " " + pad(name(0, "Found", left-1), left, "") + " " + m.st.dim.Render(m.st.pipe) + " " + name(1, "Fix", width-left-5)}
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
