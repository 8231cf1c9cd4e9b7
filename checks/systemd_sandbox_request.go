package checks

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// requestWall is a hardening setting that lets an app start and listen, and keeps it from a file that it wants for a page: it says so at the very
// second of that page, which it answers with 500, or not at all.
func requestWall(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	at, failed := failedPage(l)
	if l.Scheme == "fastcgi" || !failed {
		return nil
	}
	u := appUnit(ctx, f, l)
	words, err := f.Words(ctx, u)
	if err != nil || u.Name == "" || u.Manager != "" || !u.Running() {
		return nil
	}
	for _, w := range reversed(words) {
		if !within(w.Time, at, 2*time.Second) || ofARequest.MatchString(w.Text) {
			continue
		}
		if found := leftAlone(f, l, u, w); found != nil {
			return withLine(found, l, errlog.PrematureClose, errlog.ReadReset)
		}
		o := wallSaid(ctx, f, u, w)
		if o == nil || !o.veil {
			continue
		}
		found := &Finding{Status: l.broken(), Confidence: 0.96, Summary: fmt.Sprintf("the app at %s fails at its pages: %s", l.Address(), o.says),
			Covers:   []ID{"upstream-returned-5xx", "upstream-premature-close", "haproxy-bad-response", "cache-unusable"},
			Evidence: []Evidence{unitSays(u), passLine(l)}}
		o.show(found)
		found.Fix = o.clear(Fix{Title: "Loosen the wall around " + unitWord(u.Name), Risk: Medium}).
			Do("Start it anew: a sandbox is put up at the start only", "%s%s", anew(u), warmUp(u))
		return withLine(found, l, errlog.PrematureClose, errlog.ReadReset)
	}
	return nil
}

var peerAbsent = whenAsked(`(?i)connection refused|ECONNREFUSED|network is unreachable|ENETUNREACH`)

// leftAlone: an app that is asked by its socket has a network of its own, where nobody is whom it asks itself.
func leftAlone(f *sysinfo.Facts, l *live, u sysinfo.Unit, w sysinfo.JournalLine) *Finding {
	if u.Props["PrivateNetwork"] != "yes" || l.Unix == "" || !peerAbsent.MatchString(w.Text) {
		return nil
	}
	found := &Finding{Status: l.broken(), Confidence: 0.96, Summary: fmt.Sprintf("the app at %s fails at its pages: PrivateNetwork=yes of %s leaves it alone in a network of its own, and whom it asks is not there", l.Address(), u.Name),
		Covers:   []ID{"upstream-returned-5xx", "upstream-premature-close", "haproxy-bad-response", "cache-unusable", "mysql-down"},
		Evidence: []Evidence{{Source: w.Source, Text: w.Text, Time: w.Time}, unitSays(u), passLine(l)}}
	found.blameNetwork(f, u)
	found.Fix = machineNetwork(f, u)
	return found
}

// failedPage is when the page of this run was answered with 500 by the app, or was asked for and never answered.
func failedPage(l *live) (time.Time, bool) {
	if line, _, ok := l.has(errlog.PrematureClose, errlog.ReadReset); ok && !line.Time.IsZero() {
		return line.Time, true
	}
	if l.answer != nil && l.answer.Status >= http.StatusInternalServerError && l.hit {
		return l.answer.At, true
	}
	return time.Time{}, false
}

// wallSaid is the setting that a program's words about a file come from.
func wallSaid(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, w sysinfo.JournalLine) *obstacle {
	o := &obstacle{where: execPlace(f, u), evidence: []Evidence{{Source: w.Source, Text: w.Text, Time: w.Time}}}
	if file := notWritten(u, w.Text); file != "" {
		return readOnlyFor(ctx, f, u, o, file)
	}
	for _, c := range complaints {
		if m := c.FindStringSubmatch(w.Text); m != nil {
			if hidden := hiddenFrom(ctx, f, u, o, path.Clean(m[1]), w.Text); hidden != nil {
				return hidden
			}
		}
	}
	return nil
}
