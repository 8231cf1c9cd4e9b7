package sysinfo

import (
	"context"
	"strings"
	"time"

	"fix502/sysinfo/errlog"
)

// journalLines is how many of a gateway's messages are read at the most, the latest.
const journalLines = "20000"

// readJournal takes in what a gateway wrote to the journal instead of a file.
func (f *Facts) readJournal(ctx context.Context, l *Logs, lf LogFile, unit string) {
	read := LogRead{LogFile: lf, Named: lf.Path}
	lines, source, err := f.unitSaid(ctx, unit, journalLines)
	if read.Err = err; err == nil {
		read.Lines = len(lines)
		l.journal(lf, source, lines, f.zone())
	}
	l.Read = append(l.Read, read)
}

// unitSaid are the last lines that a unit wrote to the journal, or a container to its engine, and the command that shows them.
func (f *Facts) unitSaid(ctx context.Context, unit, most string) ([]JournalLine, string, error) {
	if u, ok := f.Unit(ctx, unit); ok && u.Contained() {
		lines, err := f.containerLines(ctx, u, containerLines)
		return lines, u.Log(), err
	}
	lines, err := f.journalctl(ctx, "-u", unit, "-n", most)
	return lines, "journalctl -u " + strings.TrimSuffix(unit, ".service"), err
}

func (l *Logs) journal(lf LogFile, source string, lines []JournalLine, zone *time.Location) {
	p := errlog.NewParser(zone)
	for _, j := range lines {
		for text := range strings.Lines(j.Text) {
			text = strings.TrimRight(text, "\n")
			ev := p.Parse(text)
			if ev.Kind == errlog.Unknown {
				continue
			}
			if ev.Time.IsZero() {
				ev.Time = j.Time
			}
			l.keep(lf, ev, source, []byte(text))
		}
	}
}

// freshJournal are the messages since the first question to a site.
func (f *Facts) freshJournal(ctx context.Context, s *Site, lf LogFile, unit string) []LogLine {
	asked := f.Answers(ctx, s)
	if len(asked) == 0 {
		return nil
	}
	lines, source, err := f.unitSaid(ctx, unit, "200")
	if err != nil {
		return nil
	}
	from := asked[0].At
	if u, ok := f.Unit(ctx, unit); ok && u.Contained() {
		from = from.Truncate(time.Second) // its lines tell no more of it
	}
	var since []JournalLine
	for _, j := range lines {
		if !j.Time.Before(from) {
			since = append(since, j)
		}
	}
	l := newLogs()
	l.journal(lf, source, since, f.zone())
	var out []LogLine
	for _, g := range l.Groups {
		out = append(out, g.Latest...)
	}
	return out
}
