package sysinfo

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo/errlog"
	"fix502/sysinfo/phpfpm"
)

// SlowTrace is one entry of a pool's slow log: where a request stood when it had taken request_slowlog_timeout.
type SlowTrace struct {
	Time   time.Time
	PID    int // the worker
	Script string
	Calls  []SlowCall // the innermost first: what it waits in
	Source string     // "/var/log/php-slow.log:12"
}

// SlowCall is a function and the line that calls it.
type SlowCall struct {
	Name string // "mysqli_query()"
	Place
}

// maxSlowLog is how much of a slow log's end is read.
const maxSlowLog = 128 << 10

// SlowTraces are what a pool noted of its slow requests in the window of the run, oldest first; none where it notes none.
func (f *Facts) SlowTraces(pool *phpfpm.Pool) ([]SlowTrace, error) {
	name := pool.Absolute(pool.Get("slowlog").Text)
	if name == "" || pool.Get("request_slowlog_timeout").Duration() <= 0 {
		return nil, nil
	}
	return Memo(f, "slow log "+pool.Name+" "+name, func() ([]SlowTrace, error) {
		text, first, err := f.endOf(name, maxSlowLog)
		if err != nil {
			return nil, err
		}
		return slowTraces(text, name, first, pool.Name, errlog.NewParser(f.zone()), f.Host.Now().Add(-f.Since)), nil
	})
}

// endOf is the end of a log and the number of its first line; no log is an empty one.
func (f *Facts) endOf(name string, most int64) (string, int, error) {
	file, err := f.Host.Root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", 1, nil
	}
	if err != nil {
		return "", 0, err
	}
	defer file.Close()
	text, err := f.Host.Root.Tail(name, most)
	if err != nil {
		return "", 0, err
	}
	return text, lineNumber(file, max(0, file.Size()-int64(len(text)))), nil
}

// slowTraces reads entries as fpm_php_trace.c writes them: a head, the script, and a line per call.
func slowTraces(text, file string, number int, pool string, p *errlog.Parser, since time.Time) []SlowTrace {
	var out []SlowTrace
	mine := false // the entry is of this pool: several may write into one file
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		at := number
		number++
		switch {
		case strings.HasPrefix(line, "[0x"):
			if c, ok := slowCall(line); ok && mine && len(out) > 0 {
				out[len(out)-1].Calls = append(out[len(out)-1].Calls, c)
			}
		case strings.HasPrefix(line, "["):
			ev := p.Parse(line)
			_, pid, _ := strings.Cut(line, "] pid ")
			n, err := strconv.Atoi(strings.TrimSpace(pid))
			mine = err == nil && ev.Source == errlog.FPMSlow && ev.Name == pool && !ev.Time.Before(since)
			if mine {
				out = append(out, SlowTrace{Time: ev.Time, PID: n, Source: fmt.Sprintf("%s:%d", file, at)})
			}
		case mine && strings.HasPrefix(line, "script_filename = "):
			out[len(out)-1].Script = strings.TrimPrefix(line, "script_filename = ")
		}
	}
	return out
}

// slowCall reads "[0x00007f] load_rates() /var/www/shop/slow.php:1"; of an inner function PHP-FPM may say "unknown:0".
func slowCall(line string) (SlowCall, bool) {
	_, rest, ok := strings.Cut(line, "] ")
	name, at, ok2 := strings.Cut(rest, "() ")
	if !ok || !ok2 || name == "" {
		return SlowCall{}, false
	}
	c := SlowCall{Name: name + "()"}
	if i := strings.LastIndexByte(at, ':'); i > 0 && strings.HasPrefix(at, "/") {
		c.File = at[:i]
		c.Line, _ = strconv.Atoi(at[i+1:]) // 0: it says no line
	}
	return c, true
}
