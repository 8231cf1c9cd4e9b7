package sysinfo

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"fix502/sysinfo/errlog"
)

// maxWindow is how much of one log is read at the most, from its end: more would say the same again.
const maxWindow = 192 << 20

// read takes a log's window in, and its rotated neighbours' while the window reaches into them.
func (l *Logs) read(r Root, lf LogFile, since, now time.Time, zone *time.Location) {
	if info, err := r.Stat(lf.Path); err == nil && info.Mode.IsRegular() {
		for _, name := range rotated(r, lf.Path, since, now) {
			old := lf
			old.Path = name
			if strings.HasSuffix(name, ".gz") {
				l.packed(r, old, since, zone)
			} else {
				l.one(r, old, since, zone)
			}
		}
	}
	l.one(r, lf, since, zone)
}

func (l *Logs) one(r Root, lf LogFile, since time.Time, zone *time.Location) {
	read := LogRead{Named: lf.Path}
	defer func() { l.Read = append(l.Read, read) }()
	file, err := openLog(r, &lf)
	read.LogFile = lf
	if err != nil {
		read.Err = err
		return
	}
	defer file.Close()
	size := file.Size()
	l.sizes[lf.Path] = size
	p := errlog.NewParser(zone)
	start, err := windowStart(file, size, since, p)
	if err != nil {
		read.Err = fmt.Errorf("read %s: %w", lf.Path, err)
		return
	}
	if size-start > maxWindow {
		start, read.Cut = size-maxWindow, true
	}
	read.Bytes = size - start
	first := lineNumber(file, start)
	read.Lines, read.Err = l.scan(file, lf, p, start, size, first, since)
}

// scan reads lines from start to end; a longer line than the piece keeps its head.
func (l *Logs) scan(file io.ReaderAt, lf LogFile, p *errlog.Parser, start, end int64, number int, since time.Time) (int, error) {
	const piece = 256 << 10
	buf := make([]byte, piece)
	rest := 0 // bytes kept from the piece before
	skip := false
	lines := 0
	for at := start; at < end || rest > 0; {
		n, err := file.ReadAt(buf[rest:min(int64(piece), int64(rest)+end-at)], at)
		if err != nil && !errors.Is(err, io.EOF) {
			return lines, err
		}
		at += int64(n)
		b := buf[:rest+n]
		for {
			i := bytes.IndexByte(b, '\n')
			last := i < 0 && (at >= end || n == 0)
			if i < 0 && !last {
				break
			}
			line := b
			if i >= 0 {
				line, b = b[:i], b[i+1:]
			} else {
				b = nil
			}
			if !skip && len(line) > 0 {
				l.take(lf, p, line, number, since)
			}
			skip = false
			lines++
			number++
			if last {
				break
			}
		}
		if len(b) == piece { // one line larger than the piece
			if !skip {
				l.take(lf, p, b, number, since)
			}
			skip, b = true, nil
		}
		rest = copy(buf, b)
		if n == 0 {
			break
		}
	}
	return lines, nil
}
