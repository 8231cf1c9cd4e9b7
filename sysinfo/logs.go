package sysinfo

import (
	"context"
	"strings"
	"time"

	"fix502/sysinfo/errlog"
)

// Logs is what the logs say of the window.
type Logs struct {
	Read   []LogRead
	Groups []*LogGroup // by first appearance
	index  map[groupKey]*LogGroup
	sizes  map[string]int64
	Total  int           // requests in the access logs
	Failed map[int64]int // 5xx of the access logs per minute, by Unix second of its start
	Asked  map[int64]int // all requests per minute

	mine *questions          // what this process asked
	own  []asking            // our own requests, in access logs
	each map[string]requests // by the path of the access log
}

// LogRead is one log and how it went.
type LogRead struct {
	LogFile        // as the machine has it
	Named   string // as the gateway names it
	Lines   int
	Bytes   int64
	Cut     bool // the window is longer than what was read
	Err     error
}

// LogGroup is one kind of line about one upstream of one site.
type LogGroup struct {
	Kind     errlog.Kind
	Upstream string // "unix:/run/php/php8.2-fpm.sock"; the pool or unit for lines of other programs
	Site     string
	MadeGood bool // by the log's own word, the visitors got their pages in another try
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
	Ours   bool // of a request of our own, of a former run's say
}

// Logs reads every log that the configurations name, and PHP-FPM's own, within the window.
func (f *Facts) Logs(ctx context.Context) (*Logs, error) {
	return f.logs.get(func() (*Logs, error) {
		l := newLogs()
		l.mine = f.Host.asked
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
		f.readVarnishLog(ctx, l, since)
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
		if (strings.HasPrefix(l.Path, "/") && !strings.HasPrefix(l.Path, "/dev/") || strings.HasPrefix(l.Path, "journal:")) && !seen[r.LogName(l.Path)] {
			seen[r.LogName(l.Path)] = true
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
