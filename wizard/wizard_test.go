package wizard_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"fix502/checks"
	"fix502/wizard"
)

// Every step says why, what to do, and how to know that it worked; no step is empty.
func TestStepsAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range append(wizard.OwnerTasks(nil), wizard.VisitorTasks()...) {
		if seen[string(s.Topic)+s.ID] {
			t.Errorf("%s is there twice", s.ID)
		}
		seen[string(s.Topic)+s.ID] = true
		if s.Title == "" || len(s.Why) < 40 || len(s.Works) < 15 || len(s.Ways) == 0 {
			t.Errorf("%s lacks a title, a why, a way or how to know that it worked", s.ID)
		}
		for _, w := range s.Ways {
			if w.At == "" || len(w.Say) < 8 {
				t.Errorf("%s: %+v says too little", s.ID, w)
			}
		}
	}
	topics := map[checks.Topic]int{}
	for _, s := range wizard.OwnerTasks(nil) {
		topics[s.Topic]++
	}
	for _, topic := range wizard.Topics() {
		if topics[topic] < 4 {
			t.Errorf("%s has %d steps", topic, topics[topic])
		}
	}
}

// What must never be advised is not in any step.
func TestNothingHarmfulIsAdvised(t *testing.T) {
	for _, s := range append(wizard.OwnerTasks(nil), wizard.VisitorTasks()...) {
		for _, w := range s.Ways {
			for _, never := range []string{"chmod 777", "setenforce 0", "ufw disable", "systemctl stop firewalld", "99999", "verify off", "rm -rf", "--insecure"} {
				if strings.Contains(w.Command, never) {
					t.Errorf("%s: %s", s.ID, w.Command)
				}
			}
		}
	}
}

// Each check of the list has a place in the checklist, and only one.
func TestEveryCheckHasItsPlace(t *testing.T) {
	n := map[checks.ID]int{}
	for _, s := range wizard.OwnerTasks(checks.All()) {
		for _, id := range s.Checks {
			n[id]++
		}
	}
	for _, c := range checks.All() {
		if n[c.ID] != 1 && c.For == checks.Owner {
			t.Errorf("%s is in %d steps", c.ID, n[c.ID])
		}
	}
}

func TestParseURL(t *testing.T) {
	for _, tt := range []struct{ in, want, wrong string }{
		{"shop.test", "http://shop.test", ""},
		{" https://shop.test/a?b=1 ", "https://shop.test/a?b=1", ""},
		{"shop.test:8080/x", "http://shop.test:8080/x", ""},
		{"[::1]:8080", "http://[::1]:8080", ""},
		{"localhost", "http://localhost", ""},
		{"http://me:secret@shop.test/", "http://shop.test/", ""},
		{"shop", "", "names no server"},
		{"ftp://shop.test", "", "http://"},
		{"shop.test/\x1b[2J", "", "control"},
		{"shop.test/\u202e", "", "control"},
		{"a b.test", "", "spaces"},
		{"", "", "empty"},
		{"http://shop.test/?state=" + strings.Repeat("a", 3000), "http://shop.test/?state=" + strings.Repeat("a", 3000), ""},
		{"http://shop.test/?state=" + strings.Repeat("a", 9000), "", "longer than gateways take"},
		{"http://", "", "no server"},
	} {
		got, err := wizard.ParseURL(tt.in)
		if got != tt.want || (err != nil) != (tt.wrong != "") || err != nil && !strings.Contains(err.Error(), tt.wrong) {
			t.Errorf("%q: got %q, %v", tt.in, got, err)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\x1b\u202e") {
			t.Errorf("%q: the error holds what it complains of", tt.in)
		}
	}
}

func TestPersistence(t *testing.T) {
	start := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	tries := func(every time.Duration, bad ...bool) string {
		w := wizard.New(start)
		for i, b := range bad {
			w = w.Try(wizard.Try{At: start.Add(time.Duration(i) * every), Bad: b})
		}
		return w.Persistence()
	}
	for _, tt := range []struct{ name, got, want string }{
		{"no try", tries(0), ""},
		{"a quarter of an hour", tries(5*time.Minute, true, true, true, true), "persistent, not temporary"},
		{"two minutes", tries(time.Minute, true, true, true), "asked again every minute"},
		{"half of them", tries(10*time.Minute, true, false, true), "comes and goes"},
		{"all well", tries(time.Minute, false, false), "works from here"},
	} {
		if tt.want == "" && tt.got != "" || !strings.Contains(tt.got, tt.want) {
			t.Errorf("%s: got %q", tt.name, tt.got)
		}
	}
}

// A stranger's words stay words in Markdown.
func TestMarkdownShowsMarkup(t *testing.T) {
	r := wizard.Report{Verdict: wizard.Broken, Summary: "a | b <img src=x> `c`", Causes: []wizard.Cause{{ID: "x", Title: "[t](http://evil)", Evidence: []wizard.Evidence{{Source: "log:1", Text: "``` \n# h"}}}}}
	var b bytes.Buffer
	if err := r.Markdown(&b); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<img", "a | b", " [t](http"} {
		if strings.Contains(b.String(), bad) {
			t.Errorf("%q came through:\n%s", bad, b.String())
		}
	}
	if !strings.Contains(b.String(), "````\n``` \n# h\n````") {
		t.Errorf("the fence can be left:\n%s", b.String())
	}
}

// Commands are never wrapped: a command with a line's end in it would not be the same.
func TestCommandsAreNeverWrapped(t *testing.T) {
	long := "sed -i 's#" + strings.Repeat("unix:/run/php/a-very-long-name ", 10) + "#x#' /etc/nginx/nginx.conf"
	r := wizard.Report{Verdict: wizard.Broken, Causes: []wizard.Cause{{ID: "x", Fix: &wizard.Fix{Title: "t", Undo: long, Steps: []wizard.Step{{Say: "s", Command: long}}}}}}
	var text, md, parting bytes.Buffer
	for _, err := range []error{r.Text(&text, wizard.Pen{}, 40), r.Markdown(&md), r.Parting(&parting, wizard.Pen{}, 40)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, got := range map[string]string{"text": text.String(), "markdown": md.String(), "parting": parting.String(),
		"linear": wizard.Plain(r.CausePage(0).Fix, 40, wizard.Pen{})} {
		if !strings.Contains(got, long+"\n") {
			t.Errorf("%s:\n%s", name, got)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		in    string
		width int
		want  string
	}{
		{"one two three", 7, "one two|three"},
		{"/run/php/php8.2-fpm.sock is it", 12, "/run/php/php|8.2-fpm.sock|is it"},
		{"", 10, ""},
		{"日本語 日本", 6, "日本語|日本"},
	} {
		if got := strings.Join(wizard.Wrap(tt.in, tt.width), "|"); got != tt.want {
			t.Errorf("%q at %d: got %q, want %q", tt.in, tt.width, got, tt.want)
		}
	}
}

func TestDraw(t *testing.T) {
	inner := wizard.Path{Site: "inner.test", Through: []wizard.Stop{{Kind: "nginx", Address: "0.0.0.0:80, [::]:80", Status: checks.Pass, Says: "answers 502"}},
		Hops: []wizard.Stop{{Kind: "nginx", Address: "127.0.0.1:8080", Status: checks.Pass, Says: "answers 502"},
			{Kind: "app", Address: "127.0.0.1:3000", Status: checks.Fail, Says: "connection refused"}, {Kind: "app", Address: "127.0.0.1:3001", Status: checks.Pass}}}
	for _, tt := range []struct {
		width int
		pen   wizard.Pen
		want  string
	}{
		{84, wizard.Pen{}, `
✓ browser ── ✓ nginx :80 ── ✓ nginx 127.0.0.1:8080 ── ✗ ── ✗ app 127.0.0.1:3000
             answers 502    answers 502                    connection refused
and 1 more upstream beside it`},
		{44, wizard.Pen{ASCII: true}, `
+ browser
|
+ nginx :80
|   answers 502
|
+ nginx 127.0.0.1:8080
|   answers 502
x
x app 127.0.0.1:3000
    connection refused
and 1 more upstream beside it`},
	} {
		if got := "\n" + strings.Join(tt.pen.Draw(inner, tt.width), "\n"); got != tt.want {
			t.Errorf("at %d:\n%s\nwant:\n%s", tt.width, got, tt.want)
		}
	}
}
