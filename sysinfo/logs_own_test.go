package sysinfo

import (
	"strings"
	"testing"
	"time"
)

// A look asks for pages itself. What fails of that is no visitor's failure, although the error log does not say who asked.
func TestOurOwnRequestsAreNotCounted(t *testing.T) {
	local := func(at time.Time, uri string) string {
		return strings.ReplaceAll(refusal(at, uri), "203.0.113.9", "127.0.0.1")
	}
	asked := func(at time.Time, uri, agent string) string {
		return `127.0.0.1 - - [` + at.Format("02/Jan/2006:15:04:05 -0700") + `] "GET ` + uri + ` HTTP/1.1" 502 157 "-" "` + agent + "\"\n"
	}
	at := logNow.Add(-time.Minute)
	m := newLog("error.log", refusal(at, "/")+local(at, "/")+local(at, "/cron")+local(at.Add(time.Second), "/"), logNow)
	addLog(m, "access.log", []byte(asked(at, "/", ourselves)+asked(at, "/cron", "curl/7.88.1")+asked(at.Add(3*time.Second), "/", ourselves)), logNow)
	l := readLog(t, m)
	l.read(m.Root(), LogFile{Path: "/var/log/nginx/access.log", Kind: "access"}, logNow.Add(-24*time.Hour), logNow, time.UTC)
	l.disown()
	g := refusals(l)
	if g.Count != 4 || g.Own != 2 {
		t.Errorf("%d of %d are ours, want 2 of 4", g.Own, g.Count)
	}
	if n := g.Minutes[at.Truncate(time.Minute).Unix()]; n != 2 {
		t.Errorf("%d failures in that minute, want 2", n)
	}
	ours := 0
	for _, line := range g.Latest {
		if line.Ours {
			ours++
		}
	}
	if ours != 2 || !g.Latest[len(g.Latest)-1].Ours {
		t.Errorf("%d lines are known to be ours, want 2 and the last", ours)
	}
	if len(g.Latest) == 0 || l.Total != 1 {
		t.Errorf("%d lines kept and %d requests counted, want lines and 1", len(g.Latest), l.Total)
	}
}
