// Package ui draws a wizard.Wizard on a terminal and turns keys into its moves.
package ui

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"fix502/checks"
	"fix502/sysinfo"
	"fix502/wizard"
)

// Options are what the wizard starts with.
type Options struct {
	Run     wizard.Options
	Facts   func() *sysinfo.Facts // fresh facts for each run
	URL     string
	Demo    string // a recorded server; wizard.AnyDemo: one of them is to be chosen first
	ASCII   bool
	Width   int // of the lines of the linear mode; 0: 100
	Colour  bool
	Timeout time.Duration
	Every   time.Duration // how often a visitor's page is asked for again; 0: never
	Flow    time.Duration // how long results gather before they are drawn; 0: each at once
	Beat    time.Duration // how often the logs and the machine are looked at while the wizard is open; 0: once
	Pace    time.Duration // how long a result of a recorded server takes, so that it can be watched
	State   string        // the folder reports are saved in
	Screen  io.Writer
	Env     func(string) string
}

// A screen is one page of the wizard. It holds no state of its own.
type screen interface {
	keys(m Model) []key.Binding
	press(m Model, k tea.KeyMsg) (Model, tea.Cmd)
	body(m Model, width, height int) string
}

// view is where somebody is on one page: it comes back when they do.
type view struct {
	screen    screen
	key       string // the step or cause that a page shows
	chosen    string // the selected entry of a list, by its key: it stays selected while results stream in
	moved     bool   // the selection was moved by hand
	pane      int    // Found or Fix
	tops      [2]int // how far each pane is scrolled
	filter    string
	filtering bool
}

// Model is the only tea.Model.
type Model struct {
	ctx    context.Context
	o      Options
	wiz    wizard.Wizard
	st     styles
	width  int
	height int
	views  []view // the last one is on screen
	input  input
	sites  []site // for the first page

	run       int // the run whose messages count
	total     int // its checks
	facts     *sysinfo.Facts
	stop      context.CancelFunc
	reporting bool // a report is being put together
	stale     bool // and more has settled since
	note      string
	quitting  bool

	door    string         // who somebody said they are, while the address is still missing
	asking  bool           // the note says that the site is asked again
	pending []checks.Event // settled and not taken in yet: a slow line sees them a few times a second
	flowing bool           // a flush is on its way
	watch   *sysinfo.Watch
}

// New is the wizard at its first page.
func New(ctx context.Context, o Options, r *lipgloss.Renderer) Model {
	if o.Env == nil {
		o.Env = func(string) string { return "" }
	}
	m := Model{ctx: ctx, o: o, st: newStyles(r, o.ASCII), width: 80, height: 24, wiz: wizard.New(o.Facts().Host.Now()), stop: func() {}}
	m.input = input{text: o.URL, at: len(o.URL)}
	m.views = []view{{screen: ask{}, chosen: "owner"}}
	if o.Demo == wizard.AnyDemo {
		m.views = []view{{screen: pick{}, chosen: wizard.DefaultDemo}}
	}
	return m
}

func (m Model) view() view     { return m.views[len(m.views)-1] }
func (m Model) screen() screen { return m.view().screen }

// set changes the view on screen; the list of views is copied, because a Model is a value.
func (m Model) set(change func(v *view)) Model {
	m.views = append([]view(nil), m.views...)
	change(&m.views[len(m.views)-1])
	return m
}

func (m Model) open(v view) Model {
	m.views = append(append([]view(nil), m.views...), v)
	return m
}

func (m Model) back() Model {
	if len(m.views) > 1 {
		m.views = m.views[:len(m.views)-1]
	}
	return m
}

// Init looks for the sites of this machine, for the first page.
func (m Model) Init() tea.Cmd { return findSites(m.ctx, m.o) }

// Update is quick and touches nothing outside.
func (m Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		if msg.Width > 0 && msg.Height > 0 { // a serial console may say 0x0
			m.width, m.height = msg.Width, msg.Height
		}
	case tea.KeyMsg:
		return m.press(msg)
	case sitesMsg:
		m.sites = msg.sites
	case startedMsg:
		if msg.run == m.run {
			m.facts = msg.facts
			return m, next(msg.run, msg.events, m.o.Pace)
		}
	case eventMsg:
		return m.event(msg)
	case flushMsg:
		return m.flushed(msg)
	case finishedMsg:
		return m.finished(msg)
	case watchMsg:
		if msg.run == m.run {
			m.watch = msg.watch
			return m, beat(m.ctx, m.run, m.facts, m.watch, m.wiz.Pulse(), m.o.Beat)
		}
	case beatMsg:
		return m.beaten(msg)
	case reportMsg:
		return m.reported(msg)
	case stepMsg:
		return m.stepLooked(msg)
	case triedMsg:
		if msg.run == m.run && m.wiz.Role == wizard.Visitor {
			m.wiz = m.wiz.Try(msg.try)
			return m, askLater(m.run, m.o.Every)
		}
	case laterMsg:
		if msg.run == m.run && m.wiz.Role == wizard.Visitor {
			return m, askOnce(m.ctx, m.run, m.newFacts())
		}
	case noteMsg:
		m.note = string(msg)
	}
	return m, nil
}

func (m Model) press(k tea.KeyMsg) (tea.Model, tea.Cmd) {
	m.note = ""
	if k.Type == tea.KeyCtrlJ { // enter, pressed before the terminal was ours
		k = tea.KeyMsg{Type: tea.KeyEnter}
	}
	typing := m.typing()
	switch {
	case k.String() == "ctrl+c", k.String() == "q" && !typing:
		m.quitting = true
		m.stop()
		return m, tea.Quit
	case k.String() == "ctrl+z":
		return m, tea.Suspend
	case k.String() == "?" && !typing && m.screen() != (help{}):
		return m.open(view{screen: help{}}), nil
	}
	return m.screen().press(m, k)
}

// typing says that letters go into a field.
func (m Model) typing() bool {
	return m.view().filtering || m.screen() == (ask{}) && m.view().chosen == "address"
}

// View draws the page.
func (m Model) View() string {
	if m.quitting {
		return ""
	}
	footer := m.footer(m.width)
	if m.note != "" {
		footer = " " + m.st.accent.Render(m.note)
	}
	return m.frame(m.header(), footer, func(w, h int) string { return m.screen().body(m, w, h) })
}

func (m Model) header() string {
	left := " " + m.st.bold.Render("fix502")
	f := m.facts
	if m.o.Demo != "" {
		left += m.st.dim.Render("  demo: a recorded server")
	} else if f != nil && m.wiz.Role == wizard.Owner {
		left += m.st.dim.Render("  on " + checks.Quote(f.Host.Name))
	}
	if m.wiz.URL != "" && m.wiz.Role != wizard.Nobody {
		left += m.st.dim.Render("  " + checks.Quote(strings.TrimPrefix(m.wiz.URL, "http://")))
	}
	return ends(left, m.progress()+" ", m.width)
}

// progress is how far the run is, or how much could be looked at.
func (m Model) progress() string {
	switch {
	case m.wiz.Role == wizard.Nobody || m.wiz.Role == wizard.Learner:
		return ""
	case !m.wiz.Done:
		return m.st.dim.Render("looking: " + count(len(m.wiz.Rows)) + " of " + count(m.total) + " checks")
	}
	say := m.wiz.Report.Coverage.Say()
	n := 0
	for _, row := range m.wiz.Rows {
		if row.Status == checks.Skip {
			n++
		}
	}
	if n > 0 && m.width >= wide {
		say += ", " + count(n) + " do not apply"
	}
	return m.st.dim.Render(say)
}
