package errlog

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"sync"
	"time"
	"unsafe"
)

// piece is how much is read at once. No mmap: a log that is truncated under it would kill the program.
const piece = 256 << 10

// Scan counts a file from since on, or all of it when since is zero, with a worker per core. A log is in order of
// time, so the part before since is not read at all.
func Scan(ctx context.Context, r io.ReaderAt, size int64, since time.Time, loc *time.Location) (*Tally, error) {
	start, err := Seek(r, size, since, loc)
	if err != nil {
		return nil, err
	}
	workers := int64(max(1, min(runtime.GOMAXPROCS(0), 4)))
	if size-start < 4*piece {
		workers = 1
	}
	share := (size - start + workers - 1) / workers
	tallies := make([]*Tally, workers)
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		tallies[w] = NewTally(loc, since)
		wg.Go(func() {
			from := start + w*share
			errs[w] = scanPart(ctx, r, start, from, min(from+share, size), size, tallies[w])
		})
	}
	wg.Wait()
	for _, t := range tallies[1:] {
		tallies[0].Merge(t)
	}
	tallies[0].flush()
	return tallies[0], errors.Join(errs...)
}

// scanPart counts the lines that begin in [from, to). The last of them may end behind it.
func scanPart(ctx context.Context, r io.ReaderAt, start, from, to, size int64, t *Tally) error {
	lines := liner{r: r, at: from, size: size}
	if from > start {
		lines.at--
		if err := lines.skip(); err != nil {
			return err
		}
	}
	for lines.start() < to {
		line, err := lines.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		t.Line(line)
		if lines.fresh && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// A liner hands out the lines of a file. A line is good until the next one is asked for: all of them are parts of one
// buffer, so that a gigabyte costs no garbage.
type liner struct {
	r     io.ReaderAt
	at    int64 // of the byte behind text
	size  int64
	text  string // what is left of buf
	buf   []byte
	fresh bool // a piece was just read
}

func (l *liner) start() int64 { return l.at - int64(len(l.text)) }

// next gives a line without its newline. One that is longer than a piece keeps its head, the rest is passed over.
func (l *liner) next() (string, error) {
	l.fresh = false
	end := strings.IndexByte(l.text, '\n')
	if end < 0 {
		if err := l.fill(); err != nil {
			return "", err
		}
		if end = strings.IndexByte(l.text, '\n'); end < 0 {
			line := l.text
			l.text = ""
			if len(line) < piece {
				return line, nil // the file ends without a newline
			}
			line = strings.Clone(line[:longest]) // skip fills the buffer anew
			return line, l.skip()
		}
	}
	line := l.text[:end]
	l.text = l.text[end+1:]
	return line, nil
}

// fill reads a piece anew from where the rest of the last one began.
func (l *liner) fill() error {
	l.fresh = true
	l.at = l.start()
	l.text = ""
	if l.at >= l.size {
		return io.EOF
	}
	if l.buf == nil {
		l.buf = make([]byte, piece)
	}
	n, err := l.r.ReadAt(l.buf[:min(piece, l.size-l.at)], l.at)
	if n == 0 {
		if err == nil {
			err = io.EOF
		}
		return err // shorter than it was: truncated while we read
	}
	l.text = unsafe.String(&l.buf[0], n)
	l.at += int64(n)
	return nil
}

// skip goes behind the next newline.
func (l *liner) skip() error {
	for {
		if end := strings.IndexByte(l.text, '\n'); end >= 0 {
			l.text = l.text[end+1:]
			return nil
		}
		l.text = ""
		if err := l.fill(); err != nil {
			if err == io.EOF {
				return nil
			}
			return err
		}
	}
}

// Read counts a stream, such as standard input, to its end.
func (t *Tally) Read(ctx context.Context, r io.Reader) error {
	buf := make([]byte, piece)
	rest := ""
	for ctx.Err() == nil {
		n, err := r.Read(buf)
		text := rest + string(buf[:n])
		rest = t.lines(text)
		if len(rest) > piece {
			rest = rest[:longest] // the rest of this line will be counted as a line of its own
		}
		if err != nil {
			if rest != "" {
				t.Line(rest)
			}
			t.flush()
			if err == io.EOF {
				return nil
			}
			return err
		}
	}
	return ctx.Err()
}

// lines counts what is complete and gives back the beginning of the next line.
func (t *Tally) lines(text string) string {
	for {
		end := strings.IndexByte(text, '\n')
		if end < 0 {
			return text
		}
		t.Line(text[:end])
		text = text[end+1:]
	}
}
