package checks

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// neighbours are the services that apps connect to when they start, by their port and by how errors name them.
var neighbours = []struct{ word, units pattern }{
	{whenAsked(`(?i)\b6379\b|redis`), whenAsked(`^(redis|valkey)`)},
	{whenAsked(`(?i)\b5432\b|postgres|psycopg`), whenAsked(`^postgresql`)},
	{whenAsked(`(?i)\b3306\b|mysql|mariadb`), whenAsked(`^(mariadb|mysql)`)},
	{whenAsked(`(?i)\b11211\b|memcache`), whenAsked(`^memcached`)},
	{whenAsked(`(?i)\b27017\b|mongo`), whenAsked(`^mongo`)},
	{whenAsked(`(?i)\b5672\b|amqp|rabbitmq`), whenAsked(`^rabbitmq`)},
	{whenAsked(`(?i)\b9200\b|elasticsearch`), whenAsked(`^(elasticsearch|opensearch)`)},
}

var refusedWords = whenAsked(`(?i)connection refused|ECONNREFUSED|can't connect|could not connect|ConnectionError|OperationalError`)

// missedService is the service of this machine that an app could not connect to when it started: its own last words
// speak of a refused connection and name the service or its port, and the service is down.
func missedService(ctx context.Context, f *sysinfo.Facts, app sysinfo.Unit, lines []sysinfo.JournalLine) (sysinfo.Unit, bool) {
	words := strings.Builder{}
	refused := false
	lines = wordsOfHere(f, lines[max(0, len(lines)-80):])
	for _, l := range lines {
		refused = refused || refusedWords.MatchString(l.Text)
		words.WriteString(l.Text + "\n")
	}
	all, err := f.Services(ctx)
	if err != nil || !refused {
		return sysinfo.Unit{}, false
	}
	if u, ok := idleNeighbour(all, words.String()); ok {
		return u, true
	}
	return idleAt(f, all, refusedPort(lines), app)
}

// idleNeighbour is the database, cache or queue that some words speak of and that does not run.
func idleNeighbour(all map[string]sysinfo.Unit, words string) (sysinfo.Unit, bool) {
	for _, n := range neighbours {
		if !n.word.MatchString(words) {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(all)) {
			u := all[name]
			if name == u.Name && n.units.MatchString(name) && !strings.Contains(name, "@") && u.Load != "not-found" && !u.Running() {
				return u, true
			}
		}
	}
	return sysinfo.Unit{}, false
}

// idleAt is the one service that does not run and whose own files name a port at which an app is refused.
func idleAt(f *sysinfo.Facts, all map[string]sysinfo.Unit, port int, app sysinfo.Unit) (missed sysinfo.Unit, ok bool) {
	h := &sysinfo.Hop{Scheme: "http", Host: "127.0.0.1", Port: port}
	for name, u := range all {
		if port == 0 || name != u.Name || u.Running() || u.Name == app.Name || u.Load == "not-found" || strings.Contains(name, "@") || u.Type() == "oneshot" || !f.Mentions(u, h) {
			continue
		}
		if callsPort(f, u, port) || onlyAsks(f, u, strconv.Itoa(port)) {
			continue
		}
		if ok {
			return sysinfo.Unit{}, false
		}
		missed, ok = u, true
	}
	return missed, ok
}

// callsPort says that a service's own files name a port as the address of somebody else: it asks there, and does not answer.
func callsPort(f *sysinfo.Facts, u sysinfo.Unit, port int) bool {
	calls := regexp.MustCompile(fmt.Sprintf(`://[^\s/]*:%d\b`, port))
	for _, l := range f.UnitLines(u) {
		if calls.MatchString(l.Value) {
			return true
		}
	}
	for _, s := range settingFiles(f, u) {
		for _, line := range linesIn(f.Host.Root, s.name) {
			if calls.MatchString(line) {
				return true
			}
		}
	}
	return false
}

// startBefore names the service that an app missed, and starts it before the app.
func startBefore(ctx context.Context, f *sysinfo.Facts, found *Finding, u, missed sysinfo.Unit) {
	startMissed(ctx, f, found, missed)
	found.Fix.Title = fmt.Sprintf("Start %s, then %s", unitWord(missed.Name), unitWord(u.Name))
	found.Fix.Steps = append(found.Fix.Steps, startUnit(u).Steps...)
}

// startMissed names the service that an app missed, and starts it.
func startMissed(ctx context.Context, f *sysinfo.Facts, found *Finding, missed sysinfo.Unit) {
	found.Summary += fmt.Sprintf(": it connects to %s, which does not run", unitWord(missed.Name))
	found.Where = sysinfo.Place{File: missed.Fragment}
	found.Evidence = append(found.Evidence, unitSays(missed))
	found.Evidence = append(found.Evidence, lastWords(ctx, f, missed)...)
	bringUp(ctx, f, missed, found) // it may not start as it is
	found.Fix.Title = "Start " + unitWord(missed.Name)
}

// storeInTheWay: an app that ends at its start cannot use the database or cache that its own settings name, though that runs:
// it listens elsewhere, wants another password, or has no room. The cause stays the app's; the place and the repair are there.
func storeInTheWay(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) bool {
	for _, s := range f.Stores(ctx) {
		if s.Unit != u.Name || s.Site != l.Site {
			continue
		}
		if standsInTheWay(ctx, f, u, s, found) {
			return true
		}
	}
	return false
}

// standsInTheWay asks one database or cache as that app does, and puts what it says into the finding.
func standsInTheWay(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, s *sysinfo.Store, found *Finding) bool {
	ask := storeTrouble(ctx, f, s)
	if ask == nil {
		return false
	}
	found.Summary += ": " + ask.Summary
	found.Where, found.Fix, found.Confidence = ask.Where, ask.Fix, max(found.Confidence, ask.Confidence)
	found.Evidence = append(found.Evidence, ask.Evidence...)
	startsAfter(u, &found.Fix)
	return true
}

// storeTrouble is why a database or cache cannot be used, asked with the app's own settings; nil where nobody could ask, or it is well.
func storeTrouble(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store) *Finding {
	said, err := f.Login(ctx, s)
	if err != nil || said.Trouble == "" {
		return nil
	}
	for _, ask := range []func(context.Context, *sysinfo.Facts, *sysinfo.Store, sysinfo.Login) *Finding{unreachable, turnedAway, noPlaceLeft, cacheTrouble} {
		if ask := ask(ctx, f, s, said); ask != nil && ask.Status == Fail {
			return ask
		}
	}
	return nil
}

// startsAfter lets a fix of what an app needs end in the start of the app. systemd counts failed starts, and refuses one too many.
func startsAfter(u sysinfo.Unit, x *Fix) {
	name := sh(unitWord(u.Name))
	does := slices.ContainsFunc(x.Steps, func(s Step) bool { return strings.Contains(s.Command, "restart "+name) })
	forgets := slices.ContainsFunc(x.Steps, func(s Step) bool { return strings.Contains(s.Command, "reset-failed "+name) })
	if u.Manager == "" && !forgets {
		forget := Fix{}.Do("Forget the app's failed starts", "systemctl reset-failed %s", name)
		x.Steps = append(forget.Steps, x.Steps...)
	}
	if !does {
		*x = x.Do("Start the app anew", "%s%s", u.Command("restart"), warmUp(u))
	}
}
