package errlog

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// slowly counts a log line by line, as plainly as can be.
func slowly(log []byte) *Tally {
	t := NewTally(time.UTC, time.Time{})
	for line := range strings.Lines(string(log)) {
		t.Line(strings.TrimSuffix(line, "\n"))
	}
	t.flush()
	return t
}

func scan(t *testing.T, log []byte, since time.Time) *Tally {
	t.Helper()
	got, err := Scan(context.Background(), bytes.NewReader(log), int64(len(log)), since, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestScanCountsWhatALoopCounts(t *testing.T) {
	for _, size := range []int{100, 300_000, 3 << 20} {
		log := madeUp(size)
		got, want := scan(t, log, time.Time{}), slowly(log)
		if got.Lines != want.Lines || got.Kinds != want.Kinds {
			t.Errorf("%d bytes: got %d lines, want %d", size, got.Lines, want.Lines)
		}
		if fmt.Sprint(len(got.Groups), len(got.Minutes)) != fmt.Sprint(len(want.Groups), len(want.Minutes)) {
			t.Errorf("%d bytes: got %d groups in %d minutes, want %d in %d", size, len(got.Groups), len(got.Minutes), len(want.Groups), len(want.Minutes))
		}
		read := NewTally(time.UTC, time.Time{})
		if err := read.Read(context.Background(), bytes.NewReader(log)); err != nil || read.Lines != want.Lines {
			t.Errorf("as a stream: got %d lines, %v", read.Lines, err)
		}
	}
}

func TestALineLongerThanAPieceKeepsItsHead(t *testing.T) {
	long := `2026/11/22 12:20:43 [error] 1#1: *1 upstream sent too big header while reading response header from upstream, client: 203.0.113.1, server: a.example.com, request: "GET /`
	log := []byte(long + strings.Repeat("x", 2*piece) + "\n" + long + "\n")
	if got := scan(t, log, time.Time{}); got.Kinds[HeaderTooBig].Count != 2 || got.Lines != 2 {
		t.Errorf("got %d lines, %d of the kind", got.Lines, got.Kinds[HeaderTooBig].Count)
	}
}

// counting notes how much of a file is read.
type counting struct {
	*bytes.Reader
	read int
}

func (c *counting) ReadAt(p []byte, at int64) (int, error) {
	n, err := c.Reader.ReadAt(p, at)
	c.read += n
	return n, err
}

func TestSinceReadsOnlyTheWindow(t *testing.T) {
	log := madeUp(16 << 20)
	all := slowly(log)
	last := all.Kinds[ConnectRefused].Last
	since := last.Add(-30 * time.Second)
	r := &counting{Reader: bytes.NewReader(log)}
	start, err := Seek(r, int64(len(log)), since, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	want := slowly(log[bytes.Index(log, []byte(since.Format("2006/01/02 15:04:05"))):]).Lines
	if got := scan(t, log, since).Lines; got != want {
		t.Errorf("got %d lines, want %d", got, want)
	}
	if start < int64(len(log))*9/10 || r.read > 2<<20 {
		t.Errorf("begins at %d of %d after reading %d bytes", start, len(log), r.read)
	}
}

func TestBackwardGivesTheSameLines(t *testing.T) {
	log := string(madeUp(300_000))
	want := strings.Split(strings.TrimSuffix(log, "\n"), "\n")
	var got []string
	for at, line := range Backward(strings.NewReader(log), int64(len(log))) {
		if log[at:at+int64(len(line))] != line {
			t.Fatalf("wrong offset %d", at)
		}
		got = append(got, line)
	}
	slices.Reverse(got)
	if !slices.Equal(got, want) {
		t.Errorf("got %d lines, want %d", len(got), len(want))
	}
}

func TestAccessLogIsCounted(t *testing.T) {
	tally := NewTally(time.UTC, time.Time{})
	for i, status := range []int{200, 404, 502, 502, 504, 499} {
		tally.Line(fmt.Sprintf(`203.0.113.9 - - [22/Nov/2026:12:20:%02d +0000] "GET /a\"b HTTP/1.1" %d 157 "-" "curl"`, i, status))
	}
	at := time.Date(2026, 11, 22, 12, 20, 0, 0, time.UTC).Unix() / 60
	tally.flush()
	if tally.Requests.Count != 6 || tally.Traffic[at] != 6 || tally.Minutes[Minute{at, AccessGateway}] != 3 {
		t.Errorf("got %d requests, %v, %v", tally.Requests.Count, tally.Traffic, tally.Minutes)
	}
}

// Scan reads every piece into the same buffer; a stream has strings of its own.
func TestScanKeepsNothingOfItsBuffer(t *testing.T) {
	recorded, err := os.ReadFile("testdata/recorded.log")
	if err != nil {
		t.Fatal(err)
	}
	log := append(bytes.Repeat(append(recorded, '\n'), 8), madeUp(2*piece)...)
	if len(log) < 2*piece || len(log) >= 4*piece {
		t.Fatalf("%d bytes: more than two pieces and one worker were meant", len(log))
	}
	got, err := Scan(context.Background(), bytes.NewReader(log), int64(len(log)), time.Time{}, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	want := NewTally(time.UTC, time.Time{})
	if err := want.Read(context.Background(), bytes.NewReader(log)); err != nil {
		t.Fatal(err)
	}
	if !maps.EqualFunc(got.Groups, want.Groups, func(a, b *Group) bool { return *a == *b }) {
		t.Errorf("%d groups of the file differ from %d of the stream", len(got.Groups), len(want.Groups))
		for key, g := range want.Groups {
			if mine := got.Groups[key]; mine == nil || *mine != *g {
				t.Logf("got %+v\nwant %+v", mine, g)
				break
			}
		}
	}
}
