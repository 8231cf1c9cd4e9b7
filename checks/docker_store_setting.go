package checks

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// redisRefuses is how Redis names the line of its configuration that it does not take (src/config.c, loadServerConfigFromString).
var redisRefuses = whenAsked(`Reading the configuration file, at line (?P<line>\d+)`)

// lineRefused: a cache's container ended at its start over one line of its configuration, which is a file of this machine: the place and the fix are that line's.
func lineRefused(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, u sysinfo.Unit, found *Finding) {
	lines, _ := f.Words(ctx, u) // unreadable: then it has no line
	_, quoted, m := refusedLine(lines, redisRefuses)
	if m == nil {
		return
	}
	at, _ := strconv.Atoi(m[1])
	for _, word := range strings.Fields(s.Of.Command) {
		out, ok := s.Of.Outside(word)
		if !ok || at == 0 || !strings.HasSuffix(word, ".conf") {
			continue
		}
		place := sysinfo.Place{File: out.Path, Line: at}
		line := configLine(f.Host.Root, place)
		if line == "" || line != quoted || QuoteConfig(line) != line || closes(line) {
			continue // another file by now, or a line that keeps strangers out, which only a person may take out
		}
		found.Where, found.Evidence = place, append(found.Evidence, lineOf(f.Host.Root, place))
		found.Summary += fmt.Sprintf("; it refuses a line of its configuration, %s", line)
		x := Fix{Title: "Take out the line that it refuses", Risk: Low, Undo: setLine(f.Host.Root, place, line)}
		found.Fix = x.Do("Take the line out (or correct it, if it is misspelt)", "%s", commentOut(f.Host.Root, place)).Do("Start it", "%s%s", u.Command("start"), warmUp(u))
		return
	}
}
