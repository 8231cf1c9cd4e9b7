package ui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"fix502/wizard"
)

// excerptLines draw a piece of a file with its line numbers: the line that matters has an arrow, the wrong word in it is
// underlined by a line of its own, so that it needs no colour.
func (m Model) excerptLines(x wizard.Excerpt, width int) []string {
	digits := len(count(x.First + len(x.Lines) - 1))
	room := max(8, width-digits-4)
	tight := ansi.StringWidth(x.Lines[x.Line-x.First]) > room
	var out []string
	for i, l := range x.Lines {
		n := x.First + i
		if n == x.Line {
			lead := m.st.fail.Render(fmt.Sprintf("%s %*d ", m.st.pointer(), digits, n))
			for j, row := range m.marked(l, x.Mark, room, tight) {
				if j > 0 {
					lead = strings.Repeat(" ", digits+3)
				}
				out = append(out, lead+" "+row)
			}
			continue
		}
		if tight {
			l = strings.TrimLeft(l, " ")
		}
		out = append(out, m.st.dim.Render(fmt.Sprintf("  %*d  %s", digits, n, fit(visible(l), room, m.st.dots))))
	}
	return out
}

// marked is a line with carets under its word. Where it is too long for one row the word begins a row of its own.
func (m Model) marked(l string, mark [2]int, room int, tight bool) []string {
	head, word, tail := l[:mark[0]], l[mark[0]:mark[1]], l[mark[1]:]
	var out []string
	if tight {
		head = strings.TrimLeft(head, " ")
	}
	if i := strings.LastIndexByte(head, ' ') + 1; tight && word != "" && i > 0 {
		out = append(out, strings.Split(ansi.Hardwrap(visible(strings.TrimRight(head[:i], " ")), room, true), "\n")...)
		if head = head[i:]; ansi.StringWidth(head+word+tail)+2 <= room {
			head = "  " + head
		}
	}
	if word == "" || ansi.StringWidth(head+word) > room {
		return append(out, strings.Split(ansi.Hardwrap(visible(head+word+tail), room, true), "\n")...)
	}
	first, rest := fit(visible(tail), room-ansi.StringWidth(head+word), ""), ""
	if len(first) < len(visible(tail)) {
		rest = visible(tail)[len(first):]
	}
	out = append(out, visible(head)+m.st.fail.Render(visible(word))+first,
		strings.Repeat(" ", ansi.StringWidth(head))+m.st.fail.Render(strings.Repeat("^", ansi.StringWidth(word))))
	if rest != "" {
		out = append(out, strings.Split(ansi.Hardwrap("  "+strings.TrimLeft(rest, " "), room, true), "\n")...)
	}
	return out
}

// pointer stands before the line that matters.
func (s styles) pointer() string {
	if s.ascii {
		return ">"
	}
	return "▶"
}
