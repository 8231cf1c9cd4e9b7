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

// picture is one screen: a recorded server, the keys that lead to the page, and a size.
type picture struct {
	name, demo    string
	width, height int
	keys          []string
}

func main() {
	dir := "docs"
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	for _, p := range []picture{
		{"who", wizard.DefaultDemo, 80, 24, nil},
		{"list", wizard.DefaultDemo, 100, 30, []string{"enter"}},
		{"fix", wizard.DefaultDemo, 100, 30, []string{"enter", "enter"}},
		{"summary", wizard.DefaultDemo, 100, 30, []string{"enter", "m"}},
		{"healthy", "healthy", 80, 24, []string{"enter"}},
		{"learn", "healthy", 80, 24, []string{"down", "down", "enter"}},
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
	return os.WriteFile(filepath.Join(dir, p.name+".svg"), []byte(svg(m.View(), p.width, p.height)), 0o644)
}
