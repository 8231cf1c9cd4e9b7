package ui

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// frame fits header, body and footer into width x height. It cuts by cells and lets the body give way first; where
// there is hardly any room the header goes, then the footer.
func (m Model) frame(header, footer string, body func(width, height int) string) string {
	w, h := max(m.width, 1), max(m.height, 1)
	var top, bottom []string
	if h >= 6 {
		top = []string{header, m.st.dim.Render(strings.Repeat(m.st.rule, w))}
	}
	if h >= 3 {
		bottom = []string{footer}
	}
	room := h - len(top) - len(bottom)
	lines := strings.Split(body(w, room), "\n")
	if len(lines) > room {
		lines = lines[:room]
	}
	for len(lines) < room {
		lines = append(lines, "")
	}
	all := append(append(top, lines...), bottom...)
	for i, l := range all {
		all[i] = fit(m.st.pen().Text(l), w, m.st.dots)
	}
	return strings.Join(all, "\n")
}

// fit cuts a line to width cells.
func fit(s string, width int, dots string) string {
	if ansi.StringWidth(s) <= width {
		return s
	}
	if width <= len(dots) {
		return ansi.Truncate(s, width, "")
	}
	return ansi.Truncate(s, width, dots)
}

// pad cuts or fills a line to exactly width cells.
func pad(s string, width int, dots string) string {
	s = fit(s, width, dots)
	return s + strings.Repeat(" ", max(0, width-ansi.StringWidth(s)))
}

// ends puts one text at the left and one at the right of a line; the right one gives way.
func ends(left, right string, width int) string {
	gap := width - ansi.StringWidth(left) - ansi.StringWidth(right)
	if gap < 2 {
		return left
	}
	return left + strings.Repeat(" ", gap) + right
}

// window is the part of lines from top that fits into height, with a word on what is above and below.
func (m Model) window(lines []string, top, height int) []string {
	if len(lines) <= height || height < 1 {
		return lines
	}
	top = max(0, min(top, len(lines)-height))
	out := append([]string{}, lines[top:top+height]...)
	if height >= 3 {
		if below := len(lines) - top - height; below > 0 {
			out[height-1] = m.st.dim.Render(m.st.down + " " + count(below+1) + " more")
		}
		if top > 0 {
			out[0] = m.st.dim.Render(m.st.up + " " + count(top+1) + " more")
		}
	}
	return out
}

func count(n int) string { return strconv.Itoa(n) }

// scrolled moves a page of so many lines by a key; false for a key that scrolls nothing.
func (m Model) scrolled(k string, lines, room int) (Model, bool) {
	return m.scrolledPane(0, k, lines, room)
}

// scrolledPane does so with one pane of a page.
func (m Model) scrolledPane(pane int, k string, lines, room int) (Model, bool) {
	top, last := m.view().tops[pane], max(0, lines-room)
	switch k {
	case "up", "k":
		top--
	case "down", "j":
		top++
	case "pgup", "ctrl+u":
		top -= room - 2
	case "pgdown", "ctrl+d", " ":
		top += room - 2
	case "home", "g":
		top = 0
	case "end", "G":
		top = last
	default:
		return m, false
	}
	return m.set(func(v *view) { v.tops[pane] = max(0, min(top, last)) }), true
}
