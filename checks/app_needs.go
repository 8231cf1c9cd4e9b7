package checks

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// neighbours are the services that apps connect to when they start, by their port and by how errors name them.
var neighbours = []struct{ word, units *regexp.Regexp }{
	{regexp.MustCompile(`(?i)\b6379\b|redis`), regexp.MustCompile(`^(redis|valkey)`)},
	{regexp.MustCompile(`(?i)\b5432\b|postgres|psycopg`), regexp.MustCompile(`^postgresql`)},
	{regexp.MustCompile(`(?i)\b3306\b|mysql|mariadb`), regexp.MustCompile(`^(mariadb|mysql)`)},
	{regexp.MustCompile(`(?i)\b11211\b|memcache`), regexp.MustCompile(`^memcached`)},
	{regexp.MustCompile(`(?i)\b27017\b|mongo`), regexp.MustCompile(`^mongo`)},
	{regexp.MustCompile(`(?i)\b5672\b|amqp|rabbitmq`), regexp.MustCompile(`^rabbitmq`)},
	{regexp.MustCompile(`(?i)\b9200\b|elasticsearch`), regexp.MustCompile(`^(elasticsearch|opensearch)`)},
}

var refusedWords = regexp.MustCompile(`(?i)connection refused|ECONNREFUSED|can't connect|could not connect|ConnectionError|OperationalError`)

// missedService is the service of this machine that an app could not connect to when it started: its own last words
// speak of a refused connection and name the service or its port, and the service is down.
func missedService(ctx context.Context, f *sysinfo.Facts, lines []sysinfo.JournalLine) (sysinfo.Unit, bool) {
	words := strings.Builder{}
	refused := false
	for _, l := range lines[max(0, len(lines)-80):] {
		refused = refused || refusedWords.MatchString(l.Text)
		words.WriteString(l.Text + "\n")
	}
	all, err := f.Services(ctx)
	if err != nil || !refused {
		return sysinfo.Unit{}, false
	}
	for _, n := range neighbours {
		if !n.word.MatchString(words.String()) {
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

// startBefore names the service that an app missed, and starts it before the app.
func startBefore(ctx context.Context, f *sysinfo.Facts, found *Finding, u, missed sysinfo.Unit) {
	found.Summary += fmt.Sprintf(": it connects to %s, which does not run", unitWord(missed.Name))
	found.Where = sysinfo.Place{File: missed.Fragment}
	found.Evidence = append(found.Evidence, unitSays(missed))
	found.Evidence = append(found.Evidence, lastWords(ctx, f, missed)...)
	x := Fix{Title: fmt.Sprintf("Start %s, then %s", unitWord(missed.Name), unitWord(u.Name)), Risk: Low, Undo: missed.Command("stop")}
	x.Steps = append(x.Steps, startUnit(missed).Steps...)
	x.Steps = append(x.Steps, startUnit(u).Steps...)
	found.Fix = x
}
