package ui

import (
	"strings"

	"github.com/charmbracelet/lipgloss"
)

func (m Model) entryLine(e entry, chosen bool, width int) string {
	switch {
	case e.note:
		return "   " + m.st.dim.Render(m.sign(e)+" "+e.title)
	case e.key == "":
		return " " + m.st.accent.Render(e.title)
	}
	mark := "   "
	if chosen {
		mark = " " + m.st.bar.Render(m.st.mark) + " "
	}
	word := m.st.of(e.status).Render(pad(m.sign(e)+" "+e.word, 9, ""))
	if e.word == "by hand" || e.word == "looking" || e.word == "" {
		word = m.st.dim.Render(pad(m.sign(e)+" "+e.word, 9, ""))
	}
	room := width - 3 - 10
	title := e.title
	if strings.HasPrefix(e.key, "cause:") { // in plain words; the id where there is room for it
		line := mark + word + " " + m.titleStyle(e, chosen).Render(fit(e.brief, room, m.st.dots))
		return strings.TrimRight(ends(line, m.st.dim.Render(e.title)+" ", width), " ")
	}
	if room < 44 {
		return mark + word + " " + m.titleStyle(e, chosen).Render(fit(title, room, m.st.dots))
	}
	col := min(42, room/2)
	title = m.titleStyle(e, chosen).Render(pad(title, col, m.st.dots))
	if e.brief == "" {
		return mark + word + " " + title
	}
	return mark + word + " " + title + "  " + m.st.dim.Render(fit(e.brief, room-col-2, m.st.dots))
}

func (m Model) titleStyle(e entry, chosen bool) lipgloss.Style {
	switch {
	case chosen:
		return m.st.selected
	case e.word == "skip":
		return m.st.dim
	}
	return m.st.plain
}

func (m Model) sign(e entry) string {
	switch e.word {
	case "follows":
		if m.st.ascii {
			return "="
		}
		return "↳"
	case "by hand", "looking", "":
		if m.st.ascii {
			return "."
		}
		return "·"
	}
	return m.st.pen().Sign(e.status)
}
