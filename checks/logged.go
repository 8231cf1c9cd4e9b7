package checks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// logged is a check on what the gateway's log says of a hop: live when our own question brought the line about,
// else something that comes and goes, or history.
func logged(kinds []errlog.Kind, judge func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return perHop(loggedHop(kinds, judge))
}

// loggedBy is logged for lines that one kind of gateway alone writes: at another's hops it has nothing to look for.
func loggedBy(gateway string, kinds []errlog.Kind, judge func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	look := loggedHop(kinds, judge)
	return perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
		if l.Site.Gateway.Kind != gateway {
			return nil
		}
		return look(ctx, f, l)
	})
}

func loggedHop(kinds []errlog.Kind, judge func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding) func(context.Context, *sysinfo.Facts, *live) *Finding {
	return func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
		line, now, ok := l.has(kinds...)
		if !ok {
			if found := unheard(ctx, f, l.Site); found != nil {
				return found
			}
			if file := lost(ctx, f, l.Site); file != "" {
				return &Finding{Status: Unknown, Summary: file + " does not exist, so it tells nothing"}
			}
			return pass(fmt.Sprintf("no such line in %s's log for %s", l.From, Span(f.Since)))
		}
		found := judge(ctx, f, l, line)
		if found == nil || found.Status != Skip {
			return found
		}
		found.Status = Fail
		if !now {
			if found.When, found.Status = l.comesAndGoes(line); found.Status == Fail && (l.mended(line, found.Where.File) || l.madeGood(ctx, f, kinds...)) {
				found.Status = Warn
			}
			if n := l.count(kinds...); n > 1 {
				found.Summary = fmt.Sprintf("%s (%d times, last %s)", found.Summary, n, line.Time.Format("15:04:05"))
			}
		}
		if !hasLine(found.Evidence, line) {
			found.Evidence = append([]Evidence{quoteLine(line)}, found.Evidence...)
		}
		return found
	}
}

// Unheard says why the log in which a site's gateway complains names no failure, where that tells nothing: it could not be read, or is not kept.
func Unheard(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) (why string) {
	switch logs := complaintLogs(s); {
	case shut(ctx, f, s):
		return "only root may read its log"
	case unkept(s.Gateway, logs) != nil:
		return "it keeps no log of failures"
	}
	return ""
}

// ShutLog is the gateway of which only root may read what failed: that of the asked page or one behind it, and where
// no page was asked for, of any site. Empty where all could be read.
func ShutLog(ctx context.Context, f *sysinfo.Facts) string {
	if f.Host.UID == 0 {
		return ""
	}
	sites := f.Sites(ctx)
	if t := f.Target(ctx); f.URL != "" && t != nil {
		sites = []*sysinfo.Site{t}
		for _, h := range t.Hops {
			sites = append(sites, f.Beyond(ctx, h)...)
		}
	}
	for _, s := range sites {
		if shut(ctx, f, s) {
			return s.Gateway.Title()
		}
	}
	return ""
}

// shut says that only root may read the log in which a site's gateway complains.
func shut(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) bool {
	return unread(ctx, f, complaintLogs(s)) != nil || memoryShut(ctx, f, s) != nil
}

// memoryShut says that a site's gateway keeps what it complains of in memory (Varnish), which only root may read here.
func memoryShut(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	logs, err := f.Logs(ctx)
	if err != nil || s.Gateway.Kind != "varnish" {
		return nil
	}
	for _, r := range logs.Read {
		if r.Path == sysinfo.VarnishMemory && errors.Is(r.Err, sysinfo.ErrNeedsRoot) {
			return &Finding{Status: Unknown, Summary: why(r.Err)}
		}
	}
	return nil
}

// unheard says that what a site's gateway complains of cannot be known from a log: it could not be read, or is not kept.
func unheard(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	if found := unread(ctx, f, complaintLogs(s)); found != nil {
		return found
	}
	if found := memoryShut(ctx, f, s); found != nil {
		return found
	}
	return unkept(s.Gateway, complaintLogs(s))
}

// complaintLogs are the logs in which a site's gateway complains: the site's own, or else those of the whole gateway.
func complaintLogs(s *sysinfo.Site) []sysinfo.LogFile {
	if slices.ContainsFunc(s.Logs, func(l sysinfo.LogFile) bool { return l.Kind != "access" }) {
		return s.Logs
	}
	return s.Gateway.Logs
}

// unkept says that none of these logs keeps what fails at an upstream; nil where one does. HAProxy has no log but one that is asked for.
func unkept(g *sysinfo.Gateway, logs []sysinfo.LogFile) *Finding {
	var at sysinfo.Place
	for _, l := range logs {
		switch {
		case l.Kind == "access":
		case !l.Deaf:
			return nil
		default:
			at = l.Where
		}
	}
	if !at.Known() && g.Kind != "haproxy" {
		return nil
	}
	found := &Finding{Status: Unknown, Summary: g.Title() + " keeps no log of what fails"}
	if at.Known() {
		found.Summary += " (" + at.String() + ")"
	}
	return found
}

// lost is the only log in which a site's gateway complains, where it was moved or deleted; empty where one is there.
func lost(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) (file string) {
	logs, err := f.Logs(ctx)
	if err != nil {
		return ""
	}
	for _, want := range complaintLogs(s) {
		for _, r := range logs.Read {
			if r.Named != want.Path || want.Kind == "access" {
				continue
			}
			if !errors.Is(r.Err, fs.ErrNotExist) {
				return ""
			}
			file = want.Path
		}
	}
	return file
}

// unread says that a log which would tell could not be read; nil when all could, or none is there.
func unread(ctx context.Context, f *sysinfo.Facts, logs []sysinfo.LogFile) *Finding {
	shut, err := sysinfo.Memo(f, "unread logs", func() (map[string]error, error) {
		all, err := f.Logs(ctx)
		if err != nil {
			return nil, err
		}
		shut := map[string]error{}
		for _, r := range all.Read {
			if r.Err != nil && !errors.Is(r.Err, fs.ErrNotExist) {
				shut[r.Named] = r.Err
			}
		}
		return shut, nil
	})
	if err != nil {
		return &Finding{Status: Unknown, Summary: why(err)}
	}
	for _, want := range logs {
		if err := shut[want.Path]; err != nil && want.Kind != "access" {
			return &Finding{Status: Unknown, Summary: why(err)}
		}
	}
	return nil
}

func hasLine(ev []Evidence, line sysinfo.LogLine) bool {
	for _, e := range ev {
		if e.Source == line.Source {
			return true
		}
	}
	return false
}

func uriOf(line sysinfo.LogLine) string {
	if line.URI == "" {
		return "a page"
	}
	return sysinfo.Question{URI: line.URI}.Path()
}

func kib(n int) string { return fmt.Sprintf("%dk", n>>10) }

func shorten(s string) string {
	if len(s) > 120 {
		return s[:120] + "…"
	}
	return s
}
