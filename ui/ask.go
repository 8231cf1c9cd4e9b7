package ui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"fix502/wizard"
)

// ask is the first page: who are you, and which page fails.
type ask struct{}

// doors are the three ways in, and the field and sites below them.
func (m Model) doors() []string {
	out := []string{"owner", "visitor", "learn", "address"}
	for i, s := range m.sites {
		if i == 5 {
			break
		}
		out = append(out, "site:"+s.name)
	}
	return out
}

func (ask) keys(m Model) []key.Binding {
	if m.typing() {
		return []key.Binding{bind("go on", "enter", "enter"), bind("leave the field", "↑↓", "up", "down"), bind("quit", "ctrl+c", "ctrl+c")}
	}
	return []key.Binding{bind("choose", "enter", "enter"), keyMove(), bind("address", "tab", "tab"), keyHelp(), keyQuit()}
}

func (a ask) press(m Model, k tea.KeyMsg) (Model, tea.Cmd) {
	chosen := m.view().chosen
	to := func(id string) Model { return m.set(func(v *view) { v.chosen = id }) }
	s := k.String()
	if chosen == "address" {
		switch s {
		case "up", "shift+tab", "esc":
			return to("learn"), nil
		case "down", "tab":
			return to(after(m.doors(), chosen, 1)), nil
		case "enter":
			return a.choose(m, m.as())
		}
		m.input = m.input.press(k)
		return m, nil
	}
	switch s {
	case "up", "k":
		return to(after(m.doors(), chosen, -1)).atEnd(), nil
	case "down", "j":
		return to(after(m.doors(), chosen, 1)).atEnd(), nil
	case "tab":
		if chosen == "owner" || chosen == "visitor" { // who somebody said they are stays said
			m.door = chosen
		}
		return to("address").atEnd(), nil
	case "1", "2", "3":
		return a.choose(m, m.doors()[int(s[0]-'1')])
	case "esc", "h", "left", "backspace":
		return m.back(), nil
	case "o", "v":
		return a.choose(m, map[string]string{"o": "owner", "v": "visitor"}[s])
	case "enter", "l", "right", " ":
		return a.choose(m, chosen)
	}
	return m, nil
}

// atEnd puts the cursor behind what stands in the field.
func (m Model) atEnd() Model {
	m.input.at = len(m.input.text)
	return m
}

// as is who the address is asked for: the door that somebody chose, or the owner's.
func (m Model) as() string {
	switch chosen := m.view().chosen; {
	case chosen != "address" && !strings.HasPrefix(chosen, "site:"):
		return ""
	case m.door != "":
		return m.door
	}
	return "owner"
}

// after is the neighbour of an entry, round the corner at the ends.
func after(ids []string, id string, step int) string {
	i := slices.Index(ids, id)
	return ids[(i+step+len(ids))%len(ids)]
}

func (ask) choose(m Model, door string) (Model, tea.Cmd) {
	if name, ok := strings.CutPrefix(door, "site:"); ok {
		m.input, door = input{text: name, at: len(name)}, "owner"
		if m.door != "" {
			door = m.door
		}
	}
	if door == "learn" {
		m.wiz = m.wiz.Answer(wizard.Learner, "", m.o.Run)
		return m.open(view{screen: lessons{}, chosen: "0"}), nil
	}
	url := ""
	if m.input.text != "" {
		u, err := wizard.ParseURL(m.input.text)
		if err != nil {
			m.note = err.Error()
			return m.set(func(v *view) { v.chosen = "address" }), nil
		}
		url = u
	}
	if door == "owner" && m.view().chosen == "owner" {
		m.door = ""
	}
	role := wizard.Owner
	if door == "visitor" {
		role = wizard.Visitor
		if url == "" {
			m.note = "which page fails? A visitor's checks need its address"
			m.door = "visitor"
			return m.set(func(v *view) { v.chosen = "address" }), nil
		}
	}
	m.wiz = m.wiz.Answer(role, url, m.o.Run)
	m.wiz.Report = wizard.Report{}
	m.wiz.Tries = nil
	return m.open(view{screen: list{}}).begin()
}

func (ask) body(m Model, width, height int) string {
	chosen := m.view().chosen
	row := func(id, name, say string) string {
		mark := "  "
		switch name = pad(name, 12, ""); id {
		case chosen:
			mark, name = m.st.bar.Render(m.st.mark)+" ", m.st.accent.Bold(true).Render(name)
		case m.as():
			mark = m.st.dim.Render(m.st.arrow) + strings.Repeat(" ", 2-len([]rune(m.st.arrow)))
		}
		short := map[string]string{"owner": "I run it", "visitor": "I only visit it", "learn": "What is a 502?"}
		if width < 76 {
			say = short[id]
		}
		return " " + mark + name + "  " + m.st.dim.Render(say)
	}
	field := m.input.draw(max(10, width-20), chosen == "address", m.st.cursor)
	if m.input.text == "" && chosen != "address" {
		field = m.st.dim.Render("empty: all sites of this server; or such as shop.example.com")
		if width < 70 {
			field = m.st.dim.Render("empty: all sites here")
		}
	}
	top := []string{"", "   " + m.st.bold.Render("Who are you?"), "",
		row("owner", "Site owner", "I run the site or this server: find the cause, show the fix"),
		row("visitor", "Visitor", "I only want to see the page: is it me, or is it them?"),
		row("learn", "Learn", "what a 502 is, what it is not, and how to prevent it"),
		"", "   " + m.st.bold.Render("Which page fails?"), "", addressRow(m, chosen, field)}
	if len(m.sites) > 0 {
		top = append(top, "", "   "+m.st.bold.Render("Found on this server"), "")
		for i, s := range m.sites {
			if i == 5 {
				top = append(top, "     "+m.st.dim.Render(fmt.Sprintf("and %d more", len(m.sites)-5)))
				break
			}
			top = append(top, siteRow(m, s, chosen == "site:"+s.name))
		}
	}
	tail := []string{""}
	for _, l := range wizard.Wrap("fix502 only looks. It changes nothing and restarts nothing.", width-4) {
		tail = append(tail, "   "+m.st.dim.Render(l))
	}
	if len(top)+len(tail) <= height {
		top = append(top, tail...)
	}
	return strings.Join(m.window(top, scrollTo(top, m.st.mark, height), height), "\n")
}

func addressRow(m Model, chosen, field string) string {
	if chosen == "address" {
		return " " + m.st.bar.Render(m.st.mark) + " " + m.st.accent.Bold(true).Render("Address     ") + "  " + field
	}
	return "   Address       " + field
}

func siteRow(m Model, s site, chosen bool) string {
	say := "no failures in its log"
	switch {
	case s.unheard != "":
		say = s.unheard
	case s.failures > 0:
		say = fmt.Sprintf("%s in the log of the last %s", plural(s.failures, "failure", "failures"), wizard.Span(m.o.Facts().Since.String()))
	}
	name := pad(s.name, 28, m.st.dots)
	if m.width < 76 {
		name = pad(s.name, max(8, m.width-18), m.st.dots)
		if say = plural(s.failures, "failure", "failures"); s.unheard != "" {
			say = "log unread"
		}
	}
	if chosen {
		return " " + m.st.bar.Render(m.st.mark) + " " + m.st.accent.Bold(true).Render(name) + "  " + m.st.dim.Render(say)
	}
	return "   " + name + "  " + m.st.dim.Render(say)
}

// scrollTo keeps the marked line in the window.
func scrollTo(lines []string, mark string, height int) int {
	for i, l := range lines {
		if strings.Contains(l, mark) {
			return max(0, i-height+2)
		}
	}
	return 0
}
