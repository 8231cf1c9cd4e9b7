package ui

import (
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"fix502/checks"
	"fix502/wizard"
)

// now is the wall clock: for when somebody ticked a step off, and for the message.
func now() time.Time { return time.Now() }

// summary is the last page: verdict, what was done, what to do next, and the message to support.
type summary struct{}

func (summary) keys(m Model) []key.Binding {
	return []key.Binding{keyScroll(), bind("copy the message", "c", "c"), bind("save all to a file", "s", "s"), keyAll(), keyBack(), keyHelp(), keyQuit()}
}

func (summary) press(m Model, k tea.KeyMsg) (Model, tea.Cmd) {
	if next, ok := m.scrolled(k.String(), len(m.summaryLines(m.width)), max(1, m.height-4)); ok {
		return next, nil
	}
	switch k.String() {
	case "esc", "h", "left", "backspace":
		return m.back(), nil
	case "c":
		return m, copyOut(m.o, m.message(), "the message", " to your clipboard; s: a file")
	}
	return m.commonKey(k)
}

// message is the message to support. Its "now" is the machine's, so that a recorded one stays itself.
func (m Model) message() string {
	at := now()
	if m.facts != nil {
		at = m.facts.Host.Now()
	}
	return m.wiz.Message(at)
}

func (m Model) summaryLines(width int) []string {
	r := m.wiz.Report
	out := m.verdictLines(width - 1)
	section := func(name string, parts []wizard.Part) {
		out = append(out, "", " "+m.st.accent.Bold(true).Render(name))
		out = append(out, indentAll(m.lay(parts, min(width-4, 100)), "   ")...)
	}
	var parts []wizard.Part
	for _, c := range r.Causes {
		parts = append(parts, wizard.Part{Kind: wizard.State, Status: checks.Fail, Text: string(c.ID) + ": " + c.Title})
		if c.Fix != nil {
			parts = append(parts, wizard.Part{Kind: wizard.Dim, Text: "fix: " + c.Fix.Title})
		}
	}
	if len(parts) > 0 {
		section("Found", parts)
	}
	if cmd := r.Coverage.Command(); cmd != "" {
		section("Not seen", []wizard.Part{{Kind: wizard.Say, Text: r.Coverage.Say() + ". With all rights:"}, {Kind: wizard.Say, Text: cmd}})
	}
	var done []wizard.Part
	for _, t := range m.wiz.Tried() {
		done = append(done, wizard.Part{Kind: wizard.State, Status: checks.Pass, Text: t})
	}
	if len(done) > 0 {
		section("Done by hand", done)
	}
	if m.wiz.Role == wizard.Owner {
		section("So that it does not come back", wizard.NextSteps(m.wiz))
	}
	out = append(out, "", " "+m.st.accent.Bold(true).Render("Message to "+map[bool]string{true: "the site's owner", false: "support"}[m.wiz.Role == wizard.Visitor]))
	for l := range strings.SplitSeq(strings.TrimRight(m.message(), "\n"), "\n") {
		lead := len(l) - len(strings.TrimLeft(l, " "))
		for _, part := range wizard.Wrap(l, width-5-lead) {
			out = append(out, "   "+strings.Repeat(" ", lead)+part)
		}
	}
	return out
}

func (summary) body(m Model, width, height int) string {
	return strings.Join(m.window(m.summaryLines(width), m.view().tops[0], height), "\n")
}
