package errlog

import (
	"io"
	"strings"
	"time"
)

// Seek finds where the lines from since on begin, by halving: thirty small reads in a file of any size. Lines
// without a time are passed over; where nearby nothing has one, it stays on the safe side and begins earlier.
func Seek(r io.ReaderAt, size int64, since time.Time, loc *time.Location) (int64, error) {
	if since.IsZero() || size == 0 {
		return 0, nil
	}
	p := NewParser(loc)
	low, high := int64(0), size // a line before since begins at low (or low is 0); all from high on are inside
	for high-low > piece/4 {
		mid := low + (high-low)/2
		at, t, err := timeNear(r, size, mid, p)
		if err != nil {
			return 0, err
		}
		switch {
		case t.IsZero() || at >= high:
			high = mid // nothing known between mid and high: look for the boundary below
		case t.Before(since):
			low = at
		default:
			high = mid
		}
	}
	return lineStart(r, low)
}

// timeNear reads from an offset to the first line that names its time.
func timeNear(r io.ReaderAt, size, from int64, p *Parser) (int64, time.Time, error) {
	lines := liner{r: r, at: from, size: size, buf: make([]byte, piece/4)}
	if err := lines.small(); err != nil && err != io.EOF {
		return 0, time.Time{}, err
	}
	at := from + int64(strings.IndexByte(lines.text, '\n')+1)
	for _, line := range strings.Split(lines.text[at-from:], "\n") {
		if ev := p.Parse(line); !ev.Time.IsZero() {
			return at, ev.Time, nil
		}
		at += int64(len(line)) + 1
	}
	return size, time.Time{}, nil
}

// small reads one short piece: halving needs a line, not a quarter of a megabyte.
func (l *liner) small() error {
	n, err := l.r.ReadAt(l.buf[:min(int64(len(l.buf)), l.size-l.at)], l.at)
	l.text = string(l.buf[:n])
	l.at += int64(n)
	return err
}

// lineStart goes back to the beginning of the line an offset is in.
func lineStart(r io.ReaderAt, at int64) (int64, error) {
	buf := make([]byte, 4096)
	for at > 0 {
		from := max(0, at-int64(len(buf)))
		n, err := r.ReadAt(buf[:at-from], from)
		if err != nil && err != io.EOF {
			return 0, err
		}
		if i := strings.LastIndexByte(string(buf[:n]), '\n'); i >= 0 {
			return from + int64(i) + 1, nil
		}
		at = from
	}
	return 0, nil
}
