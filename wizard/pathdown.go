package wizard

import (
	"strings"

	"fix502/checks"
)

// drawDown draws from top to bottom: nothing is cut, what is too wide goes on in the next line.
func (p Pen) drawDown(legs []Leg, others, width int) []string {
	var out []string
	bar := "│"
	if p.ASCII {
		bar = "|"
	}
	for i, l := range legs {
		if i > 0 {
			mark := bar
			if l.Status != checks.Pass && l.Status != checks.Skip {
				mark = p.paint(l.Status, p.Sign(l.Status))
			}
			out = append(out, mark)
		}
		sign := p.paint(l.Status, p.Sign(l.Status)) + " "
		for j, part := range Wrap(strings.TrimSpace(l.Name+" "+l.Address), width-2) {
			if l.Status == checks.Fail {
				part = p.paint(l.Status, part)
			}
			if j == 0 {
				out = append(out, sign+part)
			} else {
				out = append(out, "  "+part)
			}
		}
		for _, s := range []string{l.Says, l.Side} {
			if s == "" || i == 0 {
				continue
			}
			for _, part := range Wrap(s, width-4) {
				out = append(out, p.thread(legs, i)+"   "+p.said(l, part))
			}
		}
	}
	return p.more(out, others)
}

// thread is what runs down beside an end's words to the next end.
func (p Pen) thread(legs []Leg, i int) string {
	switch {
	case i+1 == len(legs):
		return " "
	case p.ASCII:
		return "|"
	}
	return "│"
}
