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
	l.list("")
	for {
		s, ok := l.ask("Number to open, l list, /word filter, r look again, a did it work, t over time, w words, m message to support, n what prevents it, s save, b back, q quit:")
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
			l.list("")
		case "a":
			l.worked()
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

// list says the causes and steps by their numbers, all or those with a word in them. It gives the number of the only one
// with it, else 0.
func (l *linear) list(word string) (only int) {
	n, said := 0, 0
	line := func(format string, args ...any) {
		n++
		if s := fmt.Sprintf(format, args...); strings.Contains(strings.ToLower(s), word) {
			l.say("%d. %s", n, s)
			said++
			only = n
		}
	}
	for _, c := range l.wiz.Report.Causes {
		line("fail: cause %s. %s", c.ID, c.Title)
	}
	topic := checks.Topic("")
	for _, t := range l.wiz.Tasks {
		if t.Topic != topic && word == "" {
			topic = t.Topic
			l.say("\n%s", wizard.TopicName(topic))
		}
		state := l.wiz.StatusOf(t).String()
		if t.Guided() && !l.wiz.Ticked(t.ID) {
			state = "by hand"
		} else if _, ok := l.wiz.Follows(t); ok {
			state = "follows"
		}
		line("%s: %s. %s", state, t.Title, l.wiz.Brief(t))
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
