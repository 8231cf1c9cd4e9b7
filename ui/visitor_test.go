package ui

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"fix502/sysinfo"
	"fix502/wizard"
)

// visitor is the wizard of somebody whose page gives these statuses, one after the other. A recorded machine's clock
// stands still, so every try is a minute later than the one before.
func visitor(t *testing.T, statuses ...int) Model {
	t.Helper()
	h, err := wizard.Demo("healthy")
	if err != nil {
		t.Fatal(err)
	}
	h.Resolve = func(context.Context, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("203.0.113.9")}, nil
	}
	var asked atomic.Int64
	h.Ask = func(_ context.Context, q sysinfo.Question) (sysinfo.Answer, error) {
		n := int(asked.Load())
		a := sysinfo.Answer{Question: q, At: h.Now().Add(time.Duration(n) * time.Minute), Took: 12 * time.Millisecond, Header: http.Header{}}
		switch q.Host {
		case "shop.example.com":
			a.Status = statuses[n%len(statuses)]
			a.Header = http.Header{"Server": {"cloudflare"}, "Cf-Ray": {"8a1b2c3d4e5f-FRA"}}
			a.Body = []byte("<p>Host Error</p>")
			asked.Add(1)
		case "connectivitycheck.gstatic.com":
			a.Status = 204
		}
		return a, nil
	}
	o := Options{Timeout: 10 * time.Second, Run: wizard.Options{Version: "test"}, URL: "shop.example.com", Facts: func() *sysinfo.Facts { return sysinfo.NewFacts(h) }}
	return Sized(New(context.Background(), o, renderer(termenv.Ascii)), 80, 24)
}

func TestVisitorsRoad(t *testing.T) {
	m := Press(visitor(t, 502), "v")
	golden(t, "visitor-list-80x24", m.View())
	golden(t, "visitor-step-80x24", Press(m, "enter").View())
	golden(t, "visitor-cache-80x24", Press(m, "down", "down", "enter").View())
	golden(t, "visitor-summary-80x24", Press(m, "m").View())
	fits(t, Sized(m, 40, 12))
	msg := m.message()
	for _, want := range []string{"Address:  http://shop.example.com", "Ray ID:   8a1b2c3d4e5f-FRA", "+00:00 (UTC)", "4 failures in 4 tries"} {
		if !strings.Contains(msg, want) {
			t.Errorf("the message lacks %q:\n%s", want, msg)
		}
	}
}

// The page is asked for again later, and a quarter of an hour of failures is called persistent.
func TestVisitorIsToldWhenItIsPersistent(t *testing.T) {
	m := Press(visitor(t, 502), "v")
	for range 12 {
		next, cmd := m.Update(laterMsg{m.run})
		m = Settle(next.(Model), cmd)
	}
	if got := m.wiz.Persistence(); !strings.Contains(got, "persistent, not temporary") {
		t.Errorf("got %q", got)
	}
	if m = Press(visitor(t, 200), "v"); m.wiz.Report.Heading() != "THE PAGE WORKS" {
		t.Errorf("got %s", m.wiz.Report.Heading())
	}
}
