package ui

import (
	"strconv"

	"fix502/checks"
	"fix502/wizard"
)

func (l *linear) page(p wizard.Page) {
	l.text, l.cmds = p.Text(), p.Copied()
	title := p.Title
	if p.ID != "" {
		title += ": " + string(p.ID)
	}
	l.say("\n%s\n\nFound", title)
	l.say("%s", wizard.Plain(p.Found, l.width(), l.pen))
	l.say("\n%s", l.wiz.Cure())
	l.say("%s", wizard.Plain(p.Fix, l.width(), l.pen))
}

// copy sends the commands of the last page to the clipboard, or those of the first cause.
func (l *linear) copy() {
	cmds := l.cmds
	if causes := l.wiz.Report.Causes; len(cmds) == 0 && len(causes) > 0 && causes[0].Fix != nil {
		cmds = causes[0].Fix.Commands()
	}
	if len(cmds) == 0 {
		l.say("There is no command to copy.")
		return
	}
	if note, ok := copyOut(l.o, together(cmds), plural(len(cmds), "command", "commands"), " to your clipboard: paste as root, then a.")().(noteMsg); ok {
		l.say("%s", string(note))
	}
}

// worked looks at everything again and says for each cause of before whether it is gone.
func (l *linear) worked() {
	before := l.wiz.Report
	l.look()
	for i, c := range before.Causes {
		key := before.CauseKey(i)
		if l.wiz.Report.FindCause(key) >= 0 {
			l.say("\n%s", wizard.Plain(wizard.StillThere(before, l.wiz.Report), l.width(), l.pen))
			l.say("It is %s.", c.ID)
			continue
		}
		l.page(wizard.GonePage(key, &before, l.wiz))
	}
	if len(before.Causes) == 0 {
		l.say("\nThere was no cause before, so there is nothing to compare.")
	}
}

// time says what the chart shows: when it began, the minutes that failed most, what changed, and how the machine is now.
func (l *linear) time() {
	r := l.wiz.Report
	l.say("\n%s. %s", r.Errors.Say(), r.Errors.History())
	if c, ok := r.Chart(12, l.facts.Host.Now()); ok {
		for i := range c.Failed {
			if c.Asked[i] > 0 {
				l.say("From %s: %d failed of %d requests, %s", c.Time(i).Format("15:04"), c.Failed[i], c.Asked[i], per(c))
			}
		}
	}
	l.say("\nWhat changed on this machine, the latest last:")
	for _, c := range r.Changes[max(0, len(r.Changes)-12):] {
		l.say("- %s: %s (%s)", c.Time.Format("2006-01-02 15:04:05"), c.What, c.Source)
	}
	if len(r.Changes) == 0 {
		l.say("- nothing within the last %s", wizard.Span(r.Errors.Window))
	}
	l.say("\nThe machine now:")
	l.wiz = l.wiz.Beat(l.facts.Pulse(l.ctx, l.wiz.Pulse()))
	for _, m := range (Model{wiz: l.wiz}).meters(*l.wiz.Pulse()) {
		l.say("- %s: %s", m.name, m.say)
	}
}

// words says what the words mean that the last page used.
func (l *linear) words() {
	terms := wizard.Terms(l.text)
	if len(terms) == 0 {
		terms = wizard.Glossary()
	}
	for _, t := range terms {
		l.say("- %s: %s", t.Word, t.Means)
	}
	if s, ok := l.ask("A word to look up, or enter to go on:"); ok && s != "" {
		found := wizard.Terms(s)
		for _, t := range found {
			l.say("%s: %s", t.Word, t.Means)
		}
		if len(found) == 0 {
			l.say("%q is not in the list.", checks.Quote(s))
		}
	}
}

func (l *linear) learn() {
	all := wizard.Lessons()
	for {
		for i, x := range all {
			l.say("%d. %s", i+1, x.Title)
		}
		s, ok := l.ask("Number of the page, b back, q quit:")
		if !ok || s == "b" {
			return
		}
		if n, err := strconv.Atoi(s); err == nil && n >= 1 && n <= len(all) {
			l.say("\n%s\n\n%s\n", all[n-1].Title, wizard.Plain(all[n-1].Parts, l.width(), l.pen))
		}
	}
}
