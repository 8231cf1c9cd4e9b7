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
		for _, l := range reversed(f.UnitLines(u)) {
			text := configLine(f.Host.Root, l.Place)
			word := h.option.FindString(text)
			if word == "" || strings.Count(text, word) != 1 || !strings.HasPrefix(l.File, "/etc/") {
				continue
			}
			o := &obstacle{where: l.Place, says: fmt.Sprintf("its memory is full at %s, which a line of its unit sets", word)}
			o.evidence = []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}, {Source: l.Place.String(), Text: word}}
			o.clear = func(x Fix) Fix { return heapFreed(f, l, x, h, word) }
			return o
		}
	}
	return nil
}

// heapFreed takes the limit out: by itself a runtime takes a share of what the machine has.
func heapFreed(f *sysinfo.Facts, l sysinfo.UnitLine, x Fix, h heap, word string) Fix {
	line := configLine(f.Host.Root, l.Place)
	if regexp.MustCompile(`^Environment="?\w+="?` + regexp.QuoteMeta(word) + `"*\s*$`).MatchString(line) {
		x.Undo = setLine(f.Host.Root, l.Place, line) + "; systemctl daemon-reload"
		x = x.Do(fmt.Sprintf("Let %s take its usual share of the machine's memory", h.runtime), "%s", commentOut(f.Host.Root, l.Place))
		return daemonReload(x)
	}
	before := wordBefore(line, word) // never the whole line: a password may stand on it
	x.Undo = replace(f.Host.Root, l.Place, before, before+word) + "; systemctl daemon-reload"
	return daemonReload(x.Do(fmt.Sprintf("Let %s take its usual share of the machine's memory", h.runtime), "%s", replace(f.Host.Root, l.Place, before+word, before)))
}
