package checks

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

var (
	cheaperSaid   = whenAsked(`invalid cheaper value: must be lower than processes`)
	cheaperLine   = whenAsked(`^\s*cheaper(?:-initial|-step)?\s*[=:]\s*(\d+)\s*$`)
	cheaperItself = whenAsked(`^\s*cheaper\s*[=:]\s*(\d+)\s*$`)
	processesLine = whenAsked(`^\s*(?:processes|workers)\s*[=:]\s*(\d+)\s*$`)
)

// cheaperTooMany: uWSGI shall keep at least as many workers as it may ever have (cheaper), and ends at its start (core/uwsgi.c). The two numbers stand in
// different files, mostly.
func cheaperTooMany(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	said := lastSaid(recent(lines), cheaperSaid)
	if err != nil || said == nil || !fails(u) {
		return nil
	}
	var cheaper, most written
	files := commandFiles(f, &live{}, u)
	for _, file := range reversed(files) { // what counts first stands first
		if w, ok := lastLineWith(f, file, cheaperItself, "#", ";"); ok {
			cheaper = w
		}
		if w, ok := lastLineWith(f, file, processesLine, "#", ";"); ok {
			most = w
		}
	}
	if len(cheaper.match) == 0 {
		return nil
	}
	n := 1 // uWSGI's own number
	if len(most.match) > 0 {
		n, _ = strconv.Atoi(most.match[1]) // digits alone
	}
	r := f.Host.Root
	o := &obstacle{where: cheaper.place, says: fmt.Sprintf("%s is not lower than its %s", strings.TrimSpace(cheaper.match[0]), plural(n, "worker", "workers"))}
	o.evidence = []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}, lineOf(r, cheaper.place)}
	if len(most.match) > 0 {
		o.evidence = append(o.evidence, lineOf(r, most.place))
	}
	o.clear = func(x Fix) Fix {
		var undo []string
		for at, line := range linesIn(r, cheaper.place.File) {
			m := cheaperLine.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			has, _ := strconv.Atoi(m[1]) // digits alone
			switch {
			case n <= 1:
				x = x.Do("One worker cannot be fewer: leave it out", "%s", commentOut(r, at))
			case has >= n:
				x = x.Do(fmt.Sprintf("Fewer than its %d workers", n), "%s", replace(r, at, strings.TrimSpace(line), strings.TrimSuffix(strings.TrimSpace(line), m[1])+strconv.Itoa(n-1)))
			default:
				continue
			}
			undo = append(undo, setLine(r, at, strings.TrimSpace(line)))
		}
		x.Undo = undoAll(undo)
		return x.Tell("Or give it more workers (processes%s), if the memory is there for them", atPlace(most.place))
	}
	return o
}

// atPlace is " at FILE:LINE", and nothing of a place that is not known.
func atPlace(p sysinfo.Place) string {
	if !p.Known() {
		return ""
	}
	return " at " + p.String()
}
