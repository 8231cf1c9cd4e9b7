package wizard

import (
	"fmt"
	"io"
	"strings"
)

// Parting is what stays in the scrollback when the wizard has gone: verdict, cause and fix, commands ready to paste.
func (r Report) Parting(w io.Writer, pen Pen, width int) error {
	if r.Verdict == "" {
		return nil
	}
	t := &printer{pen: pen, width: max(width, 40)}
	t.verdict(r)
	for i, c := range r.Causes {
		if i == 2 {
			t.line("")
			t.line(plural(len(r.Causes)-2, "more cause", "more causes") + ": fix502 diagnose prints all")
			break
		}
		if c.Fix == nil {
			continue
		}
		t.line("")
		t.wrap(string(c.ID)+"  ", c.Fix.Head(), "  ")
		for n, st := range c.Fix.Steps {
			t.wrap(fmt.Sprintf("  %d. ", n+1), st.Say, "     ")
			if st.Command != "" {
				t.line("     " + st.Command)
			}
		}
	}
	if cmd := r.Coverage.Command(); cmd != "" {
		t.line("")
		t.wrap("", r.Coverage.Say()+"; with all rights:", "  ")
		t.line("  " + cmd)
	}
	_, err := io.WriteString(w, strings.Join(t.out, "\n")+"\n")
	return err
}
