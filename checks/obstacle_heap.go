package checks

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// A heap is the memory that a runtime gives an app at most, where somebody set it by hand.
type heap struct {
	said, option pattern
	runtime      string
	says, lets   string                   // what is wrong with the option, in words; what the runtime does without it
	fit          func(word string) string // the option as it is meant; nil where that is none
}

const (
	fullAt     = "its memory is full at %s, which a line of its own sets"
	usualShare = "take its usual share of the machine's memory"
)

// heaps are Node's (node --v8-options) and Java's (java -X). Java refuses to begin with more memory than it may ever have.
var heaps = []heap{
	{whenAsked(`Reached heap limit|JavaScript heap out of memory`), whenAsked(`--max[-_]old[-_]space[-_]size=\d+`), "Node", fullAt, usualShare, nil},
	{whenAsked(`java\.lang\.OutOfMemoryError: (Java heap space|GC overhead limit)`), whenAsked(`-Xmx\d+[kKmMgG]?`), "Java", fullAt, usualShare, nil},
	{whenAsked(`Initial heap size set to a larger value than the maximum heap size`), whenAsked(`-Xms\d+[kKmMgG]?`), "Java",
		"%s is more memory to begin with than its -Xmx lets Java have", "begin with less memory, and take more as it needs it", nil},
	{whenAsked(`Invalid (?:maximum|initial) heap size|Invalid thread stack size`), oddSize, "Java", "Java knows no such size as %s has", "have that size", javaSize},
}

// oddSize is a size that people write and Java does not read: -Xmx1024mb, -Xmx=512m.
var oddSize = whenAsked(`-X(?:mx|ms|ss)(?:=\d+[kKmMgG]?\w*|\d+[kKmMgG][a-zA-Z]+)`)

var sizeMeant = whenAsked(`^(-X\w\w)=?(\d+[kKmMgG]?)`)

// javaSize writes such an option as Java reads it (java -X): a number and one letter.
func javaSize(word string) string {
	return strings.Join(sizeMeant.FindStringSubmatch(word)[1:], "")
}

// smallHeap: the app ends over a limit of its runtime's memory that a line of the unit sets.
func smallHeap(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	if err != nil || u.Manager != "" || !fails(u) {
		return nil
	}
	for _, h := range heaps {
		said := lastSaid(recent(lines), h.said)
		if said == nil {
			continue
		}
		for _, at := range optionPlaces(f, u, h.option) {
			text := configLine(f.Host.Root, at)
			word := h.option.FindString(text)
			if word == "" || strings.Count(text, word) != 1 || inside(at.File, "/usr/lib") || inside(at.File, "/lib") {
				continue
			}
			o := &obstacle{where: at, says: fmt.Sprintf(h.says, word)}
			o.evidence = []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}, {Source: at.String(), Text: word}}
			o.clear = func(x Fix) Fix { return heapFreed(ctx, f, at, x, h, word) }
			return o
		}
	}
	return nil
}

var heapNumber = whenAsked(`^(.*?)(\d+)([kKmMgG]?)$`)

// raisedHeap is an option with four times its number, and 512 MiB at least, as far as that is no more than half of what the machine can spare: Node counts in
// MiB, Java in bytes unless a letter says otherwise.
func raisedHeap(ctx context.Context, f *sysinfo.Facts, word string) (string, bool) {
	m := heapNumber.FindStringSubmatch(word)
	memory, err := f.Host.Meters.Memory(ctx)
	if m == nil || err != nil {
		return "", false
	}
	n, err := strconv.ParseUint(m[2], 10, 40)
	shift := map[string]int{"": 0, "k": 10, "m": 20, "g": 30, "t": 40}[strings.ToLower(m[3])]
	if strings.HasPrefix(word, "--") {
		shift = 20
	}
	most := memory.Available / 2 >> shift
	if err != nil || 4*n > most {
		return "", false
	}
	if usual := uint64(512<<20) >> shift; shift <= 20 && usual <= most { // a few MiB more would be full again
		n = max(n, usual/4)
	}
	return fmt.Sprintf("%s%d%s", m[1], 4*n, m[3]), true
}

// optionPlaces are the lines of a unit, the last first, of the scripts that it starts, and of its environment files that have an option of its runtime's.
func optionPlaces(f *sysinfo.Facts, u sysinfo.Unit, option pattern) []sysinfo.Place {
	var out []sysinfo.Place
	for _, l := range reversed(f.UnitLines(u)) {
		if option.MatchString(configLine(f.Host.Root, l.Place)) {
			out = append(out, l.Place)
		}
	}
	for _, script := range scripts(f, u) {
		if w, ok := lastLineWith(f, script, option, "#"); ok && !strings.HasPrefix(script, "/usr/share/") {
			out = append(out, w.place)
		}
	}
	files := settingFiles(f, u)
	if u.Tomcat() { // its start script reads that one by itself
		files = append(files, settingFile{"/etc/default/" + unitWord(u.Name), true})
	}
	for _, s := range files {
		if w, ok := lastLineWith(f, s.name, option, "#", ";"); ok && s.systemd {
			out = append(out, w.place)
		}
	}
	return out
}

// heapFreed writes the option as it is meant, with a larger number where the memory is there for that, or takes it out: by itself a runtime takes a share
// of what the machine has.
func heapFreed(ctx context.Context, f *sysinfo.Facts, at sysinfo.Place, x Fix, h heap, word string) Fix {
	line := configLine(f.Host.Root, at)
	if h.fit != nil {
		right := h.fit(word)
		x.Undo = replace(f.Host.Root, at, right, word) + "; systemctl daemon-reload"
		return daemonReload(x.Do("Write "+right, "%s", replace(f.Host.Root, at, word, right)))
	}
	if h.says == fullAt {
		if more, ok := raisedHeap(ctx, f, word); ok {
			x.Undo = replace(f.Host.Root, at, more, word)
			x = x.Do(fmt.Sprintf("Give %s more: the machine has it", h.runtime), "%s", replace(f.Host.Root, at, word, more))
			if strings.HasPrefix(at.File, "/etc/") { // no script, which systemd does not read
				x.Undo += "; systemctl daemon-reload"
				x = daemonReload(x)
			}
			return x
		}
	}
	if regexp.MustCompile(`^(Environment="?)?\w+="?` + regexp.QuoteMeta(word) + `"*\s*$`).MatchString(line) {
		x.Undo = setLine(f.Host.Root, at, line) + "; systemctl daemon-reload"
		x = x.Do(fmt.Sprintf("Let %s %s", h.runtime, h.lets), "%s", commentOut(f.Host.Root, at))
		return daemonReload(x)
	}
	before := wordBefore(line, word) // never the whole line: a password may stand on it
	x.Undo = replace(f.Host.Root, at, before, before+word)
	x = x.Do(fmt.Sprintf("Let %s %s", h.runtime, h.lets), "%s", replace(f.Host.Root, at, before+word, before))
	if !strings.HasPrefix(at.File, "/etc/") { // a script, which systemd does not read
		return x
	}
	x.Undo += "; systemctl daemon-reload"
	return daemonReload(x)
}
