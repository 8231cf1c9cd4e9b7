package main

import (
	"os"
	"strings"

	"github.com/charmbracelet/x/term"

	"fix502/checks"
	"fix502/wizard"
)

// pen draws as the flags and the terminal want it.
func (a *app) pen() wizard.Pen {
	p := wizard.Pen{ASCII: a.plainASCII()}
	if a.terminal() && !a.colourless() {
		p.Paint = func(s checks.Status, text string) string {
			code := map[checks.Status]string{checks.Fail: "1;31", checks.Pass: "32", checks.Warn: "33", checks.Unknown: "35"}[s]
			if code == "" {
				return text
			}
			return "\x1b[" + code + "m" + text + "\x1b[0m"
		}
	}
	return p
}

func (a *app) colourless() bool {
	return a.noColor || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb"
}

// plainASCII is for terminals that draw nothing else: the Linux console's font lacks our signs.
func (a *app) plainASCII() bool {
	if a.ascii || os.Getenv("TERM") == "linux" || os.Getenv("TERM") == "dumb" {
		return true
	}
	for _, k := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToLower(os.Getenv(k)); v != "" {
			_, charset, said := strings.Cut(v, ".")
			return said && !strings.HasPrefix(charset, "utf")
		}
	}
	return false
}

// width is how long lines of text may get.
func (a *app) width() int {
	out, _ := a.out.(*os.File)
	for _, f := range []*os.File{out, os.Stderr, os.Stdin} { // through a pager the terminal is still there
		if f == nil {
			continue
		}
		if w, _, err := term.GetSize(f.Fd()); err == nil && w > 0 {
			return min(w, 120)
		}
	}
	return 100
}
