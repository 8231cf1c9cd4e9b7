package checks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// kernelLine is one message of the kernel, read.
type kernelLine struct {
	errlog.Event
	source, text string
}

func (k kernelLine) evidence() Evidence {
	return Evidence{Source: k.source, Text: k.text, Time: k.Time}
}

// kernelTail is how much of a kernel log's end is read.
const kernelTail = 1 << 20

// kernelLines are the kernel's messages of some kinds within the window, from the journal and, where rsyslog writes
// them, from its files. The error says that neither could be read.
func kernelLines(ctx context.Context, f *sysinfo.Facts, kinds ...errlog.Kind) ([]kernelLine, error) {
	all, err := sysinfo.Memo(f, "kernel lines", func() ([]kernelLine, error) {
		p := errlog.NewParser(f.Host.Now().Location())
		var out []kernelLine
		journal, err := f.Kernel(ctx)
		for _, j := range journal {
			ev := p.Parse("kernel: " + j.Text)
			if ev.Kind == errlog.Unknown {
				ev = p.Parse(j.Text)
			}
			ev.Time = j.Time
			out = append(out, kernelLine{ev, "journalctl -k", j.Text})
		}
		if len(out) > 0 {
			return out, nil
		}
		since := f.Host.Now().Add(-f.Since)
		for _, name := range []string{"/var/log/kern.log", "/var/log/messages"} {
			lines, ferr := tailOf(f, name)
			if errors.Is(ferr, fs.ErrNotExist) {
				continue
			}
			if ferr != nil {
				err = errors.Join(err, ferr)
				continue
			}
			err = nil
			for _, l := range lines {
				if !strings.Contains(l.text, "kernel:") {
					continue
				}
				if ev := p.Parse(l.text); ev.Kind != errlog.Unknown && ev.Time.After(since) {
					out = append(out, kernelLine{ev, l.source, l.text})
				}
			}
		}
		return out, err
	})
	var out []kernelLine
	for _, k := range all {
		if slices.Contains(kinds, k.Kind) {
			out = append(out, k)
		}
	}
	return out, err
}

type tailLine struct{ source, text string }

// tailOf reads the last lines of a file; numbers only where all of it was read.
func tailOf(f *sysinfo.Facts, name string) ([]tailLine, error) {
	file, err := f.Host.Root.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	from := max(0, file.Size()-kernelTail)
	buf := make([]byte, file.Size()-from)
	n, err := file.ReadAt(buf, from)
	if n == 0 && err != nil && len(buf) > 0 {
		return nil, err
	}
	var out []tailLine
	number := 0
	for line := range strings.Lines(string(buf[:n])) {
		if number++; from > 0 && number == 1 {
			continue // half a line
		}
		source := name
		if from == 0 {
			source = fmt.Sprintf("%s:%d", name, number)
		}
		out = append(out, tailLine{source, strings.TrimRight(line, "\r\n")})
	}
	return out, nil
}
