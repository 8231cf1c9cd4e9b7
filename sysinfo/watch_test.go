package sysinfo

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A watch gives each new line once, also over a rotation, and nothing when nothing was written.
func TestWatch(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "access.log")
	write := func(text string, flag int) {
		t.Helper()
		f, err := os.OpenFile(log, flag|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteString(text); err != nil {
			t.Fatal(err)
		}
	}
	line := func(status string) string {
		return `203.0.113.5 - - [22/Nov/2026:12:03:33 +0000] "GET /cart HTTP/1.1" ` + status + ` 157 "-" "x"` + "\n"
	}
	write(line("200"), os.O_APPEND)
	r := OpenRoot(dir)
	h := &Host{Root: r, Now: func() time.Time { return time.Date(2026, 11, 22, 12, 10, 0, 0, time.UTC) }}
	w := &Watch{f: NewFacts(h), files: []rootedLog{{LogFile{Path: "/access.log", Kind: "access"}, r}}, sizes: map[string]int64{"/access.log": int64(len(line("200")))}}
	if l := w.Look(context.Background()); l != nil {
		t.Fatalf("nothing was written, got %+v", l)
	}
	write(line("502")+line("200"), os.O_APPEND)
	minute := time.Date(2026, 11, 22, 12, 3, 0, 0, time.UTC).Unix()
	if l := w.Look(context.Background()); l == nil || l.Asked[minute] != 2 || l.Failed[minute] != 1 {
		t.Fatalf("got %+v", l)
	}
	write(line("502"), os.O_TRUNC)
	if l := w.Look(context.Background()); l == nil || l.Asked[minute] != 1 || l.Failed[minute] != 1 {
		t.Fatalf("after a rotation: %+v", l)
	}
	if l := w.Look(context.Background()); l != nil {
		t.Fatalf("and nothing after it: %+v", l)
	}
}

// A gateway that writes to the journal is followed there, at a distance, and each message counts once.
func TestWatchTheJournal(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	at := now.Add(5 * time.Second)
	asked := 0
	h := &Host{Now: func() time.Time { return now }, Run: func(context.Context, string, ...string) (Output, error) {
		asked++
		return Output{Stdout: fmt.Appendf(nil, `{"MESSAGE":"2026/11/22 12:00:05 [error] 7#7: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.5, server: shop.test, request: \"GET / HTTP/1.1\", upstream: \"http://127.0.0.1:3000/\", host: \"shop.test\"","__REALTIME_TIMESTAMP":"%d"}`+"\n", at.UnixMicro())}, nil
	}}
	w := &Watch{f: NewFacts(h), sizes: map[string]int64{}, heard: now, asked: now, journals: []rootedLog{{LogFile: LogFile{Path: "journal:nginx.service", Kind: "error"}}}}
	if l := w.Look(t.Context()); l != nil || asked != 0 {
		t.Fatalf("it was asked %d times within the pause: %+v", asked, l)
	}
	now = now.Add(10 * time.Second)
	if l := w.Look(t.Context()); l == nil || len(l.Groups) != 1 || l.Groups[0].Count != 1 {
		t.Fatalf("got %+v", l)
	}
	now = now.Add(10 * time.Second)
	if l := w.Look(t.Context()); l != nil || asked != 2 {
		t.Fatalf("the same message again, asked %d times: %+v", asked, l)
	}
}
