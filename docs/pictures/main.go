// Pictures draws docs/*.svg from the real program, run on the recorded servers that are inside it:
//
//	go run ./docs/pictures
package main

import (
	"context"
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
	dir := "docs"
	if len(os.Args) > 1 {
		dir = os.Args[1]
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
		if err := p.draw(dir); err != nil {
			fmt.Fprintln(os.Stderr, "pictures:", err)
			os.Exit(1)
		}
	}
}

func (p picture) draw(dir string) error {
	h, err := wizard.Demo(p.demo)
	if err != nil {
		return err
	}
	r := lipgloss.NewRenderer(os.Stdout)
	r.SetColorProfile(termenv.ANSI256)
	r.SetHasDarkBackground(true)
	o := ui.Options{Demo: p.demo, Timeout: 10 * time.Second, Facts: func() *sysinfo.Facts { return sysinfo.NewFacts(h) }}
	m := ui.Sized(ui.New(context.Background(), o, r), p.width, p.height)
	m = ui.Press(ui.Settle(m, m.Init()), p.keys...)
	if p.then != "" {
		if h, err = wizard.Demo(p.then); err != nil {
			return err
		}
		m = ui.Press(m, p.after...)
	}
	return os.WriteFile(filepath.Join(dir, p.name+".svg"), []byte(svg(m.View(), p.width, p.height)), 0o644)
}
