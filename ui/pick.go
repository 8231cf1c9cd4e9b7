package ui

import (
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"fix502/sysinfo"
	"fix502/wizard"
)

// pick is the page before the first: which of the recorded servers.
type pick struct{}

func (pick) keys(Model) []key.Binding {
	return []key.Binding{bind("choose", "enter", "enter"), keyMove(), keyHelp(), keyQuit()}
}

func (pick) press(m Model, k tea.KeyMsg) (Model, tea.Cmd) {
	names := wizard.Demos()
	i := max(0, slices.Index(names, m.view().chosen))
	to := func(i int) (Model, tea.Cmd) {
		return m.set(func(v *view) { v.chosen = names[(i+len(names))%len(names)] }), nil
	}
	switch s := k.String(); s {
	case "up", "k", "shift+tab":
		return to(i - 1)
	case "down", "j", "tab":
		return to(i + 1)
	case "home", "g":
		return to(0)
	case "end", "G":
		return to(len(names) - 1)
	case "enter", "l", "right", " ":
		return m.recorded(names[i])
	case "1", "2", "3", "4", "5", "6", "7", "8", "9":
		if n := int(s[0] - '1'); n < len(names) {
			return m.recorded(names[n])
		}
	}
	return m, nil
}

// recorded goes on with one of the recorded servers.
func (m Model) recorded(name string) (Model, tea.Cmd) {
	h, err := wizard.Demo(name)
	if err != nil {
		m.note = err.Error()
		return m, nil
	}
	m.stop()
	m.run++
	m.o.Demo, m.o.Facts = name, factsOf(h, m.o.Facts().Since)
	m.wiz, m.sites, m.facts, m.input = wizard.New(h.Now()), nil, nil, input{}
	m = m.set(func(v *view) { v.chosen = name }).open(view{screen: ask{}, chosen: "owner"})
	return m, findSites(m.ctx, m.o)
}

// factsOf are fresh facts of a recorded server for each run.
func factsOf(h *sysinfo.Host, since time.Duration) func() *sysinfo.Facts {
	return func() *sysinfo.Facts {
		f := sysinfo.NewFacts(h)
		f.Since = since
		return f
	}
}

func (pick) body(m Model, width, height int) string {
	out := []string{"", "   " + m.st.bold.Render("Which recorded server?"), ""}
	for i, name := range wizard.Demos() {
		mark, title := "   ", count(i+1)+"  "+name
		if name == m.view().chosen {
			mark, title = " "+m.st.bar.Render(m.st.mark)+" ", m.st.accent.Bold(true).Render(title)
		}
		out = append(out, mark+title)
		for _, l := range wizard.Wrap(wizard.DemoAbout(name), width-9) {
			out = append(out, "      "+m.st.dim.Render(l))
		}
	}
	tail := []string{""}
	for _, l := range wizard.Wrap("Each was a real kind of machine; all that is shown comes from the same checks that run on yours.", width-4) {
		tail = append(tail, "   "+m.st.dim.Render(l))
	}
	if len(out)+len(tail) <= height {
		out = append(out, tail...)
	}
	return strings.Join(m.window(out, scrollTo(out, m.st.mark, height-1), height), "\n")
}
