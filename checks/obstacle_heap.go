package checks

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

// A heap is the memory that a runtime gives an app at most, where somebody set it by hand.
type heap struct {
	full, option pattern
	runtime      string
}

// heaps are Node's (node --v8-options) and Java's (java -X).
var heaps = []heap{
	{whenAsked(`Reached heap limit|JavaScript heap out of memory`), whenAsked(`--max[-_]old[-_]space[-_]size=\d+`), "Node"},
	{whenAsked(`java\.lang\.OutOfMemoryError: (Java heap space|GC overhead limit)`), whenAsked(`-Xmx\d+[kKmMgG]?`), "Java"},
}

// smallHeap: the app ends for want of memory within a limit of its runtime's that a line of the unit sets.
func smallHeap(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	if err != nil || u.Manager != "" || !fails(u) {
		return nil
	}
	for _, h := range heaps {
		said := lastSaid(recent(lines), h.full)
		if said == nil {
			continue
		}
		for _, at := range heapPlaces(f, u, h) {
			text := configLine(f.Host.Root, at)
			word := h.option.FindString(text)
			if word == "" || strings.Count(text, word) != 1 || !strings.HasPrefix(at.File, "/etc/") {
				continue
			}
			o := &obstacle{where: at, says: fmt.Sprintf("its memory is full at %s, which a line of its own sets", word)}
			o.evidence = []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}, {Source: at.String(), Text: word}}
			o.clear = func(x Fix) Fix { return heapFreed(f, at, x, h, word) }
			return o
		}
	}
	return nil
}

// heapPlaces are the lines of a unit, the last first, and those of its environment files that set a limit.
func heapPlaces(f *sysinfo.Facts, u sysinfo.Unit, h heap) []sysinfo.Place {
	var out []sysinfo.Place
	for _, l := range reversed(f.UnitLines(u)) {
		out = append(out, l.Place)
	}
	for _, s := range settingFiles(f, u) {
		if w, ok := lastLineWith(f, s.name, h.option, "#", ";"); ok && s.systemd {
			out = append(out, w.place)
		}
	}
	return out
}

// heapFreed takes the limit out: by itself a runtime takes a share of what the machine has.
func heapFreed(f *sysinfo.Facts, at sysinfo.Place, x Fix, h heap, word string) Fix {
	line := configLine(f.Host.Root, at)
	if regexp.MustCompile(`^(Environment="?)?\w+="?` + regexp.QuoteMeta(word) + `"*\s*$`).MatchString(line) {
		x.Undo = setLine(f.Host.Root, at, line) + "; systemctl daemon-reload"
		x = x.Do(fmt.Sprintf("Let %s take its usual share of the machine's memory", h.runtime), "%s", commentOut(f.Host.Root, at))
		return daemonReload(x)
	}
	before := wordBefore(line, word) // never the whole line: a password may stand on it
	x.Undo = replace(f.Host.Root, at, before, before+word) + "; systemctl daemon-reload"
	return daemonReload(x.Do(fmt.Sprintf("Let %s take its usual share of the machine's memory", h.runtime), "%s", replace(f.Host.Root, at, before+word, before)))
}
