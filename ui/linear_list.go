package ui

import (
	"fmt"
	"strconv"
	"strings"

	"fix502/checks"
	"fix502/wizard"
)

// menu is the list of causes and steps, by number.
func (l *linear) menu() {
	l.short()
	for {
		s, ok := l.ask("Number to open, l list, /word filter, r look again, c copy the commands, a did it work, t over time, w words, m message to support, n what prevents it, s save, b back, q quit:")
		if !ok {
			return
		}
		switch s {
		case "b":
			return
		case "", "l":
			l.list("")
		case "r":
			l.look()
			l.short()
		case "a":
			l.worked()
		case "c":
			l.copy()
		case "t":
			l.time()
		case "w":
			l.words()
		case "n":
			l.say("%s", wizard.Plain(wizard.NextSteps(l.wiz), l.width(), l.pen))
		case "m":
			l.say("%s", l.wiz.Message(l.facts.Host.Now()))
		case "s":
			if name, err := saved(l.o.State, l.wiz, now()); err != nil {
				l.say("Not saved: %s", err)
			} else {
				l.say("Saved as %s", name)
			}
		default:
			if word, ok := strings.CutPrefix(s, "/"); ok {
				if only := l.list(strings.ToLower(strings.TrimSpace(word))); only > 0 {
					l.open(strconv.Itoa(only))
				}
				continue
			}
			l.open(s)
		}
	}
}

// short says what wants to be looked at, and how to hear the rest: a cause must not be drowned by steps that are well.
func (l *linear) short() {
	if l.wiz.Role != wizard.Owner {
		l.list("")
		return
	}
	all, said := l.lines(), 0
	l.say("")
	for i, x := range all {
		if x.asks {
			l.say("%d. %s", i+1, x.text)
			said++
		}
	}
	if len(l.wiz.Report.Causes) > 0 {
		l.say("Type 1 for the cause: its evidence, and the commands that mend it.")
	}
	l.say("%d steps more are well, do not apply here, or are for a person: l lists all.", len(all)-said)
}

// listed is one line of the list; asks says that it wants to be looked at.
type listed struct {
	text  string
	topic checks.Topic
	asks  bool
}

// lines are the causes and then the steps; each is opened by its place.
func (l *linear) lines() []listed {
	var out []listed
	for _, c := range l.wiz.Report.Causes {
		out = append(out, listed{text: fmt.Sprintf("fail: cause %s. %s", c.ID, c.Title), asks: true})
	}
	for _, t := range l.wiz.Tasks {
		st := l.wiz.StatusOf(t)
		state, asks := st.String(), st == checks.Fail || st == checks.Warn || st == checks.Unknown
		if t.Guided() && !l.wiz.Ticked(t.ID) {
			state, asks = "by hand", false
		} else if _, ok := l.wiz.Follows(t); ok {
			state, asks = "follows", false
		}
		asks = asks && t.Topic != checks.Prevention // that has time until the site works
		out = append(out, listed{fmt.Sprintf("%s: %s. %s", state, t.Title, l.wiz.Brief(t)), t.Topic, asks})
	}
	return out
}

// list says the causes and steps by their numbers, all or those with a word in them. It gives the number of the only one
// with it, else 0.
func (l *linear) list(word string) (only int) {
	said := 0
	topic := checks.Topic("")
	for i, x := range l.lines() {
		if x.topic != topic && word == "" {
			topic = x.topic
			l.say("\n%s", wizard.TopicName(topic))
		}
		if strings.Contains(strings.ToLower(x.text), word) {
			l.say("%d. %s", i+1, x.text)
			said++
			only = i + 1
		}
	}
	if said == 0 {
		l.say("No line has %q in it; l prints all.", checks.Quote(word))
	}
	if said != 1 || word == "" {
		return 0
	}
	return only
}

func (l *linear) open(s string) {
	n, err := strconv.Atoi(s)
	causes := l.wiz.Report.Causes
	if err != nil || n < 1 || n > len(causes)+len(l.wiz.Tasks) {
		l.say("There is no %q here; l prints the list.", checks.Quote(s))
		return
	}
	if n <= len(causes) {
		l.page(l.wiz.Report.CausePage(n - 1))
		return
	}
	t := l.wiz.Tasks[n-1-len(causes)]
	l.page(l.wiz.TaskPage(t))
	if t.Guided() && !l.wiz.Ticked(t.ID) {
		if s, ok := l.ask("d when it is done, enter to go on:"); ok && s == "d" {
			l.wiz = l.wiz.Tick(t.ID, now())
			l.wiz.Report.Done = l.wiz.Tried()
			l.say("Done: %s", t.Title)
		}
	}
}
