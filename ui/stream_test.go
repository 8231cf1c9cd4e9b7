package ui

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"fix502/checks"
	"fix502/sysinfo"
	"fix502/wizard"
)

// While results stream in, the list stands still and what somebody has chosen stays chosen.
func TestNothingMovesWhileResultsStream(t *testing.T) {
	m := Sized(demo(t, "php-version-upgraded", func(o *Options) { o.Run.Only = nil }), 80, 24)
	next, cmd := m.Update(keyOf("enter"))
	m = next.(Model)
	started := cmd().(startedMsg)
	next, _ = m.Update(started)
	m = Press(next.(Model), "down", "down", "down")
	chosen, row := m.view().chosen, lineOf(m.View(), "▌")
	if chosen == "" || row < 0 {
		t.Fatalf("nothing is chosen:\n%s", m.View())
	}
	for e := range started.events {
		next, cmd := m.Update(eventMsg{run: started.run, event: e, events: closed()})
		m = next.(Model)
		if cmd != nil && e.Settled {
			m = settleReports(m, cmd)
		}
		if got := lineOf(m.View(), "▌"); got != row || m.view().chosen != chosen {
			t.Fatalf("after %s the chosen line is %d, %s; before %d, %s\n%s", e.Check.ID, got, m.view().chosen, row, chosen, m.View())
		}
	}
}

func closed() <-chan checks.Event {
	ch := make(chan checks.Event)
	close(ch)
	return ch
}

// settleReports runs what a message started, without letting the run end.
func settleReports(m Model, cmd tea.Cmd) Model {
	batch, _ := cmd().(tea.BatchMsg)
	for _, c := range batch {
		if c == nil {
			continue
		}
		if r, ok := c().(reportMsg); ok {
			next, _ := m.Update(r)
			m = next.(Model)
		}
	}
	return m
}

func lineOf(frame, mark string) int {
	for i, l := range strings.Split(frame, "\n") {
		if strings.Contains(l, mark) {
			return i
		}
	}
	return -1
}

// One key asks again; when the fix worked, before stands beside after and the path is drawn whole.
func TestDidItWork(t *testing.T) {
	broken, err := wizard.Demo("php-version-upgraded")
	if err != nil {
		t.Fatal(err)
	}
	healed, err := wizard.Demo("healthy")
	if err != nil {
		t.Fatal(err)
	}
	h := broken
	m := Sized(demo(t, "php-version-upgraded", func(o *Options) { o.Facts = func() *sysinfo.Facts { return sysinfo.NewFacts(h) } }), 80, 24)
	m = Press(m, "enter", "enter")
	h = healed
	m = Press(m, "a")
	got := m.View()
	for _, want := range []string{"The cause is gone", "broken:", "shop.example.com answers 502", "healthy:", "shop.example.com answers 200", "✓ php-fpm", "It worked."} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// From the first page to the copied fix and the proof that it worked: five keys.
func TestFewKeys(t *testing.T) {
	var out strings.Builder
	m := demo(t, "socket-path-mismatch", func(o *Options) { o.Screen = &out })
	m = Press(m, "enter", "enter", "c", "a", "q")
	if !strings.Contains(out.String(), "\x1b]52;") || !m.quitting {
		t.Errorf("copied %q, quitting %t", out.String(), m.quitting)
	}
}

// line is a slow terminal: it counts what it is sent.
type line struct {
	mu   sync.Mutex
	n    int
	peak int // most in one second
	from time.Time
	in   int
}

func (l *line) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := time.Now(); now.Sub(l.from) >= time.Second {
		l.from, l.in = now, 0
	}
	l.n += len(p)
	l.in += len(p)
	l.peak = max(l.peak, l.in)
	return len(p), nil
}

func (l *line) sent() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.n
}

// BenchmarkSlowLine runs the wizard on a recorded server whose results take a few seconds, in colour at 80x24, and
// reports what it sends: for the first page, for the list with the results that stream in, the most in one second of
// that, and in two seconds of an idle screen.
func BenchmarkSlowLine(b *testing.B) {
	for b.Loop() {
		h, err := wizard.Demo("php-version-upgraded")
		if err != nil {
			b.Fatal(err)
		}
		out := &line{from: time.Now()}
		o := Options{Demo: "php-version-upgraded", Timeout: time.Minute, Flow: 200 * time.Millisecond, Beat: time.Second, Pace: 15 * time.Millisecond,
			Run: wizard.Options{Command: "sudo fix502 diagnose"}, Facts: func() *sysinfo.Facts { return sysinfo.NewFacts(h) }}
		m := New(context.Background(), o, renderer(termenv.ANSI256))
		in, keys := io.Pipe()
		p := tea.NewProgram(Sized(m, 80, 24), tea.WithInput(in), tea.WithOutput(out), tea.WithFPS(fps), tea.WithoutSignalHandler(), tea.WithAltScreen())
		done := make(chan error, 1)
		go func() { _, err := p.Run(); done <- err }()
		p.Send(tea.WindowSizeMsg{Width: 80, Height: 24})
		time.Sleep(500 * time.Millisecond)
		first := out.sent()
		out.mu.Lock()
		out.peak, out.in, out.from = 0, 0, time.Now()
		out.mu.Unlock()
		p.Send(tea.KeyMsg{Type: tea.KeyEnter})
		time.Sleep(6 * time.Second)
		streamed, peak := out.sent()-first, out.peak
		before := out.sent()
		time.Sleep(2 * time.Second)
		idle := out.sent() - before
		p.Quit()
		if err := <-done; err != nil {
			b.Fatal(err)
		}
		keys.Close()
		b.ReportMetric(float64(first), "first-B")
		b.ReportMetric(float64(streamed), "streamed-B")
		b.ReportMetric(float64(peak), "peak-B/s")
		b.ReportMetric(float64(idle), "idle-B")
	}
}

// A frame of the list is small enough for a slow line, colours and all.
func BenchmarkFrameBytes(b *testing.B) {
	h, err := wizard.Demo("php-version-upgraded")
	if err != nil {
		b.Fatal(err)
	}
	o := Options{Demo: "x", Timeout: time.Minute, Facts: func() *sysinfo.Facts { return sysinfo.NewFacts(h) }}
	m := Sized(New(context.Background(), o, renderer(termenv.ANSI256)), 80, 24)
	m = Press(Settle(m, m.Init()), "enter")
	var frame string
	for b.Loop() {
		frame = m.View()
	}
	b.ReportMetric(float64(len(frame)), "B/frame")
	b.ReportMetric(float64(len(bytes.TrimSpace([]byte(ansi.Strip(frame))))), "text-B/frame")
}
