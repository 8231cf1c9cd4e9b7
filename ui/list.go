package ui

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"

	"fix502/checks"
	"fix502/wizard"
)

// list is the checklist of the owner or the visitor: what is wrong first, then the steps by topic.
type list struct{}

// entry is one line of the list; a heading has no key.
type entry struct {
	key, title, brief string
	status            checks.Status
	word              string
	task              int // index into the wizard's tasks, -1 for others
}

func causeKey(all []wizard.Cause, i int) string {
	k := "cause:" + string(all[i].ID)
	n := 0
	for _, c := range all[:i] {
		if c.ID == all[i].ID {
			n++
		}
	}
	return k + ":" + strconv.Itoa(n)
}

// entries are the lines of the list, filtered.
func (m Model) entries() []entry {
	var out []entry
	f := strings.ToLower(m.view().filter)
	match := func(e entry) bool {
		return f == "" || strings.Contains(strings.ToLower(e.title+" "+e.brief+" "+e.word), f)
	}
	group := func(name string, list []entry) {
		list = slices.DeleteFunc(list, func(e entry) bool { return !match(e) })
		if len(list) > 0 {
			out = append(append(out, entry{title: name, task: -1}), list...)
		}
	}
	var causes []entry
	for i, c := range m.wiz.Report.Causes {
		causes = append(causes, entry{key: causeKey(m.wiz.Report.Causes, i), title: string(c.ID), brief: c.Title, status: checks.Fail, word: "fail", task: -1})
	}
	name := "The cause"
	if len(causes) > 1 {
		name = "The causes, likeliest first"
	}
	group(name, causes)
	for _, topic := range m.topics() {
		var steps []entry
		for i, t := range m.wiz.Tasks {
			if t.Topic == topic {
				steps = append(steps, m.taskEntry(i, t))
			}
		}
		group(wizard.TopicName(topic), steps)
	}
	group("At the end", []entry{{key: "summary", title: "Summary and message to support", word: "", task: -1, status: checks.Skip}})
	return out
}

func (m Model) topics() []checks.Topic {
	var out []checks.Topic
	for _, t := range m.wiz.Tasks {
		if !slices.Contains(out, t.Topic) {
			out = append(out, t.Topic)
		}
	}
	return out
}

func (m Model) taskEntry(i int, t wizard.Task) entry {
	e := entry{key: "task:" + t.ID, title: t.Title, brief: m.wiz.Brief(t), status: m.wiz.StatusOf(t), task: i}
	switch {
	case t.Guided() && m.wiz.Ticked(t.ID):
		e.word = "done"
	case t.Guided():
		e.word = "by hand"
	case m.wiz.Looking(t):
		e.word = "looking"
	default:
		e.word = e.status.String()
		if _, ok := m.wiz.Follows(t); ok {
			e.word, e.status = "follows", checks.Warn
		}
	}
	return e
}

// cursor is the index of the selected entry; the first that can be selected where the chosen one is not there.
func (m Model) cursor(all []entry) int {
	at := -1
	for i, e := range all {
		if e.key != "" && e.key == m.view().chosen {
			return i
		}
		if e.key != "" && at < 0 {
			at = i
		}
	}
	return at
}

func (list) keys(m Model) []key.Binding {
	if m.view().filtering {
		return []key.Binding{bind("keep", "enter", "enter"), bind("drop", "esc", "esc"), bind("quit", "ctrl+c", "ctrl+c")}
	}
	out := []key.Binding{keyMove(), keyOpen()}
	all := m.entries()
	if i := m.cursor(all); i >= 0 && all[i].task >= 0 {
		if m.wiz.Tasks[all[i].task].Guided() {
			out = append(out, keyTick())
		} else {
			out = append(out, keyAgain())
		}
	}
	if len(m.wiz.Report.Causes) > 0 {
		out = append(out, bind("copy fix", "c", "c"))
	}
	return append(out, keyFilter(), keySummary(), keyAll(), keyBack(), keySave(), keyHelp(), keyQuit())
}

func (l list) press(m Model, k tea.KeyMsg) (Model, tea.Cmd) {
	if m.view().filtering {
		return l.filter(m, k), nil
	}
	all := m.entries()
	at := m.cursor(all)
	switch k.String() {
	case "up", "k", "down", "j", "pgup", "pgdown", "home", "end", "g", "G", "ctrl+u", "ctrl+d":
		return m.choose(all, step(all, at, k.String(), max(3, m.height-12))), nil
	case "enter", "l", "right":
		return m.openEntry(all, at)
	case "esc", "h", "left", "backspace":
		if m.view().filter != "" {
			return m.set(func(v *view) { v.filter = "" }), nil
		}
		m.stop()
		m.run++
		m.wiz.Role = wizard.Nobody
		return m.back(), nil
	case "/":
		return m.set(func(v *view) { v.filtering = true }), nil
	}
	if at >= 0 && all[at].task >= 0 {
		return m.taskKey(m.wiz.Tasks[all[at].task], k)
	}
	return m.commonKey(k)
}

func (list) filter(m Model, k tea.KeyMsg) Model {
	return m.set(func(v *view) {
		switch k.String() {
		case "enter", "down", "up":
			v.filtering = false
		case "esc":
			v.filter, v.filtering = "", false
		default:
			if k.Type == tea.KeyRunes || k.Type == tea.KeySpace { // words: here spaces count
				v.filter += strings.Map(printable, string(k.Runes))
				return
			}
			v.filter = input{v.filter, len(v.filter)}.press(k).text
		}
	})
}

func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return -1
}

// step moves by a key; headings are stepped over.
func step(all []entry, at int, k string, page int) int {
	move := map[string]int{"up": -1, "k": -1, "down": 1, "j": 1, "pgup": -page, "ctrl+u": -page, "pgdown": page, "ctrl+d": page}[k]
	switch k {
	case "home", "g":
		at, move = -1, 1
	case "end", "G":
		at, move = len(all), -1
	}
	dir := 1
	if move < 0 {
		dir = -1
	}
	to, left := at, move*dir
	for i := at + dir; i >= 0 && i < len(all) && left > 0; i += dir {
		if left--; all[i].key != "" {
			to = i
		} else {
			left++
		}
	}
	return to
}

func (m Model) choose(all []entry, i int) Model {
	if i < 0 || i >= len(all) || all[i].key == "" {
		return m
	}
	return m.set(func(v *view) { v.chosen, v.moved = all[i].key, true })
}

func (m Model) openEntry(all []entry, i int) (Model, tea.Cmd) {
	switch {
	case i < 0:
		return m, nil
	case all[i].key == "summary":
		return m.open(view{screen: summary{}}), nil
	}
	return m.set(func(v *view) { v.chosen, v.moved = all[i].key, true }).open(view{screen: page{}, key: all[i].key}), nil
}

// taskKey are the keys of one step, on its line and on its page.
func (m Model) taskKey(t wizard.Task, k tea.KeyMsg) (Model, tea.Cmd) {
	switch s := k.String(); {
	case t.Guided() && (s == " " || s == "x"):
		m.wiz = m.wiz.Tick(t.ID, now())
		m.wiz.Report.Done = m.wiz.Tried()
		return m, nil
	case !t.Guided() && s == "r":
		return m.again(t)
	}
	return m.commonKey(k)
}

// again looks at one step once more.
func (m Model) again(t wizard.Task) (Model, tea.Cmd) {
	var some []checks.Check
	for _, c := range m.wiz.List(m.o.Run) {
		if slices.Contains(t.Checks, c.ID) {
			some = append(some, c)
		}
	}
	if !m.wiz.Done {
		m.note = "the first look is still under way"
		return m, nil
	}
	m.note = "looking again" + m.st.dots
	return m, lookAgain(m.ctx, m.run, m.newFacts(), some)
}

// commonKey are the keys that work on every page of a run.
func (m Model) commonKey(k tea.KeyMsg) (Model, tea.Cmd) {
	switch k.String() {
	case "R", "r":
		return m.begin()
	case "m":
		if m.screen() != (summary{}) {
			return m.open(view{screen: summary{}}), nil
		}
	case "s":
		return m, save(m.o, m.wiz, now())
	case "c":
		if causes := m.wiz.Report.Causes; len(causes) > 0 && causes[0].Fix != nil && len(causes[0].Fix.Commands()) > 0 {
			return m, copyOut(m.o, strings.Join(causes[0].Fix.Commands(), "\n")+"\n", "the fix was")
		}
	}
	return m, nil
}

func (list) body(m Model, width, height int) string {
	head := m.overview(width, height)
	room := height - len(head)
	all := m.entries()
	at := m.cursor(all)
	lines := make([]string, len(all))
	for i, e := range all {
		lines[i] = m.entryLine(e, i == at, width)
	}
	if m.view().filtering || m.view().filter != "" {
		bar := " " + m.st.accent.Render("/") + m.view().filter
		if m.view().filtering {
			bar += m.st.cursor
		}
		head, room = append(head, bar), room-1
	}
	if len(all) == 0 {
		lines = []string{"   " + m.st.dim.Render("nothing matches; esc drops the filter")}
	}
	return strings.Join(append(head, m.window(lines, around(at, room, len(lines)), room)...), "\n")
}

// around is the window's top that keeps the cursor inside, with a line to spare on both sides.
func around(at, height, n int) int {
	if n <= height {
		return 0
	}
	return max(0, min(at-height/2, n-height))
}

func (m Model) entryLine(e entry, chosen bool, width int) string {
	if e.key == "" {
		return " " + m.st.accent.Render(e.title)
	}
	mark := "   "
	if chosen {
		mark = " " + m.st.bar.Render(m.st.mark) + " "
	}
	word := m.st.of(e.status).Render(pad(m.sign(e)+" "+e.word, 9, ""))
	if e.word == "by hand" || e.word == "looking" || e.word == "" {
		word = m.st.dim.Render(pad(m.sign(e)+" "+e.word, 9, ""))
	}
	room := width - 3 - 10
	title := e.title
	if strings.HasPrefix(e.key, "cause:") || room < 44 {
		if e.status == checks.Fail && e.brief != "" && room >= 44 {
			title += "  " + e.brief
		}
		return mark + word + " " + m.titleStyle(e, chosen).Render(fit(title, room, m.st.dots))
	}
	col := min(42, room/2)
	title = m.titleStyle(e, chosen).Render(pad(title, col, m.st.dots))
	return mark + word + " " + title + "  " + m.st.dim.Render(fit(e.brief, room-col-2, m.st.dots))
}

func (m Model) titleStyle(e entry, chosen bool) lipgloss.Style {
	switch {
	case chosen:
		return m.st.selected
	case e.word == "skip":
		return m.st.dim
	}
	return m.st.plain
}

func (m Model) sign(e entry) string {
	switch e.word {
	case "follows":
		if m.st.ascii {
			return "="
		}
		return "↳"
	case "by hand", "looking", "":
		if m.st.ascii {
			return "."
		}
		return "·"
	}
	return m.st.pen().Sign(e.status)
}

// overview is what stands above the list: verdict, path, failures over time. It leaves the list most of a small screen.
func (m Model) overview(width, height int) []string {
	r := m.wiz.Report
	limit := max(1, height-8)
	if height < 10 {
		limit = 1
	}
	out := m.verdictLines(width)
	if p, ok := r.Worst(); ok && len(out)+3 < limit {
		block := []string{""}
		for _, l := range m.st.pen().Draw(p, width-4) {
			block = append(block, "   "+l)
		}
		if len(out)+len(block) <= limit {
			out = append(out, block...)
		}
	}
	if bars, unit := spark(r.Errors, min(48, width-40), m.st.ascii); bars != "" && len(out)+2 <= limit {
		line := "   " + m.st.dim.Render("502s ") + m.st.warn.Render(bars) + m.st.dim.Render("  "+unit+", "+count(r.Errors.Total)+" in "+wizard.Span(r.Errors.Window))
		out = append(out, "", line)
	}
	if m.wiz.Role == wizard.Visitor && m.wiz.Persistence() != "" && len(out)+1 <= limit {
		out = append(out, "   "+ansi.Truncate(m.wiz.Persistence(), width-4, m.st.dots))
	}
	if len(out) > limit {
		out = out[:limit]
	}
	if len(out) < limit {
		out = append(out, m.st.dim.Render(strings.Repeat(m.st.rule, width)))
	}
	return out
}

// verdictLines are the verdict's sign, word and sentence; while the run goes on only what is already certain.
func (m Model) verdictLines(width int) []string {
	r := m.wiz.Report
	if !m.wiz.Done && len(r.Causes) == 0 || r.Verdict == "" {
		return []string{" " + m.st.dim.Render("Looking"+m.st.dots)}
	}
	s := r.Verdict.Status()
	head := m.st.pen().Sign(s) + " " + r.Heading() + "  "
	indent := ansi.StringWidth(head)
	if width < 60 {
		indent = 2
	}
	var out []string
	lines := wizard.Wrap(r.Summary, width-2-ansi.StringWidth(head))
	if width < 60 {
		lines = append([]string{""}, wizard.Wrap(r.Summary, width-4)...)
	}
	for i, l := range lines {
		if i == 0 {
			out = append(out, " "+m.st.of(s).Render(head)+l)
		} else {
			out = append(out, " "+strings.Repeat(" ", indent)+l)
		}
	}
	return out
}
