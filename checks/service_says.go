package checks

import (
	"context"
	"slices"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// serviceSays is the latest line in which the app of a failing site, a service of this machine that no gateway hears, told as we asked that its database is up
// and does not do what the app wants. That it was not reached others tell, by the app's own settings.
func serviceSays(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, kinds []errlog.Kind) (sysinfo.LogLine, bool) {
	if !slices.Contains(kinds, errlog.PHPFatal) {
		return sysinfo.LogLine{}, false
	}
	return serviceLine(ctx, f, s, func(text string) bool { return refusedByDatabase(text) || databaseReads(text) })
}

// serviceLine is the latest line of some words that the app of a failing site, a service of this machine, wrote as we asked.
func serviceLine(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, is func(text string) bool) (sysinfo.LogLine, bool) {
	if a, bad := failsNow(ctx, f, s); !bad || a.Status == 0 {
		return sysinfo.LogLine{}, false
	}
	for _, h := range s.Hops {
		u := f.AppFor(ctx, h).Unit
		if h.Scheme == "fastcgi" || u.Name == "" || u.Contained() || !u.Running() {
			continue
		}
		lines, err := f.Words(ctx, u)
		if err != nil {
			continue
		}
		for _, l := range reversed(latest(lines)) {
			if f.Host.Now().Sub(l.Time) < 15*time.Second && !ofARequest.MatchString(l.Text) && is(l.Text) {
				return sysinfo.LogLine{Event: errlog.Event{Kind: errlog.PHPFatal, Time: l.Time}, Source: l.Source, Text: l.Text}, true
			}
		}
	}
	return sysinfo.LogLine{}, false
}
