package sysinfo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo/errlog"
)

// lastKept is how many of a group's latest lines are kept whole.
const lastKept = 24

type groupKey struct {
	kind           errlog.Kind
	upstream, site string
	good           bool
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
		if isOurs(line) || l.mine.made(ev) {
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
	key := groupKey{ev.Kind, ev.Upstream.Address, ev.Site(), ev.MadeGood}
	if key.upstream == "" {
		key.upstream = ev.Name
	}
	g := l.index[key]
	if g == nil {
		if len(l.Groups) >= maxGroups {
			return
		}
		g = &LogGroup{Kind: ev.Kind, Upstream: strings.Clone(key.upstream), Site: strings.Clone(key.site), MadeGood: ev.MadeGood, First: ev.Time, Minutes: map[int64]int{}}
		l.index[groupKey{ev.Kind, g.Upstream, g.Site, g.MadeGood}] = g
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
	g.Latest = append(g.Latest, LogLine{Event: ev, Source: source, Text: string(line[:min(len(line), 2000)])})
}
