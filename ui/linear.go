package ui

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"

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
	defer l.resumed()()
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
	text  string   // of the last page
	cmds  []string // that belong together on it
	over  bool

	question atomic.Pointer[string] // the one that waits for an answer
}

// resumed puts the question once more whenever the program comes back to the foreground; what it gives ends that.
func (l *linear) resumed() func() {
	back := make(chan os.Signal, 1)
	signal.Notify(back, syscall.SIGCONT)
	go func() {
		for range back {
			if q := l.question.Load(); q != nil {
				fmt.Fprint(l.out, "\n"+*q+"\n> ")
			}
		}
	}()
	return func() {
		signal.Stop(back)
		close(back)
	}
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
	question = strings.Join(wizard.Wrap(question, l.width()), "\n")
	fmt.Fprint(l.out, "\n"+question+"\n> ")
	l.question.Store(&question)
	defer l.question.Store(nil)
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

// look runs everything to the end and says the verdict.
func (l *linear) look() {
	l.say("Looking.")
	l.facts = l.o.Facts()
	l.facts.URL = l.wiz.URL
	l.wiz = l.wiz.Remember().Again()
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
