package checks

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

// slowPages are what a pool's slow log tells of the pages that this is about.
type slowPages struct {
	file string
	all  []sysinfo.SlowTrace // the one that tells most is the last
	err  error
}

// slowPagesOf reads the slow log of the pool behind a hop, as far as keep lets its entries in.
func slowPagesOf(ctx context.Context, f *sysinfo.Facts, l *live, keep func(sysinfo.SlowTrace) bool) slowPages {
	_, pool := f.PoolOf(ctx, l.Hop)
	if pool == nil {
		return slowPages{}
	}
	all, err := f.SlowTraces(pool)
	return slowPages{pool.Absolute(pool.Get("slowlog").Text), slices.DeleteFunc(slices.Clone(all), func(t sysinfo.SlowTrace) bool { return len(t.Calls) == 0 || !keep(t) }), err}
}

// notesSlow says that a pool writes its slow requests down.
func notesSlow(pool *phpfpm.Pool) bool {
	return pool != nil && pool.Get("request_slowlog_timeout").Duration() > 0 && pool.Get("slowlog").Text != ""
}

// slowPagesNear are the entries around a failure, of the page's own script where its address names one. PHP-FPM notes a request when it has
// taken request_slowlog_timeout, and the gateway gives up when its own limit has passed: the entry that fits those best is the page's own.
func slowPagesNear(ctx context.Context, f *sysinfo.Facts, l *live, failed time.Time, took time.Duration, uri string) slowPages {
	_, pool := f.PoolOf(ctx, l.Hop)
	if pool == nil {
		return slowPages{}
	}
	noted := pool.Get("request_slowlog_timeout").Duration()
	script, _, _ := strings.Cut(uri, "?")
	s := slowPagesOf(ctx, f, l, func(t sysinfo.SlowTrace) bool {
		return within(t.Time, failed, max(took, noted)+3*time.Second) && (!strings.HasSuffix(script, ".php") || path.Base(script) == path.Base(t.Script))
	})
	likely := failed.Add(noted - took)
	slices.SortStableFunc(s.all, func(a, b sysinfo.SlowTrace) int {
		return cmp.Compare(b.Time.Sub(likely).Abs(), a.Time.Sub(likely).Abs())
	})
	return s
}

// ofWorkers keeps the entries of workers that are there now, the last of each.
func ofWorkers(workers []sysinfo.Proc) func(sysinfo.SlowTrace) bool {
	return func(t sysinfo.SlowTrace) bool {
		return slices.ContainsFunc(workers, func(p sysinfo.Proc) bool { return p.PID == t.PID && !t.Time.Before(p.Start.Truncate(time.Second)) })
	}
}

// add puts what the slow log says into a finding: the entry that tells most, and which functions how many requests waited in.
func (s slowPages) add(found *Finding) {
	if s.err != nil {
		found.Evidence = append(found.Evidence, Evidence{Source: s.file, Text: "PHP-FPM's slow log could not be read: " + why(s.err)})
		return
	}
	if len(s.all) == 0 {
		return
	}
	last := s.all[len(s.all)-1]
	found.Evidence = append(found.Evidence, Evidence{Source: last.Source, Time: last.Time, Text: traceSays(last)})
	if n := len(s.all); n > 1 {
		found.Evidence = append(found.Evidence, Evidence{Source: s.file, Text: fmt.Sprintf("%d slow requests: %s", n, countCalls(s.all))})
	}
	found.Summary += "; " + waitsIn(last)
	found.Fix = found.Fix.Tell("%s", lookAtCall(last))
}

// waitsIn is in one clause what a slow page waits in.
func waitsIn(t sysinfo.SlowTrace) string {
	if e, ok := wpPartOf(t); ok {
		return fmt.Sprintf("%s waits in %s", e, t.Calls[0].Name)
	}
	who := path.Base(t.Script)
	if own, ok := ownCall(t); ok {
		who = own.Name
	}
	return fmt.Sprintf("%s waits in %s", who, t.Calls[0].Name)
}

// ownCall is the site's own function that calls what the page waits in.
func ownCall(t sysinfo.SlowTrace) (sysinfo.SlowCall, bool) {
	for _, c := range t.Calls[1:] {
		if c.Known() && !strings.HasPrefix(c.Name, "[") && !strings.HasPrefix(c.Name, "require") && !strings.HasPrefix(c.Name, "include") {
			return c, true
		}
	}
	return sysinfo.SlowCall{}, false
}

// lookAtCall says where the call is that takes so long.
func lookAtCall(t sysinfo.SlowTrace) string {
	at := t.Calls[0]
	for _, c := range t.Calls {
		if c.Known() {
			at.Place = c.Place
			break
		}
	}
	text := fmt.Sprintf("Look at %s: the page waits there in %s. A call to another service wants a time limit of its own, a query an index", cmp.Or(at.Place.String(), t.Script), at.Name)
	if e, ok := wpPartOf(t); ok {
		text += fmt.Sprintf(". That is %s: ask its maker, or see whether the page is quick without it", e)
	}
	return text
}

// traceSays is an entry in one line: the script, and the calls from the innermost outwards.
func traceSays(t sysinfo.SlowTrace) string {
	calls := make([]string, 0, 4)
	for i, c := range t.Calls[:min(len(t.Calls), 4)] {
		if i > 0 && strings.HasPrefix(c.Name, "[") {
			break // [INCLUDE_OR_EVAL]: from here on files include each other
		}
		text := c.Name
		if c.Known() {
			text += " at " + c.Place.String()
		}
		calls = append(calls, text)
	}
	return t.Script + " waits in " + strings.Join(calls, ", called by ")
}

// countCalls says in which functions the requests waited, most frequent first.
func countCalls(all []sysinfo.SlowTrace) string {
	count := map[string]int{}
	for _, t := range all {
		count[waitsIn(t)]++
	}
	names := slices.SortedFunc(maps.Keys(count), func(a, b string) int { return cmp.Or(count[b]-count[a], strings.Compare(a, b)) })
	out := make([]string, 0, 4)
	for _, name := range names[:min(len(names), 4)] {
		out = append(out, fmt.Sprintf("%d× %s", count[name], name))
	}
	return strings.Join(out, ", ")
}

// wpPartPath is where WordPress keeps what was added to it; Bedrock calls the folder app.
var wpPartPath = whenAsked(`/(?:wp-content|app)/(mu-plugins|plugins|themes)/([^/]+)`)

// wpPartOf names the plugin or theme of WordPress whose code calls what a page waits in, the innermost one.
func wpPartOf(t sysinfo.SlowTrace) (string, bool) {
	for _, c := range t.Calls {
		if m := wpPartPath.FindStringSubmatch(c.File); m != nil {
			return strings.TrimSuffix(strings.TrimPrefix(m[1], "mu-"), "s") + " " + strings.TrimSuffix(m[2], ".php"), true
		}
	}
	return "", false
}
