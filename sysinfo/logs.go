package sysinfo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo/errlog"
)

// maxWindow is how much of one log is read at the most, from its end: more would say the same again.
const maxWindow = 192 << 20

// lastKept is how many of a group's latest lines are kept whole.
const lastKept = 24

// Logs is what the logs say of the window.
type Logs struct {
	Read   []LogRead
	Groups []*LogGroup // by first appearance
	index  map[groupKey]*LogGroup
	sizes  map[string]int64
	Total  int           // requests in the access logs
	Failed map[int64]int // 5xx of the access logs per minute, by Unix second of its start
	Asked  map[int64]int // all requests per minute

	own  []asking            // our own requests, in access logs
	each map[string]requests // by the path of the access log
}

// LogRead is one log and how it went.
type LogRead struct {
	LogFile
	Lines int
	Bytes int64
	Cut   bool // the window is longer than what was read
	Err   error
}

// LogGroup is one kind of line about one upstream of one site.
type LogGroup struct {
	Kind     errlog.Kind
	Upstream string // "unix:/run/php/php8.2-fpm.sock"; the pool or unit for lines of other programs
	Site     string
	Count    int
	Own      int // of Count, the requests of our own
	First    time.Time
	Last     time.Time
	Minutes  map[int64]int // without our own
	Latest   []LogLine     // at most lastKept, oldest first

	local []asking // what may be our own
}

// LogLine is one line with where it stands.
type LogLine struct {
	errlog.Event
	Source string // "/var/log/nginx/error.log:1842"
	Text   string
}

type groupKey struct {
	kind           errlog.Kind
	upstream, site string
}

// Logs reads every log that the configurations name, and PHP-FPM's own, within the window.
func (f *Facts) Logs(ctx context.Context) (*Logs, error) {
	return f.logs.get(func() (*Logs, error) {
		l := newLogs()
		since := f.Host.Now().Add(-f.Since)
		for _, lf := range f.logFiles(ctx) {
			if ctx.Err() != nil {
				return l, ctx.Err()
			}
			if unit, ok := strings.CutPrefix(lf.Path, "journal:"); ok {
				f.readJournal(ctx, l, lf.LogFile, unit)
				continue
			}
			l.read(lf.root, lf.LogFile, since, f.Host.Now(), f.zone())
		}
		l.disown()
		return l, nil
	})
}

func newLogs() *Logs {
	return &Logs{index: map[groupKey]*LogGroup{}, sizes: map[string]int64{}, Failed: map[int64]int{}, Asked: map[int64]int{}, each: map[string]requests{}}
}

type rootedLog struct {
	LogFile
	root Root
}

// logFiles are the logs of all gateways and of PHP-FPM, each once.
func (f *Facts) logFiles(ctx context.Context) []rootedLog {
	var out []rootedLog
	seen := map[string]bool{}
	add := func(r Root, l LogFile) {
		if (strings.HasPrefix(l.Path, "/") && !strings.HasPrefix(l.Path, "/dev/") || strings.HasPrefix(l.Path, "journal:")) && !seen[l.Path] {
			seen[l.Path] = true
			out = append(out, rootedLog{l, r})
		}
	}
	gateways, _ := f.Gateways(ctx) // none is no log; the services check says why
	for _, g := range gateways {
		for _, l := range g.Logs {
			add(g.Root, l)
		}
		for _, s := range g.Sites {
			for _, l := range s.Logs {
				if len(out) < 500 {
					add(g.Root, l)
				}
			}
		}
	}
	pools, _ := f.FPM(ctx)
	for _, p := range pools {
		for _, l := range p.Logs() {
			add(f.Host.Root, l)
		}
	}
	return out
}

// zone is the machine's own time zone, in which nginx and PHP-FPM write without saying so.
func (f *Facts) zone() *time.Location { return f.Host.Now().Location() }

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
	read := LogRead{LogFile: lf}
	defer func() { l.Read = append(l.Read, read) }()
	file, err := r.Open(lf.Path)
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

// take puts one line into its group.
func (l *Logs) take(lf LogFile, p *errlog.Parser, line []byte, number int, since time.Time) {
	ev := p.Parse(string(line))
	if ev.Kind == errlog.Unknown || !ev.Time.IsZero() && ev.Time.Before(since) {
		return
	}
	if ev.Source == errlog.Apache {
		ev.Server, ev.Host = lf.Site, "" // its lines name no site; what they call host is the backend
	} else if ev.Server == "" && ev.Host == "" {
		ev.Server = lf.Site
	}
	if lf.Kind == "access" && isOurs(line) {
		l.ours(ev)
		return
	}
	l.keep(lf, ev, fmt.Sprintf("%s:%d", lf.Path, number), line)
}

// keep puts an event into its group, where it tells of a failure; requests are counted.
func (l *Logs) keep(lf LogFile, ev errlog.Event, source string, line []byte) {
	switch {
	case lf.Kind == "access":
		l.request(lf, ev)
		if ev.Status < 500 && ev.Kind != errlog.AccessNotHTTP {
			return
		}
	case lf.Kind == "mixed" && ev.Method != "":
		if isOurs(line) {
			l.ours(ev)
		} else {
			l.request(lf, ev)
		}
		if ev.Kind == errlog.AccessOK || ev.Kind == errlog.AccessClientError {
			return
		}
	}
	l.add(ev, source, line)
}

// requests are counts per minute, by the Unix second of its start.
type requests struct{ failed, asked map[int64]int }

func (l *Logs) request(lf LogFile, ev errlog.Event) {
	m := ev.Time.Truncate(time.Minute).Unix()
	here, ok := l.each[lf.Path]
	if !ok {
		here = requests{map[int64]int{}, map[int64]int{}}
		l.each[lf.Path] = here
	}
	l.Total++
	l.Asked[m]++
	here.asked[m]++
	if ev.Status >= 500 {
		l.Failed[m]++
		here.failed[m]++
	}
}

// maxGroups bounds what hostile logs can make us remember.
const maxGroups = 4000

func (l *Logs) add(ev errlog.Event, source string, line []byte) {
	key := groupKey{ev.Kind, ev.Upstream.Address, ev.Site()}
	if key.upstream == "" {
		key.upstream = ev.Name
	}
	g := l.index[key]
	if g == nil {
		if len(l.Groups) >= maxGroups {
			return
		}
		g = &LogGroup{Kind: ev.Kind, Upstream: strings.Clone(key.upstream), Site: strings.Clone(key.site), First: ev.Time, Minutes: map[int64]int{}}
		l.index[groupKey{ev.Kind, g.Upstream, g.Site}] = g
		l.Groups = append(l.Groups, g)
	}
	g.Count++
	g.perhaps(ev)
	if ev.Time.After(g.Last) {
		g.Last = ev.Time
	}
	g.Minutes[ev.Time.Truncate(time.Minute).Unix()]++
	if len(g.Latest) == lastKept {
		g.Latest = slices.Delete(g.Latest, 0, 1)
	}
	g.Latest = append(g.Latest, LogLine{ev, source, string(line[:min(len(line), 2000)])})
}
