package ui

import (
	"bytes"
	"context"
	"os"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/term"
	"github.com/muesli/termenv"

	"fix502/ui/darkfirst"
	"fix502/wizard"
)

// fps bounds how often a changed screen is sent, and is what an idle wizard costs: 20 wake-ups a second.
const fps = 20

// Renderer colours for a terminal of which nothing is asked: its environment has to tell.
func Renderer(colour bool) *lipgloss.Renderer {
	r := lipgloss.NewRenderer(os.Stdout)
	r.SetHasDarkBackground(darkfirst.Dark())
	profile := termenv.Ascii
	if colour {
		profile = termenv.NewOutput(os.Stdout).EnvColorProfile()
	}
	r.SetColorProfile(profile)
	return r
}

// Run is the wizard on this terminal. It returns the last report, nil when nothing was looked at.
func Run(ctx context.Context, o Options) (*wizard.Report, error) {
	o.Screen, o.Env, o.Every, o.Flow, o.Beat = os.Stdout, os.Getenv, time.Minute, 200*time.Millisecond, 3*time.Second
	if o.Demo != "" {
		o.Pace = 5 * time.Millisecond
	}
	m := New(ctx, o, Renderer(o.Colour))
	if w, h, err := term.GetSize(os.Stdout.Fd()); err == nil && w > 0 && h > 0 {
		m.width, m.height = w, h
	}
	out := &opening{File: os.Stdout}
	if err := out.show(m.View()); err != nil {
		return nil, err
	}
	last, err := tea.NewProgram(m, tea.WithContext(ctx), tea.WithAltScreen(), tea.WithFPS(fps), tea.WithOutput(out), tea.WithoutSignalHandler()).Run()
	if !out.entered { // it never came so far: put back what the opening frame did
		if _, err := out.File.WriteString("\x1b[?1049l\x1b[?25h"); err != nil {
			return nil, err
		}
	}
	if end, ok := last.(Model); ok {
		end.stop()
		if ctx.Err() != nil {
			err = nil // a signal: leave as if q had been pressed
		}
		return end.parting(), err
	}
	return nil, err
}

// parting is the report that stays when the wizard goes: nil when nothing was looked at. Whoever leaves in the middle
// of a run gets the causes that were certain by then, and else that it was too little.
func (m Model) parting() *wizard.Report {
	return parting(m.wiz, m.run > 0 && m.wiz.Role != wizard.Nobody)
}

func parting(w wizard.Wizard, looked bool) *wizard.Report {
	r := w.Report
	switch {
	case !looked && r.Verdict == "":
		return nil
	case !w.Done && len(r.Causes) == 0 || r.Verdict == "":
		r.Verdict, r.Summary = wizard.Unclear, "left before everything was looked at"
	}
	return &r
}

// opening writes the first frame at once. Bubble Tea would wait for its ticker; its own way into the alternate screen
// is left out once, so that the frame stays until the next.
type opening struct {
	*os.File
	entered, erased bool
}

func (o *opening) show(frame string) error {
	_, err := o.File.WriteString("\x1b[?1049h\x1b[2J\x1b[H\x1b[?25l" + string(bytes.ReplaceAll([]byte(frame), []byte("\n"), []byte("\r\n"))))
	return err
}

func (o *opening) Write(p []byte) (int, error) {
	switch {
	case !o.entered && string(p) == "\x1b[?1049h":
		o.entered = true
		return len(p), nil
	case o.entered && !o.erased && string(p) == "\x1b[2J":
		o.erased = true
		return len(p), nil
	}
	if len(p) < 64 {
		return o.File.Write(p)
	}
	// A frame is shown as a whole by terminals that know synchronized output (DEC private mode 2026); others ignore it.
	if _, err := o.File.Write(append(append([]byte("\x1b[?2026h"), p...), "\x1b[?2026l"...)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// WriteString is what io.WriteString calls; without it os.File's own would be.
func (o *opening) WriteString(s string) (int, error) { return o.Write([]byte(s)) }
