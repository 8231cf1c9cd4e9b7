package checks

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// timesUp are PostgreSQL's words when it ends a statement, or a connection, because a line of its settings gives it no more time.
var timesUp = []struct {
	says      pattern
	key, what string
}{
	{whenAsked(`canceling statement due to statement timeout`), "statement_timeout", "ends each statement after"},
	{whenAsked(`canceling statement due to lock timeout`), "lock_timeout", "lets a statement wait for a lock no longer than"},
	{whenAsked(`terminating connection due to idle-in-transaction timeout`), "idle_in_transaction_session_timeout", "ends a transaction that rests for"},
	{whenAsked(`terminating connection due to idle-session timeout`), "idle_session_timeout", "ends a connection that rests for"},
}

// shortest is a time in milliseconds with which no app gets on; a longer one may be meant, and then the statement is slow.
const shortest = 1000

// endedEarly: a line of PostgreSQL's settings gives statements, or connections, so little time that the app's own come to nothing.
func endedEarly(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	if _, fails := failsNow(ctx, f, s); !fails {
		return nil
	}
	for _, c := range timesUp {
		line, ok := serviceLine(ctx, f, s, c.says.MatchString)
		for _, l := range f.Fresh(ctx, s) {
			if !ok && c.says.MatchString(ownPart(l.Text)) && s.Wrote(&l) {
				line, ok = l, true
			}
		}
		u, here := storeHere(ctx, f, s, "postgres", ownPart(line.Text))
		at := storeSetting(f, u, c.key)
		text := configLine(f.Host.Root, at)
		ms, known := pgTime(settingWord(text))
		if !ok || !here || !at.Known() || !known || ms <= 0 || ms >= shortest {
			continue
		}
		found := &Finding{Status: Fail, Confidence: 0.95, Where: at, Covers: storeCovers, Summary: fmt.Sprintf("%s %s %d ms (%s): the page fails", unitWord(u.Name), c.what, ms, c.key),
			Evidence: []Evidence{quoteLine(line), lineOf(f.Host.Root, at)}}
		again := "systemctl reload " + sh(unitWord(u.Name))
		x := Fix{Title: "Give the app's statements their time", Risk: Medium, Undo: setLine(f.Host.Root, at, text) + "; " + again}
		found.Fix = x.Tell("A number without a unit counts milliseconds: if seconds were meant, write %s's unit behind it (s) instead", c.key).
			Do("Take the line out: by itself there is no limit", "%s", commentOut(f.Host.Root, at)).
			Do("Let PostgreSQL read it; nobody is disconnected", "%s && sleep 1", again)
		return found
	}
	return nil
}

// pgTime reads a time as PostgreSQL's settings have it, in milliseconds ("Parameter Names and Values").
func pgTime(text string) (int, bool) {
	unit := map[string]int{"": 1, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000}
	number := strings.TrimRight(text, "mshin ")
	n, err := strconv.Atoi(number)
	factor, ok := unit[strings.TrimSpace(strings.TrimPrefix(text, number))]
	return n * factor, err == nil && ok
}
