package checks

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// The gateway's own wait and the question after it share one time: all checks wait for both.
func TestAskAsGatewayEndsInTime(t *testing.T) {
	host := hosttest.Load(t, "testdata/firewall_blocks_upstream.unheard.txtar").Host
	answer := host.Ask
	synctest.Test(t, func(t *testing.T) {
		host.Ask = func(ctx context.Context, q sysinfo.Question) (sysinfo.Answer, error) {
			a, err := answer(ctx, q)
			a.Took = 3 * time.Second
			if a.Status == 0 { // the app's
				a.Took, a.Err = q.Wait, context.DeadlineExceeded
			}
			time.Sleep(a.Took)
			return a, err
		}
		f := sysinfo.NewFacts(host)
		ctx, cancel := context.WithTimeout(t.Context(), f.Patience)
		defer cancel()
		start, unheard := time.Now(), 0
		all, err := hops(ctx, f)
		for _, l := range all {
			unheard += len(l.fresh)
		}
		if took := time.Since(start); err != nil || unheard == 0 || took > f.Patience-time.Second {
			t.Errorf("got %d lines after %s, %v; want some, and a second left of %s", unheard, took, err, f.Patience)
		}
	})
}

// A gateway that gave up has its own status for it, and the time after which it came tells that it did.
func TestWaitedInVain(t *testing.T) {
	for _, tt := range []struct {
		name, kind string
		status     int
		took       time.Duration
		want       bool
	}{
		{"nginx gives up", "nginx", 504, 5010 * time.Millisecond, true},
		{"Varnish gives up", "varnish", 503, 5010 * time.Millisecond, true},
		{"Varnish was refused", "varnish", 503, 10 * time.Millisecond, false},
		{"nginx has nobody to ask", "nginx", 503, 5010 * time.Millisecond, false},
		{"something else ended it", "nginx", 504, 30 * time.Second, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := live{Hop: &sysinfo.Hop{Site: &sysinfo.Site{Gateway: &sysinfo.Gateway{Kind: tt.kind}}}, answer: &sysinfo.Answer{Status: tt.status, Took: tt.took}}
			l.Settings.Read, l.reach.Listener = 5*time.Second, &sysinfo.Socket{}
			if got := l.waitedInVain(); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
