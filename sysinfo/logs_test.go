package sysinfo

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"
	"time"

	"fix502/sysinfo/errlog"
)

var logNow = time.Date(2026, 11, 22, 12, 30, 0, 0, time.UTC)

// refusal is a line of nginx's error log.
func refusal(at time.Time, uri string) string {
	return at.Format("2006/01/02 15:04:05") + ` [error] 701#701: *5 connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.9, server: shop.test, request: "GET ` +
		uri + ` HTTP/1.1", upstream: "http://127.0.0.1:3000` + uri + `", host: "shop.test"` + "\n"
}

// readLog reads a log and its neighbours with a window of a day.
func readLog(t *testing.T, m *MemoryTree) *Logs {
	t.Helper()
	l := newLogs()
	l.read(m.Root(), LogFile{Path: "/var/log/nginx/error.log", Kind: "error"}, logNow.Add(-24*time.Hour), logNow, time.UTC)
	return l
}

func refusals(l *Logs) *LogGroup {
	for _, g := range l.Groups {
		if g.Kind == errlog.ConnectRefused {
			return g
		}
	}
	return &LogGroup{}
}

func newLog(name, text string, age time.Time) *MemoryTree {
	m := NewMemoryTree(logNow)
	addLog(m, name, []byte(text), age)
	return m
}

func addLog(m *MemoryTree, name string, data []byte, age time.Time) {
	m.Write("/var/log/nginx/"+name, data)
	m.Touch("/var/log/nginx/"+name, age)
}

// Three days at a line each second; only the last one counts, and little more than that is read.
func TestLogsReadOnlyTheWindow(t *testing.T) {
	var b strings.Builder
	const day = 24 * 60 * 60
	for s := 3 * day; s > 0; s -= 2 {
		b.WriteString(refusal(logNow.Add(-time.Duration(s)*time.Second), "/"))
	}
	l := readLog(t, newLog("error.log", b.String(), logNow))
	g := refusals(l)
	if want := day / 2; g.Count != want {
		t.Errorf("got %d lines, want %d", g.Count, want)
	}
	if want := logNow.Add(-24 * time.Hour); !g.First.Equal(want) || !g.Last.Equal(logNow.Add(-2*time.Second)) {
		t.Errorf("got %s to %s, want from %s", g.First, g.Last, want)
	}
	if got, all := l.Read[0].Bytes, int64(b.Len()); got < all/3 || got > all/3+(64<<10) {
		t.Errorf("got %d bytes read of %d, want a third", got, all)
	}
	last := g.Latest[len(g.Latest)-1]
	if want := fmt.Sprintf("/var/log/nginx/error.log:%d", 3*day/2); last.Source != want {
		t.Errorf("got the last line at %s, want %s", last.Source, want)
	}
}

func TestWindowStart(t *testing.T) {
	var b strings.Builder
	for i := range 10000 {
		b.WriteString(refusal(logNow.Add(time.Duration(i-10000)*time.Minute), "/"))
	}
	text := b.String()
	for _, tt := range []struct {
		name  string
		since time.Time
	}{{"before all", logNow.AddDate(-1, 0, 0)}, {"in the middle", logNow.Add(-5000 * time.Minute)}, {"near the end", logNow.Add(-2 * time.Minute)}, {"behind all", logNow.AddDate(1, 0, 0)}} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := windowStart(strings.NewReader(text), int64(len(text)), tt.since, errlog.NewParser(time.UTC))
			want := len(text)
			if i := strings.Index(text, tt.since.Format("2006/01/02 15:04:05")); i >= 0 {
				want = i
			} else if tt.since.Before(logNow) {
				want = 0
			}
			if err != nil || got > int64(want) || got < int64(want)-(64<<10) {
				t.Errorf("got %d (%v), want at most 64 KiB before %d", got, err, want)
			}
		})
	}
}

func TestScan(t *testing.T) {
	at := logNow.Add(-time.Hour)
	long := refusal(at, "/") + strings.Repeat("x", 700<<10) + "\n" + refusal(at, "/after")
	for _, tt := range []struct {
		name, text string
		count      int
		last       string // where the last of them stands
	}{
		{"an empty log", "", 0, ""},
		{"one line", refusal(at, "/"), 1, "error.log:1"},
		{"no newline at the end", refusal(at, "/") + strings.TrimSpace(refusal(at, "/end")), 2, "error.log:2"},
		{"empty lines are lines", "\n\n" + refusal(at, "/"), 1, "error.log:3"},
		{"a line longer than the piece", long, 2, "error.log:3"},
		{"a long line of ours keeps its head", strings.TrimSpace(refusal(at, "/")) + strings.Repeat("x", 700<<10) + "\n" + refusal(at, "/after"), 2, "error.log:2"},
		{"a long line without an end", refusal(at, "/") + strings.Repeat("x", 700<<10), 1, "error.log:1"},
		{"lines across pieces", strings.Repeat(refusal(at, "/"), 4000), 4000, "error.log:4000"},
		{"lines of others between", "something else\n" + refusal(at, "/") + "\x00\x00\x00\n" + refusal(at, "/"), 2, "error.log:4"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := readLog(t, newLog("error.log", tt.text, logNow))
			g := refusals(l)
			if g.Count != tt.count {
				t.Fatalf("got %d lines, want %d (%+v)", g.Count, tt.count, l.Read)
			}
			if tt.count > 0 {
				if got := g.Latest[len(g.Latest)-1].Source; got != "/var/log/nginx/"+tt.last {
					t.Errorf("got the last at %s, want %s", got, tt.last)
				}
			}
		})
	}
}

func gz(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRotatedNeighbours(t *testing.T) {
	ago := func(h int) time.Time { return logNow.Add(-time.Duration(h) * time.Hour) }
	line := func(h int) string { return refusal(ago(h), fmt.Sprintf("/%dh", h)) }
	for _, tt := range []struct {
		name  string
		files map[string]int // name and hours since its last line; its lines are of that hour and the one before
		want  string         // the pages that count, oldest first
	}{
		{"none", map[string]int{"error.log": 1}, "/1h"},
		{"last night's", map[string]int{"error.log": 1, "error.log.1": 10}, "/11h /10h /1h"},
		{"a packed one behind it", map[string]int{"error.log": 1, "error.log.1": 5, "error.log.2.gz": 20}, "/21h /20h /6h /5h /1h"},
		{"packed at once", map[string]int{"error.log": 1, "error.log.1.gz": 10}, "/11h /10h /1h"},
		{"one that is too old", map[string]int{"error.log": 1, "error.log.1": 30, "error.log.2.gz": 40}, "/1h"},
		{"one that the window reaches into", map[string]int{"error.log": 1, "error.log.1": 23}, "/24h /23h /1h"},
		{"dated, as Red Hat does", map[string]int{"error.log": 1, "error.log-20261122": 9, "error.log-20261121.gz": 20}, "/21h /20h /10h /9h /1h"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := NewMemoryTree(logNow)
			for name, h := range tt.files {
				text := line(h+1) + line(h)
				if name == "error.log" {
					text = line(h)
				}
				if strings.HasSuffix(name, ".gz") {
					addLog(m, name, gz(t, text), ago(h))
				} else {
					addLog(m, name, []byte(text), ago(h))
				}
			}
			var got []string
			for _, l := range refusals(readLog(t, m)).Latest {
				got = append(got, l.URI)
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPackedLogs(t *testing.T) {
	at := logNow.Add(-2 * time.Hour)
	for _, tt := range []struct {
		name  string
		data  []byte
		count int
		fails bool
		cut   bool
	}{
		{"whole", gz(t, refusal(at, "/")), 1, false, false},
		{"no newline at the end", gz(t, strings.TrimSpace(refusal(at, "/"))), 1, false, false},
		{"cut short", gz(t, strings.Repeat(refusal(at, "/"), 3000))[:200], 0, true, false},
		{"not packed at all", []byte(refusal(at, "/")), 0, true, false},
		{"empty", nil, 0, true, false},
		{"a bomb is left at its limit", gz(t, refusal(at, "/")+strings.Repeat(strings.Repeat("x", 1000)+"\n", 80<<10)), 1, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newLog("error.log", "", logNow)
			addLog(m, "error.log.1.gz", tt.data, at)
			l := readLog(t, m)
			got := l.Read[0]
			if refusals(l).Count < tt.count || (got.Err != nil) != tt.fails || got.Cut != tt.cut || got.Bytes > maxUnpacked {
				t.Errorf("got %d lines, %+v; want %d lines, failing %t, cut %t", refusals(l).Count, got, tt.count, tt.fails, tt.cut)
			}
		})
	}
}

// A log that grew after it was read has fresh lines: those that our own question brought about.
func TestFreshLines(t *testing.T) {
	m := newLog("error.log", refusal(logNow.Add(-time.Hour), "/old"), logNow)
	before, err := m.Root().Stat("/var/log/nginx/error.log")
	if err != nil {
		t.Fatal(err)
	}
	lf := LogFile{Path: "/var/log/nginx/error.log", Kind: "error"}
	if got := freshLines(m.Root(), lf, before.Size, time.UTC); len(got) != 0 {
		t.Errorf("before it grew: got %+v", got)
	}
	m.Append("/var/log/nginx/error.log", []byte(refusal(logNow, "/new")))
	got := freshLines(m.Root(), lf, before.Size, time.UTC)
	if len(got) != 1 || got[0].URI != "/new" || got[0].Source != "/var/log/nginx/error.log:2" {
		t.Errorf("got %+v, want the line about /new at line 2", got)
	}
}
