package errlog

import (
	"strings"
	"sync"
)

// A finder looks for all phrases at once. A mark for each four bytes a phrase begins with lets almost every position
// of a line go by with one multiplication, so text that nobody knows costs two nanoseconds a byte, not two hundred.
type finder struct {
	rows    []phrase
	maybe   [1 << 14]bool
	buckets map[uint32][]int // rows by their first four bytes, in the table's order
}

// Built when first asked for; they never change.
var (
	phraseFinder = sync.OnceValue(func() *finder { return newFinder(allPhrases()) })
	scriptFinder = sync.OnceValue(func() *finder { return newFinder(scriptPhrases()) })
)

func newFinder(rows []phrase) *finder {
	f := &finder{rows: rows, buckets: map[uint32][]int{}}
	for i, row := range rows {
		word := four(row.text, 0)
		f.maybe[hashed(word)] = true
		f.buckets[word] = append(f.buckets[word], i)
	}
	return f
}

func four(s string, i int) uint32 {
	return uint32(s[i]) | uint32(s[i+1])<<8 | uint32(s[i+2])<<16 | uint32(s[i+3])<<24
}

func hashed(word uint32) uint32 { return word * 0x9E3779B1 >> 18 }

// find gives the row that stands first in the table, and where; -1 when none is in s.
func (f *finder) find(s string) (row, at int) {
	row = -1
	if len(s) < 4 {
		return row, at
	}
	word := four(s, 0) << 8 // the first three bytes: the loop brings the fourth
	for i := 3; i < len(s); i++ {
		word = word>>8 | uint32(s[i])<<24
		if !f.maybe[hashed(word)] {
			continue
		}
		if r := f.here(word, s, i-3, row); r >= 0 {
			row, at = r, i-3
		}
	}
	return row, at
}

// here gives the first row that fits at a place, if it stands before the best so far.
func (f *finder) here(word uint32, s string, at, best int) int {
	for _, r := range f.buckets[word] {
		if best >= 0 && r >= best {
			return -1
		}
		if strings.HasPrefix(s[at:], f.rows[r].text) && f.rows[r].fits(s) {
			return r
		}
	}
	return -1
}

// phrase fills in the event from the first phrase of the table that the text contains.
func (p *Parser) phrase(ev *Event, s string) {
	row, at := p.phrases.find(s)
	if row < 0 {
		return
	}
	found := &p.phrases.rows[row]
	if ev.Message == "" {
		ev.Message = s
	}
	ev.Kind = found.kind
	if found.source != Unnamed {
		ev.Source = found.source
	}
	if found.read != nil {
		found.read(ev, s)
	}
	if found.kind == nginxText {
		ev.Kind = Unknown
		ev.Source = orSource(ev.Source, Nginx)
		nginxMessage(ev, s[at:])
	}
}
