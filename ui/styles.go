package ui

import (
	"strings"

	"github.com/charmbracelet/lipgloss"

	"fix502/checks"
	"fix502/wizard"
)

// styles are built once; signs and words carry every meaning, colours only repeat it.
type styles struct {
	accent, bold, dim, command    lipgloss.Style
	fail, pass, warn, unknown     lipgloss.Style
	selected, bar, plain          lipgloss.Style
	ascii                         bool
	rule, pipe, mark, dots, arrow string
	up, down, cursor              string
}

func newStyles(r *lipgloss.Renderer, ascii bool) styles {
	colour := func(light, light16, dark, dark16 string) lipgloss.Style { // what 16 colours make of 256 by themselves cannot be told apart, or not be read
		return r.NewStyle().Foreground(lipgloss.CompleteAdaptiveColor{
			Light: lipgloss.CompleteColor{TrueColor: light, ANSI256: light, ANSI: light16},
			Dark:  lipgloss.CompleteColor{TrueColor: dark, ANSI256: dark, ANSI: dark16}})
	}
	accent := colour("31", "6", "80", "14")
	s := styles{
		accent: accent, bold: r.NewStyle().Bold(true), dim: colour("242", "8", "246", "7"), command: colour("24", "4", "116", "15"),
		fail: colour("160", "1", "203", "9").Bold(true), pass: colour("28", "2", "78", "10"), warn: colour("130", "3", "221", "11"), unknown: colour("97", "5", "176", "13"),
		selected: accent.Bold(true), plain: r.NewStyle(), bar: accent.Bold(true),
		ascii: ascii, rule: "─", pipe: "│", mark: "▌", dots: "…", arrow: "→", up: "↑", down: "↓", cursor: "█",
	}
	if ascii {
		s.rule, s.pipe, s.mark, s.dots, s.arrow, s.up, s.down, s.cursor = "-", "|", ">", "...", "->", "^", "v", "_"
	}
	return s
}

// of is the style of a state.
func (s styles) of(st checks.Status) lipgloss.Style {
	switch st {
	case checks.Pass:
		return s.pass
	case checks.Warn:
		return s.warn
	case checks.Fail:
		return s.fail
	case checks.Unknown:
		return s.unknown
	}
	return s.dim
}

// pen draws signs and paths in these styles.
func (s styles) pen() wizard.Pen {
	return wizard.Pen{ASCII: s.ascii, Paint: func(st checks.Status, text string) string { return s.of(st).Render(text) }}
}

// dot stands for requests of which none failed.
func (s styles) dot() string {
	if s.ascii {
		return "'"
	}
	return "·"
}

// course draws shares of 0 to 1 as a row of bars, the newest at the right; what is below 0 is not known.
func (s styles) course(shares []float64) string {
	levels := []rune("▁▂▃▄▅▆▇█")
	if s.ascii {
		levels = []rune("_.:-=+*#")
	}
	out := ""
	for _, v := range shares {
		if v < 0 {
			out += " "
			continue
		}
		out += string(levels[min(len(levels)-1, int(v*float64(len(levels))))])
	}
	return out
}

// gauge draws a share as a bar of a width.
func (s styles) gauge(share float64, width int, style lipgloss.Style) string {
	full, empty := "█", "░"
	if s.ascii {
		full, empty = "#", "."
	}
	n := max(0, min(width, int(share*float64(width)+0.5)))
	return style.Render(strings.Repeat(full, n)) + s.dim.Render(strings.Repeat(empty, width-n))
}
