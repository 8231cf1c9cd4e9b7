package ui

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"fix502/checks"
	"fix502/checks/visit"
	"fix502/sysinfo"
	"fix502/wizard"
)

// Linear is the wizard line by line, for screen readers and plain terminals: every question is a numbered list, every
// answer a number or a word. The end of the input quits.
func Linear(ctx context.Context, in io.Reader, out io.Writer, o Options) (*wizard.Report, error) {
	l := &linear{ctx: ctx, in: bufio.NewScanner(in), out: out, o: o, pen: wizard.Pen{ASCII: o.ASCII}}
	l.wiz = wizard.New(o.Facts().Host.Now())
	if l.pick(); !l.over {
		l.who()
	}
	if !l.wiz.Done || l.wiz.Report.Verdict == "" {
		return nil, l.in.Err()
	}
	return &l.wiz.Report, l.in.Err()
}

type linear struct {
	ctx   context.Context
	in    *bufio.Scanner
	out   io.Writer
	o     Options
	pen   wizard.Pen
	wiz   wizard.Wizard
	facts *sysinfo.Facts
	text  string // of the last page
	over  bool
}

// width is how wide a line may be.
func (l *linear) width() int {
	if l.o.Width > 0 {
		return l.o.Width
	}
	return 100
}

func (l *linear) say(format string, args ...any) { fmt.Fprintf(l.out, format+"\n", args...) }

// ask puts a question and gives the answer, trimmed; ok is false when the input has ended or somebody wants to quit.
func (l *linear) ask(question string) (string, bool) {
	if l.over || l.ctx.Err() != nil {
		return "", false
	}
	fmt.Fprint(l.out, "\n"+question+"\n> ")
	if !l.in.Scan() {
		l.over = true
		l.say("")
		return "", false
	}
	s := strings.TrimSpace(l.in.Text())
	if s == "q" || s == "quit" {
		l.over = true
		return "", false
	}
	return s, true
}

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

// look runs everything to the end and says the verdict.
func (l *linear) look() {
	l.say("Looking.")
	l.facts = l.o.Facts()
	l.facts.URL = l.wiz.URL
	l.wiz = l.wiz.Again()
	ctx, cancel := context.WithTimeout(l.ctx, l.o.Timeout)
	defer cancel()
	list := l.wiz.List(l.o.Run)
	for e := range checks.Run(ctx, l.facts, list) {
		l.wiz = l.wiz.Apply(e)
	}
	l.wiz.Done = true
	if l.wiz.Role == wizard.Visitor {
		l.wiz.Report = wizard.VisitReport(ctx, l.facts, l.o.Run, l.wiz.Results)
		if all, err := visit.Tries(ctx, l.facts); err == nil {
			for _, a := range all {
				l.wiz = l.wiz.Try(tryOf(a))
			}
		}
	} else {
		l.wiz.Report = wizard.NewReport(ctx, l.facts, l.o.Run, list, l.wiz.Results)
	}
	l.verdict()
}

func (l *linear) verdict() {
	r := l.wiz.Report
	l.say("\n%s. %s.", r.Heading(), strings.TrimRight(r.Summary, "."))
	if p, ok := r.Worst(); ok {
		l.say("The path: %s", wizard.Sentence(p))
	}
	if r.Errors.Total > 0 {
		l.say("%s. %s", r.Errors.Say(), r.Errors.History())
	}
	l.say("%s.", r.Coverage.Say())
	if cmd := r.Coverage.Command(); cmd != "" {
		l.say("With all rights: %s", cmd)
	}
	if s := l.wiz.Persistence(); s != "" {
		l.say("%s", s)
	}
}

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
