package sysinfo

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"fix502/sysinfo/errlog"
)

// maxUnpacked is how much of one packed log is read at the most, after unpacking: a small file may hold a lot.
const maxUnpacked = 64 << 20

// maxRotated is how many rotated neighbours of one log are read.
const maxRotated = 8

// rotated names what logrotate(8) made of a log within the window, oldest first: error.log.1, error.log.2.gz, or
// with dateext error.log-20261122 and error.log-20261121.gz. A rotated file is as old as its last line.
func rotated(r Root, name string, since, now time.Time) []string {
	var out []string
	take := func(name string) bool {
		for _, n := range []string{name, name + ".gz"} {
			if info, err := r.Stat(n); err == nil && info.Mode.IsRegular() && info.ModTime.After(since) {
				out = append(out, n)
				return true
			}
		}
		return false
	}
	for i := 1; i <= maxRotated && take(fmt.Sprintf("%s.%d", name, i)); i++ {
		continue
	}
	for day := now; len(out) < maxRotated && day.After(since.AddDate(0, 0, -1)); day = day.AddDate(0, 0, -1) {
		take(name + "-" + day.Format("20060102"))
	}
	slices.Reverse(out)
	return out
}

// packed takes the window of a log in that gzip has packed. It can only be read from its start.
func (l *Logs) packed(r Root, lf LogFile, since time.Time, zone *time.Location) {
	read := LogRead{Named: lf.Path}
	defer func() { l.Read = append(l.Read, read) }()
	file, err := openLog(r, &lf)
	read.LogFile = lf
	if err != nil {
		read.Err = err
		return
	}
	defer file.Close()
	z, err := gzip.NewReader(io.NewSectionReader(file, 0, file.Size()))
	if err != nil {
		read.Err = fmt.Errorf("read %s: %w", lf.Path, err)
		return
	}
	in := &inOrder{r: io.LimitReader(z, maxUnpacked)}
	read.Lines, err = l.scan(in, lf, errlog.NewParser(zone), 0, maxUnpacked, 1, since)
	read.Bytes, read.Cut = in.at, in.at == maxUnpacked
	if err != nil {
		read.Err = fmt.Errorf("read %s: %w", lf.Path, err)
	}
}

// inOrder lets a stream be read where a file is expected, as long as it is read in order.
type inOrder struct {
	r  io.Reader
	at int64
}

func (s *inOrder) ReadAt(b []byte, at int64) (int, error) {
	if at != s.at {
		return 0, errors.New("a packed log can only be read in order")
	}
	n, err := io.ReadFull(s.r, b)
	s.at += int64(n)
	if errors.Is(err, io.ErrUnexpectedEOF) && n > 0 {
		err = io.EOF
	}
	return n, err
}
