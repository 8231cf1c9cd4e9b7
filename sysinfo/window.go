package sysinfo

import (
	"bytes"
	"errors"
	"io"
	"time"

	"fix502/sysinfo/errlog"
)

// windowStart finds where the lines of the window begin, by halving: a log is in order of time.
func windowStart(file io.ReaderAt, size int64, since time.Time, p *errlog.Parser) (int64, error) {
	lo, hi := int64(0), size
	for hi-lo > 64<<10 {
		mid := lo + (hi-lo)/2
		t, at, err := timeAfter(file, mid, hi, p)
		if err != nil {
			return 0, err
		}
		if at < 0 || !t.Before(since) {
			hi = mid
		} else {
			lo = at
		}
	}
	return lo, nil
}

// timeAfter gives the first line with a time behind mid, and where it begins; -1 when there is none nearby.
func timeAfter(file io.ReaderAt, mid, hi int64, p *errlog.Parser) (time.Time, int64, error) {
	buf := make([]byte, min(32<<10, hi-mid))
	n, err := file.ReadAt(buf, mid)
	if err != nil && !errors.Is(err, io.EOF) {
		return time.Time{}, -1, err
	}
	at := 0
	for {
		i := bytes.IndexByte(buf[at:n], '\n')
		if i < 0 {
			return time.Time{}, -1, nil
		}
		at += i + 1
		end := bytes.IndexByte(buf[at:n], '\n')
		if end < 0 {
			return time.Time{}, -1, nil
		}
		if ev := p.Parse(string(buf[at : at+end])); !ev.Time.IsZero() {
			return ev.Time, mid + int64(at), nil
		}
	}
}

// countable is how large a log may be for its lines to be numbered.
const countable = 256 << 20

// lineNumber counts the lines before start; 0-based numbers tell that it was too far to count.
func lineNumber(file io.ReaderAt, start int64) int {
	if start > countable {
		return 0
	}
	n := 1
	buf := make([]byte, 256<<10)
	for at := int64(0); at < start; {
		k, err := file.ReadAt(buf[:min(int64(len(buf)), start-at)], at)
		n += bytes.Count(buf[:k], []byte{'\n'})
		at += int64(k)
		if err != nil || k == 0 {
			break
		}
	}
	return n
}
