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
