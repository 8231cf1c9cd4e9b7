// Pictures draws docs/*.svg from the real program, run on the recorded servers that are inside it:
//
//	go run ./docs/pictures
//
// To look at it as other terminals show it, into another folder: go run ./docs/pictures -colours 16 -light DIR
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"fix502/sysinfo"
	"fix502/ui"
	"fix502/wizard"
)

// upgraded is the server on most pictures.
const upgraded = "php-version-upgraded"

// picture is one screen: a recorded server, the keys that lead to the page, and a size.
type picture struct {
	name, demo    string
	width, height int
	keys          []string
	then          string   // the recorded server that stands for the same one after its fix
	after         []string // the keys pressed on that one
}

func main() {
	var t terminal
	flag.IntVar(&t.colours, "colours", 256, "how many colours the terminal has: 256, 16 or 0")
	flag.BoolVar(&t.light, "light", false, "whether its ground is light")
	flag.Parse()
	dir := "docs"
	if flag.NArg() > 0 {
		dir = flag.Arg(0)
	}
	for _, p := range []picture{
		{name: "who", demo: wizard.DefaultDemo, width: 80, height: 24},
		{name: "demos", demo: wizard.AnyDemo, width: 80, height: 24},
		{name: "list", demo: upgraded, width: 112, height: 36, keys: []string{"enter"}},
		{name: "fix", demo: upgraded, width: 100, height: 32, keys: []string{"enter", "enter"}},
		{name: "worked", demo: upgraded, width: 100, height: 24, keys: []string{"enter", "enter"}, then: "healthy", after: []string{"a"}},
		{name: "live", demo: "fpm-workers-exhausted", width: 100, height: 28, keys: []string{"enter", "t"}},
		{name: "words", demo: upgraded, width: 80, height: 24, keys: []string{"enter", "enter", "w"}},
		{name: "summary", demo: upgraded, width: 100, height: 30, keys: []string{"enter", "m"}},
		{name: "healthy", demo: "healthy", width: 80, height: 24, keys: []string{"enter"}},
		{name: "learn", demo: "healthy", width: 80, height: 24, keys: []string{"down", "down", "enter"}},
	} {
		if err := p.draw(dir, t); err != nil {
			fmt.Fprintln(os.Stderr, "pictures:", err)
			os.Exit(1)
		}
	}
}

// terminal is what a picture is drawn as.
type terminal struct {
	colours int
	light   bool
}

func (p picture) draw(dir string, t terminal) error {
	h, err := wizard.Demo(p.demo)
	if err != nil {
		return err
	}
	r := lipgloss.NewRenderer(os.Stdout)
	r.SetColorProfile(map[int]termenv.Profile{256: termenv.ANSI256, 16: termenv.ANSI, 0: termenv.Ascii}[t.colours])
	r.SetHasDarkBackground(!t.light)
	o := ui.Options{Demo: p.demo, Timeout: 10 * time.Second, Facts: func() *sysinfo.Facts { return sysinfo.NewFacts(h) }}
	m := ui.Sized(ui.New(context.Background(), o, r), p.width, p.height)
	m = ui.Press(ui.Settle(m, m.Init()), p.keys...)
	if p.then != "" {
		if h, err = wizard.Demo(p.then); err != nil {
			return err
		}
		m = ui.Press(m, p.after...)
	}
	return os.WriteFile(filepath.Join(dir, p.name+".svg"), []byte(t.svg(m.View(), p.width, p.height)), 0o644)
}
