package main

import (
	"fmt"
	"html"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// One cell, and the margin around the screen, in pixels.
const (
	cellW, cellH = 8.43, 18.0
	margin       = 16.0
)

// svg draws a frame: lines of text with SGR sequences (ECMA-48), which is all that View writes.
func (t terminal) svg(frame string, width, height int) string {
	var b strings.Builder
	ground, ink := "#16191d", "#d5d8dc"
	if t.light {
		ground, ink = "#fbfbf8", "#24292f"
	}
	w, h := float64(width)*cellW+2*margin, float64(height)*cellH+2*margin
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14" stroke="none">`+"\n", w, h, w, h)
	fmt.Fprintf(&b, `<rect width="%.0f" height="%.0f" rx="8" fill="%s"/>`+"\n", w, h, ground)
	for y, line := range strings.Split(frame, "\n") {
		x := 0
		for _, r := range runs(line) {
			for _, word := range pieces(r.text) {
				if strings.TrimSpace(word) != "" {
					r.text = word
					b.WriteString(r.svg(x, y, ink))
				}
				x += ansi.StringWidth(word)
			}
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// pieces cuts at runs of two spaces and more, and at leading ones: viewers differ in what they make of them.
func pieces(s string) []string {
	var out []string
	for s != "" {
		n := len(s) - len(strings.TrimLeft(s, " "))
		if n > 0 {
			out, s = append(out, s[:n]), s[n:]
			continue
		}
		if n = strings.Index(s, "  "); n < 0 {
			n = len(s)
		}
		out, s = append(out, s[:n]), s[n:]
	}
	return out
}

func (r run) svg(x, y int, ink string) string {
	weight := ""
	if r.colour == "" {
		r.colour = ink
	}
	if r.bold {
		weight = ` font-weight="bold"`
	}
	return fmt.Sprintf(`<text x="%.2f" y="%.1f" textLength="%.2f" lengthAdjust="spacingAndGlyphs" fill="%s"%s xml:space="preserve">%s</text>`+"\n",
		margin+float64(x)*cellW, margin+float64(y)*cellH+13.5, float64(ansi.StringWidth(r.text))*cellW, r.colour, weight, html.EscapeString(r.text))
}

// run is text of one style; without a colour it has the terminal's own.
type run struct {
	text, colour string
	bold         bool
}

func runs(line string) []run {
	var out []run
	var now run
	for line != "" {
		at := strings.Index(line, "\x1b[")
		if at < 0 {
			at = len(line)
		}
		if at > 0 {
			now.text = line[:at]
			out = append(out, now)
			line = line[at:]
			continue
		}
		params, rest, ok := strings.Cut(line[2:], "m")
		if !ok {
			break
		}
		now, line = now.sgr(strings.Split(params, ";")), rest
	}
	return out
}

func (r run) sgr(params []string) run {
	for i := 0; i < len(params); i++ {
		switch params[i] {
		case "", "0":
			r = run{}
		case "1":
			r.bold = true
		case "38":
			if i+2 < len(params) && params[i+1] == "5" {
				n, err := strconv.Atoi(params[i+2])
				if err == nil {
					r.colour = palette(n)
				}
				i += 2
			}
		default:
			n, err := strconv.Atoi(params[i])
			switch {
			case err != nil:
			case n >= 30 && n <= 37:
				r.colour = basic[n-30]
			case n >= 90 && n <= 97:
				r.colour = basic[n-90+8]
			}
		}
	}
	return r
}

// basic are the sixteen colours of the Linux console (drivers/tty/vt/vt.c).
var basic = [...]string{"#000000", "#aa0000", "#00aa00", "#aa5500", "#0000aa", "#aa00aa", "#00aaaa", "#aaaaaa",
	"#555555", "#ff5555", "#55ff55", "#ffff55", "#5555ff", "#ff55ff", "#55ffff", "#ffffff"}

// palette is xterm's 256 colours: a cube of 6x6x6 from 16 on, then 24 greys.
func palette(n int) string {
	switch {
	case n >= 232:
		v := 8 + (n-232)*10
		return fmt.Sprintf("#%02x%02x%02x", v, v, v)
	case n >= 16:
		level := [...]int{0, 95, 135, 175, 215, 255}
		n -= 16
		return fmt.Sprintf("#%02x%02x%02x", level[n/36], level[n/6%6], level[n%6])
	}
	return basic[max(0, n)]
}
