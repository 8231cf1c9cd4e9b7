package ui

import (
	"strconv"

	"fix502/wizard"
)

// pick asks which of the recorded servers, where none was named.
func (l *linear) pick() {
	for names := wizard.Demos(); l.o.Demo == wizard.AnyDemo && !l.over; {
		l.say("Which recorded server?")
		for i, name := range names {
			l.say("%d. %s: %s", i+1, name, wizard.DemoAbout(name))
		}
		s, ok := l.ask("Number, or q to quit:")
		if !ok {
			l.over = true
			return
		}
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > len(names) {
			l.say("Please type a number of 1 to %d.", len(names))
			continue
		}
		if h, err := wizard.Demo(names[n-1]); err == nil {
			l.o.Demo, l.o.Facts = names[n-1], factsOf(h, l.o.Facts().Since)
			l.wiz = wizard.New(h.Now())
			return
		}
	}
}

func (l *linear) who() {
	l.say("fix502 finds the broken hop behind a 502 Bad Gateway. It only looks; nothing is changed.")
	for !l.over {
		l.say("\nWho are you?\n1. Site owner: I run the site or this server\n2. Visitor: I only want to see the page\n3. Learn: what a 502 is")
		s, ok := l.ask("Number, or q to quit:")
		if !ok {
			return
		}
		switch s {
		case "1":
			l.start(wizard.Owner)
		case "2":
			l.start(wizard.Visitor)
		case "3":
			l.learn()
		default:
			l.say("Please type 1, 2, 3 or q.")
		}
	}
}

func (l *linear) start(r wizard.Role) {
	url := l.o.URL
	if url == "" {
		question := "Address of the page that fails, or enter for all sites of this server:"
		if r == wizard.Visitor {
			question = "Address of the page that fails, such as shop.example.com:"
		}
		for {
			s, ok := l.ask(question)
			if !ok {
				return
			}
			if s == "" && r == wizard.Owner {
				break
			}
			u, err := wizard.ParseURL(s)
			if err == nil {
				url = u
				break
			}
			l.say("%s", err)
		}
	}
	l.wiz = l.wiz.Answer(r, url, l.o.Run)
	l.look()
	l.menu()
}
