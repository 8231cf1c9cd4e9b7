package ui

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"fix502/sysinfo"
	"fix502/wizard"
)

var update = flag.Bool("update", false, "rewrite the golden frames")

// stable are the checks that the golden frames show: other checks may come and go without moving them.
var stable = []string{"fpm-not-running", "socket-path-mismatch", "socket-permission", "upstream-port-nothing-listening", "fpm-pool-config-error", "php-version-upgraded"}

// demo is the wizard on a recorded server, drawn without colours.
func demo(t testing.TB, name string, change ...func(*Options)) Model {
	t.Helper()
	h, err := wizard.Demo(name)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Demo: name, Timeout: 10 * time.Second, Run: wizard.Options{Version: "test", Only: stable, Command: "sudo fix502 diagnose"},
		Facts: func() *sysinfo.Facts { return sysinfo.NewFacts(h) }}
	for _, c := range change {
		c(&o)
	}
	m := New(context.Background(), o, renderer(termenv.Ascii))
	return Settle(m, m.Init())
}

func renderer(p termenv.Profile) *lipgloss.Renderer {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(p)
	r.SetHasDarkBackground(true)
	return r
}

// pages are the ways to every page, by keys.
var pages = []struct {
	name, demo string
	keys       []string
}{
	{"ask", "socket-path-mismatch", nil},
	{"ask-typing", "socket-path-mismatch", []string{"tab", "type:shop.example.com/cart"}},
	{"list", "socket-path-mismatch", []string{"enter"}},
	{"list-down", "socket-path-mismatch", []string{"enter", "pgdown", "pgdown"}},
	{"list-filter", "socket-path-mismatch", []string{"enter", "/", "type:word"}},
	{"list-healthy", "healthy", []string{"enter"}},
	{"cause", "socket-path-mismatch", []string{"enter", "enter"}},
	{"cause-fix", "socket-path-mismatch", []string{"enter", "enter", "tab", "down", "down"}},
	{"cause-port", "upstream-port-nothing-listening", []string{"enter", "enter"}},
	{"step-by-hand", "socket-path-mismatch", []string{"enter", "/", "type:pause", "enter", "enter", "space"}},
	{"step-live", "socket-path-mismatch", []string{"enter", "/", "type:socket or", "enter", "enter"}},
	{"summary", "socket-path-mismatch", []string{"enter", "m"}},
	{"learn", "healthy", []string{"3", "down"}},
	{"help", "healthy", []string{"?"}},
	{"live", "php-version-upgraded", []string{"enter", "t"}},
	{"words", "php-version-upgraded", []string{"enter", "enter", "w"}},
	{"upgraded", "php-version-upgraded", []string{"enter"}},
	{"still-there", "php-version-upgraded", []string{"enter", "enter", "a"}},
	{"pick", wizard.AnyDemo, []string{"down"}},
}

func TestGoldenFrames(t *testing.T) {
	for _, p := range pages {
		for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}, {40, 20}} {
			name := fmt.Sprintf("%s-%dx%d", p.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				m := Press(Sized(demo(t, p.demo), size[0], size[1]), p.keys...)
				golden(t, name, m.View())
			})
		}
	}
	t.Run("ascii", func(t *testing.T) {
		for _, p := range pages {
			got := Press(Sized(demo(t, p.demo, func(o *Options) { o.ASCII = true }), 80, 24), p.keys...).View()
			golden(t, "ascii-"+p.name+"-80x24", got)
			if i := strings.IndexFunc(got, func(r rune) bool { return r > 126 }); i >= 0 {
				t.Errorf("%s holds characters beyond ASCII: %.40q", p.name, got[i:])
			}
		}
	})
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	var lines []string
	for l := range strings.SplitSeq(got, "\n") {
		lines = append(lines, strings.TrimRight(l, " "))
	}
	got = strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
	}
}

// Whatever the size, a frame has as many lines as the terminal and none is wider.
func TestEveryPageFitsEverySize(t *testing.T) {
	for _, p := range pages {
		m := Press(demo(t, p.demo), p.keys...)
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			for w := 1; w <= 250; w += 1 + w/10 {
				for h := 1; h <= 80; h += 1 + h/5 {
					fits(t, Sized(m, w, h))
				}
			}
		})
	}
}

func fits(t *testing.T, m Model) {
	t.Helper()
	lines := strings.Split(m.View(), "\n")
	if len(lines) != m.height {
		t.Fatalf("%dx%d: %d lines", m.width, m.height, len(lines))
	}
	for i, l := range lines {
		if n := ansi.StringWidth(l); n > m.width {
			t.Fatalf("%dx%d: line %d is %d cells wide: %q", m.width, m.height, i, n, l)
		}
	}
}

// Colour says nothing that is not there without it.
func TestColourOnlyRepeats(t *testing.T) {
	for _, p := range pages {
		m := Press(demo(t, p.demo), p.keys...)
		plain := m.View()
		m.st = newStyles(renderer(termenv.TrueColor), false)
		if got := ansi.Strip(m.View()); got != plain {
			t.Errorf("%s: with colour:\n%s\nwithout:\n%s", p.name, got, plain)
		}
	}
}

func TestKeys(t *testing.T) {
	at := func(m Model) string { return fmt.Sprintf("%T %s", m.screen(), m.view().key) }
	for _, tt := range []struct {
		name string
		keys []string
		want string
	}{
		{"enter opens the cause that was found", []string{"enter", "enter"}, "ui.page cause:socket-path-mismatch:0"},
		{"l opens and h goes back", []string{"l", "l", "h"}, "ui.list "},
		{"esc twice leads to the first page", []string{"enter", "enter", "esc", "esc"}, "ui.ask "},
		{"n goes to the next page", []string{"enter", "enter", "n"}, "ui.page task:load"},
		{"p comes back from it", []string{"enter", "enter", "n", "p"}, "ui.page cause:socket-path-mismatch:0"},
		{"m is the summary", []string{"enter", "m"}, "ui.summary "},
		{"any key leaves the help", []string{"enter", "?", "z"}, "ui.list "},
		{"a letter in the address field is a letter", []string{"tab", "q", "?"}, "ui.ask "},
		{"a visitor is asked for the address", []string{"v"}, "ui.ask "},
		{"a bad address stays", []string{"tab", "type:not_an_address", "enter"}, "ui.ask "},
		{"a site is chosen", []string{"up", "enter"}, "ui.list "},
		{"g and G reach both ends", []string{"enter", "G", "enter"}, "ui.summary "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := Press(demo(t, "socket-path-mismatch"), tt.keys...)
			if got := at(m); got != tt.want {
				t.Errorf("got %q, want %q\n%s", got, tt.want, m.View())
			}
		})
	}
}

// Every page can be left at once, and R works on all of a run.
func TestQuitEverywhere(t *testing.T) {
	for _, p := range pages {
		m := Press(demo(t, p.demo), p.keys...)
		next, cmd := m.Update(tea.KeyMsg{Type: tea.KeyCtrlC})
		if cmd == nil || !next.(Model).quitting {
			t.Errorf("ctrl+c does not quit %s", p.name)
		}
	}
}

func TestCopy(t *testing.T) {
	var screen strings.Builder
	tmux := ""
	m := demo(t, "socket-path-mismatch", func(o *Options) {
		o.Screen = &screen
		o.Env = func(k string) string { return map[string]string{"TMUX": tmux}[k] }
	})
	m = Press(m, "enter", "enter", "2")
	if got, want := screen.String(), "\x1b]52;c;bmdpbnggLXQK\x07"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	screen.Reset()
	tmux = "/tmp/tmux-0/default,1,0"
	m = Press(m, "c")
	if got := screen.String(); !strings.HasPrefix(got, "\x1b]52;c;") || !strings.Contains(got, "\x1bPtmux;\x1b\x1b]52;c;") {
		t.Errorf("within tmux: %q", screen.String())
	}
	if !strings.Contains(m.note, "sent") {
		t.Errorf("the note is %q", m.note)
	}
}

// A step's page may show several ways; only a fix is copied as a whole.
func TestWaysAreNotCopiedTogether(t *testing.T) {
	var screen strings.Builder
	m := demo(t, "socket-path-mismatch", func(o *Options) { o.Screen = &screen })
	m = Press(m, "enter", "/", "type:processor", "enter", "enter", "c")
	if screen.Len() > 0 || !strings.Contains(m.note, "by its number") {
		t.Errorf("sent %q, note %q", screen.String(), m.note)
	}
	m = Press(m, "esc", "esc", "/", "type:socket or", "enter", "enter", "c")
	if !strings.Contains(m.note, "3 commands") {
		t.Errorf("note %q\n%s", m.note, m.View())
	}
}

func TestSaveAndTick(t *testing.T) {
	dir := t.TempDir()
	m := demo(t, "socket-path-mismatch", func(o *Options) { o.State = filepath.Join(dir, "new") })
	m = Press(m, "enter", "/", "type:pause", "enter", "enter", "space", "s")
	name, ok := strings.CutPrefix(m.note, "saved as ")
	if !ok {
		t.Fatalf("note: %s", m.note)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"socket-path-mismatch", "## Done by hand", "Pause the CDN", "Subject: 502 Bad Gateway at shop.example.com", "systemctl reload nginx"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("the report lacks %q", want)
		}
	}
}

// Results that stream in leave the selection where somebody put it, and late ones of an old run are dropped.
func TestStreaming(t *testing.T) {
	m := Sized(demo(t, "socket-path-mismatch"), 80, 24)
	next, cmd := m.Update(keyOf("enter"))
	m = next.(Model)
	m = Press(m, "down", "down")
	chosen := m.view().chosen
	m = Settle(m, cmd)
	if got := m.view().chosen; got != chosen {
		t.Errorf("the selection moved from %s to %s", chosen, got)
	}
	if !m.wiz.Done || len(m.wiz.Report.Causes) != 1 {
		t.Fatal("the run did not end")
	}
	again, _ := m.begin()
	late, _ := again.Update(reportMsg{run: m.run, report: wizard.Report{Verdict: wizard.Healthy}})
	if late.(Model).wiz.Report.Verdict == wizard.Healthy {
		t.Error("a late report was taken in")
	}
}

// After the fix, one key shows that it worked.
func TestLookAgainAfterTheFix(t *testing.T) {
	name := "socket-path-mismatch"
	m := demo(t, name, func(o *Options) {
		o.Facts = func() *sysinfo.Facts {
			h, err := wizard.Demo(name)
			if err != nil {
				t.Fatal(err)
			}
			return sysinfo.NewFacts(h)
		}
	})
	m = Press(m, "enter", "enter")
	name = "healthy"
	m = Press(m, "R")
	if got := m.View(); !strings.Contains(got, "The cause is gone") {
		t.Errorf("got\n%s", got)
	}
	if m = Press(m, "esc"); m.wiz.Report.Verdict != wizard.Healthy {
		t.Errorf("got %s", m.wiz.Report.Summary)
	}
}

func BenchmarkFirstFrame(b *testing.B) {
	h, err := wizard.Demo(wizard.DefaultDemo)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		m := New(context.Background(), Options{Timeout: time.Second, Facts: func() *sysinfo.Facts { return sysinfo.NewFacts(h) }}, renderer(termenv.ANSI256))
		if m.View() == "" {
			b.Fatal("no frame")
		}
	}
}
