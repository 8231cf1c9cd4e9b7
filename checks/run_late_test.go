package checks

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// A page that fails after seven seconds has not failed when the checks look first: they look once more.
func TestRunTakesLatePage(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		times  int
	}{
		{"it fails at last", http.StatusGatewayTimeout, 2},
		{"it comes at last", http.StatusOK, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			host := hosttest.Load(t, "testdata/upstream_read_timeout.varnish.txtar").Host
			synctest.Test(t, func(t *testing.T) {
				host.Ask = func(ctx context.Context, q sysinfo.Question) (sysinfo.Answer, error) {
					late := sysinfo.LateAnswer(func() sysinfo.Answer {
						time.Sleep(7 * time.Second)
						return sysinfo.Answer{Question: q, Status: tt.status, Took: 7 * time.Second}
					})
					time.Sleep(q.Wait)
					return sysinfo.Answer{Question: q, Took: q.Wait, Err: context.DeadlineExceeded, Late: late}, nil
				}
				f := sysinfo.NewFacts(host)
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				start, seen, settled := time.Now(), 0, 0
				look := Check{ID: "look", Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
					for _, s := range f.Sites(ctx) {
						seen = f.Answers(ctx, s)[0].Status
					}
					return nil, nil
				}}
				for e := range Run(ctx, f, []Check{look}) {
					if e.Settled {
						settled++
					}
				}
				want := 0
				if tt.times == 2 {
					want = tt.status
				}
				if seen != want || settled != tt.times || time.Since(start) != 7*time.Second {
					t.Errorf("saw %d, settled %d times after %s; want %d, %d times after 7s", seen, settled, time.Since(start), want, tt.times)
				}
			})
		})
	}
}
