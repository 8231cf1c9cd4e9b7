package sysinfo

import (
	"context"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo/errlog"
)

// Fresh are the lines that a site's error logs have gained since Logs read them: what our own questions caused.
func (f *Facts) Fresh(ctx context.Context, s *Site) []LogLine {
	lines, _ := f.fresh.get(s, func() ([]LogLine, error) { // no line is an answer
		f.Answers(ctx, s)
		return slices.Concat(f.readFresh(ctx, s), f.unheard(ctx, s), f.scriptLog(ctx, s)), nil
	})
	return lines
}

func (f *Facts) readFresh(ctx context.Context, s *Site) []LogLine {
	failed := slices.ContainsFunc(f.Answers(ctx, s), func(a Answer) bool { return a.Status >= 500 || a.Cut != "" || a.Status == 0 && a.Err != nil })
	out := f.freshNow(ctx, s)
	for wait := 20 * time.Millisecond; failed && len(out) == 0 && s.journaled() && wait < 200*time.Millisecond && ctx.Err() == nil; wait *= 2 {
		time.Sleep(wait) // a line is on its way through the journal
		out = f.freshNow(ctx, s)
	}
	return out
}

// journaled says that the site's errors go to the journal.
func (s *Site) journaled() bool {
	return slices.ContainsFunc(append(slices.Clone(s.Logs), s.Gateway.Logs...), func(l LogFile) bool { return strings.HasPrefix(l.Path, "journal:") })
}

func (f *Facts) freshNow(ctx context.Context, s *Site) []LogLine {
	all, err := f.Logs(ctx)
	if err != nil {
		return nil
	}
	var out []LogLine
	seen := map[string]bool{}
	for _, lf := range append(slices.Clone(s.Logs), s.Gateway.Logs...) {
		name := s.Gateway.Root.LogName(lf.Path)
		if lf.Kind == "access" || seen[name] {
			continue
		}
		seen[name] = true
		if unit, ok := strings.CutPrefix(lf.Path, "journal:"); ok {
			out = append(out, f.freshJournal(ctx, s, lf, unit)...)
			continue
		}
		from, ok := all.sizes[name]
		if !ok {
			continue
		}
		out = append(out, freshLines(s.Gateway.Root, lf, from, f.zone())...)
	}
	return out
}

func freshLines(r Root, lf LogFile, from int64, zone *time.Location) []LogLine {
	file, err := openLog(r, &lf)
	if err != nil || file.Size() <= from || file.Size()-from > 4<<20 {
		return nil
	}
	defer file.Close()
	l := newLogs()
	if _, err := l.scan(file, lf, errlog.NewParser(zone), from, file.Size(), lineNumber(file, from), time.Time{}); err != nil {
		return nil
	}
	var out []LogLine
	for _, g := range l.Groups {
		out = append(out, g.Latest...)
	}
	return out
}
