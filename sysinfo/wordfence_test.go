package sysinfo

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"testing"
	"time"
)

// wordfenceRecord is a record as Wordfence's storage/file.php writes it, from rows that are packed already.
func wordfenceRecord(rows ...[]byte) []byte {
	b := append([]byte(wordfenceGuard+wordfenceMark), make([]byte, 16)...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(rows)))
	at := uint32(len(b) + 4*(wordfenceMaxRows+1))
	b = binary.LittleEndian.AppendUint32(b, at)
	for _, row := range rows {
		at += uint32(len(row))
		b = binary.LittleEndian.AppendUint32(b, at)
	}
	b = append(b, make([]byte, 4*(wordfenceMaxRows-len(rows)))...)
	return append(b, bytes.Join(rows, nil)...)
}

func wordfenceRow(at time.Time, packed []byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(at.Unix()))
	return append(binary.LittleEndian.AppendUint32(b, 0), packed...)
}

func wordfenceJSON(from string, learning int, rules, request string) []byte {
	return fmt.Appendf(nil, `[1.5,%q,%d,"","",%q,0,%q,null]`, from, learning, rules, base64.StdEncoding.EncodeToString([]byte(request)))
}

func TestWordfenceRecord(t *testing.T) {
	now := time.Unix(1_795_000_000, 0)
	zipped := func(b []byte, pack func(io.Writer) io.WriteCloser) []byte {
		var out bytes.Buffer
		w := pack(&out)
		w.Write(b)
		w.Close()
		return out.Bytes()
	}
	asZlib := func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }
	asGzip := func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
	record := wordfenceRecord(
		wordfenceRow(now.Add(-48*time.Hour), wordfenceJSON("192.0.2.1", 0, "9", "GET /old HTTP/1.1")),
		wordfenceRow(now.Add(-3*time.Hour), wordfenceJSON("192.0.2.2", 0, "9", "GET /plain?token=canary HTTP/1.1\nCookie: a=canary")), // a PHP without zlib
		wordfenceRow(now.Add(-2*time.Hour), zipped(wordfenceJSON("192.0.2.3", 1, "3|4", "POST /cart HTTP/1.1"), asZlib)),
		wordfenceRow(now.Add(-time.Hour), zipped(wordfenceJSON("192.0.2.4", 0, "logged|7", "GET /feed HTTP/1.1"), asGzip)),
		wordfenceRow(now.Add(-time.Minute), []byte("no JSON at all")),
	)
	hits, err := firewallHits(bytes.NewReader(record), now.Add(-24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	want := []FirewallHit{
		{At: now.Add(-time.Hour), From: "192.0.2.4", Request: "GET /feed", Rules: "logged|7", Passed: true},
		{At: now.Add(-2 * time.Hour), From: "192.0.2.3", Request: "POST /cart", Rules: "3|4", Passed: true},
		{At: now.Add(-3 * time.Hour), From: "192.0.2.2", Request: "GET /plain", Rules: "9", Passed: false},
	}
	if fmt.Sprint(hits) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", hits, want)
	}
	if _, err := firewallHits(bytes.NewReader(record[:60]), now); err == nil {
		t.Error("a record that breaks off within its head is no error")
	}
}

func FuzzWordfence(f *testing.F) {
	f.Add(wordfenceRecord(wordfenceRow(time.Unix(1, 0), wordfenceJSON("192.0.2.2", 0, "9", "GET / HTTP/1.1"))))
	f.Add([]byte(wordfenceGuard + wordfenceMark))
	f.Fuzz(func(t *testing.T, b []byte) {
		hits, err := firewallHits(bytes.NewReader(b), time.Time{})
		if err != nil && len(hits) > wordfenceMaxRows {
			t.Error("more rows than there can be")
		}
	})
}
