package checks

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
	"fix502/sysinfo/varnish"
)

// checkBehind: the page of a health check is one by which the app says whether it has all that it needs, and it says 5xx because a database, a cache or
// a service of this machine is missing. The check is right then, and what it misses is to be brought back.
func checkBehind(ctx context.Context, f *sysinfo.Facts, l *live, page string, status int, found *Finding) (Fix, bool) {
	if status < 500 || l.Scheme != "http" {
		return Fix{}, false
	}
	u := appUnit(ctx, f, l)
	body := ""
	if a, err := l.pageOfApp(ctx, f, page); err == nil && a.Status >= 500 {
		body = firstText(a.Body)
	}
	if !storeOfCheck(ctx, f, l, u, found) && !missedByCheck(ctx, f, u, page, body, found) {
		return Fix{}, false
	}
	x := found.Fix.Do(fmt.Sprintf("Give %s's checks time to pass", l.From), "sleep %d", int(nextCheck(l).Seconds()))
	x.settles = true
	return x, true
}

// storeOfCheck: a database or cache that the app's own settings name cannot be used.
func storeOfCheck(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) bool {
	for _, s := range f.Stores(ctx) {
		if s.Site != l.Site || s.Unit != u.Name || u.Name == "" {
			continue
		}
		if why := storeTrouble(ctx, f, s); why != nil && len(why.Fix.Steps) > 0 {
			found.Summary += ": " + why.Summary
			found.Where, found.Fix = why.Where, why.Fix
			found.Evidence = append(found.Evidence, why.Evidence...)
			return true
		}
	}
	return false
}

// missedByCheck: the page itself, or the app's own words of this minute, speak of a service of this machine that does not run.
func missedByCheck(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, page, body string, found *Finding) bool {
	said := Evidence{Source: "GET " + page, Text: Quote(body)}
	all, err := f.Services(ctx)
	missed, ok := sysinfo.Unit{}, false
	if lines := wordsOfHere(f, []sysinfo.JournalLine{{Text: body}}); err == nil && len(lines) > 0 {
		missed, ok = idleNeighbour(all, lines[0].Text)
	}
	words, _ := f.Words(ctx, u) // none: the page may have told
	now := slices.DeleteFunc(slices.Clone(latest(words)), func(l sysinfo.JournalLine) bool { return f.Host.Now().Sub(l.Time) > time.Minute })
	if !ok {
		missed, ok = missedService(ctx, f, u, now)
		for _, line := range now {
			if refusedWords.MatchString(line.Text) {
				said = Evidence{Source: line.Source, Text: Quote(line.Text), Time: line.Time}
			}
		}
	}
	if !ok {
		return false
	}
	found.Evidence = append(found.Evidence, said)
	startMissed(ctx, f, found, missed)
	return true
}

// nextCheck is how long a gateway may take until it has seen that an app is well again: so many checks, so far apart, as its settings say.
func nextCheck(l *live) time.Duration {
	every, checks := 30*time.Second, 1 // Apache's hcinterval, Caddy's health_interval, Traefik's interval, where nothing is said
	switch x := l.Extra.(type) {
	case haproxy.Server:
		every, checks = 2*time.Second, 2
		if d := haproxy.Duration(x.Full.After("inter")); d > 0 {
			every = d
		}
		if n, err := strconv.Atoi(x.Full.After("rise")); err == nil {
			checks = n
		}
	case *varnish.Backend:
		every, checks = 5*time.Second, 3
		if set, ok := x.ProbeValue("interval"); ok {
			every = probeWait(set.Text)
		}
		if set, ok := x.ProbeValue("threshold"); ok {
			checks, _ = strconv.Atoi(set.Text)
		}
	case sysinfo.CaddyHop:
		if d, err := time.ParseDuration(x.Pass.Settings["health_interval"].Text); err == nil {
			every = d
		}
	case sysinfo.ApacheHop:
		if n, err := strconv.Atoi(x.Pass.Param(x.Target, "hcinterval").Value); err == nil {
			every = time.Duration(n) * time.Second
		}
	}
	return min(max(every*time.Duration(checks)+2*time.Second, 5*time.Second), 2*time.Minute)
}
