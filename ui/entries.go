package ui

import (
	"slices"
	"strings"
	"unicode"

	"fix502/checks"
	"fix502/wizard"
)

// entry is one line of the list; a heading has no key.
type entry struct {
	key, title, brief string
	status            checks.Status
	word              string
	task              int    // index into the wizard's tasks, -1 for others
	words             string // what a filter finds it by, too: the ids of its checks
	note              bool   // a line that only says something
}

// entries are the lines of the list, filtered.
func (m Model) entries() []entry {
	var out []entry
	f := strings.ToLower(m.view().filter)
	match := func(e entry) bool {
		return f == "" || strings.Contains(strings.ToLower(e.title+" "+e.brief+" "+e.word+" "+e.words), f)
	}
	group := func(name string, list []entry) {
		list = slices.DeleteFunc(list, func(e entry) bool { return !match(e) })
		if len(list) > 0 {
			out = append(append(out, entry{title: name, task: -1}), list...)
		}
	}
	var causes []entry
	for i, c := range m.wiz.Report.Causes {
		causes = append(causes, entry{key: m.wiz.Report.CauseKey(i), title: string(c.ID), brief: c.Title, status: checks.Fail, word: "fail", task: -1})
	}
	name := "The cause"
	if len(causes) > 1 {
		name = "The causes, likeliest first"
	}
	if len(causes) == 0 && m.wiz.Role == wizard.Owner { // its place is there from the start, so that nothing moves when one is found
		causes = []entry{{note: true, title: m.noCause(), task: -1}}
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

// noCause stands where a cause would.
func (m Model) noCause() string {
	switch {
	case !m.wiz.Done || m.wiz.Report.Verdict == "":
		return "looking" + m.st.dots
	case m.wiz.Report.Verdict == wizard.Unexplained:
		return "none of the known ones; what is marked below is what there is to go on"
	case m.wiz.Report.Verdict == wizard.Unclear:
		return "too little could be seen to name one"
	}
	return "none: nothing is broken"
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
	for _, id := range t.Checks {
		e.words += " " + string(id)
	}
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
	if m.wiz.Role == wizard.Owner && !m.wiz.Done && !m.view().moved && len(m.wiz.Report.Causes) == 0 {
		return at // nothing is worth opening before the first cause, or before the end
	}
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

// around is the window's top that keeps the cursor inside, with a line to spare on both sides.
func around(at, height, n int) int {
	if n <= height {
		return 0
	}
	return max(0, min(at-height/2, n-height))
}
