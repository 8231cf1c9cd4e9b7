package errlog

import (
	"hash/maphash"
	"strings"
	"time"
)

// Limits keep a tally small whatever strangers write into host names and requests.
const (
	maxGroups  = 2048
	maxMinutes = 200_000 // of kinds: a week of minutes, twenty kinds each
	overflow   = "(others)"
)

// Span says how often and when. First and Last are zero for lines without a time.
type Span struct {
	Count       int
	First, Last time.Time
}

func (s *Span) add(t time.Time) {
	s.Count++
	if t == s.Last || t.IsZero() {
		return // the second is the same as before: so it is with most lines
	}
	if s.First.IsZero() || t.Before(s.First) {
		s.First = t
	}
	if t.After(s.Last) {
		s.Last = t
	}
}

func (s *Span) merge(o Span) {
	if s.Count == 0 || s.First.IsZero() || !o.First.IsZero() && o.First.Before(s.First) {
		s.First = o.First
	}
	if o.Last.After(s.Last) {
		s.Last = o.Last
	}
	s.Count += o.Count
}

// Key is what lines are counted together by.
type Key struct {
	Kind     Kind
	Site     string
	Upstream string // the address
	Name     string // pool, unit, process, server
}

// Group is the lines of one key. Event is the first of them, Example its text.
type Group struct {
	Key
	Span
	Event   Event
	Example string
}

// Minute is one kind in one minute, in Unix minutes.
type Minute struct {
	At   int64
	Kind Kind
}

// Tally counts events.
type Tally struct {
	Lines    int // that are not empty
	Requests Span
	Kinds    [Kinds]Span
	Groups   map[Key]*Group
	Minutes  map[Minute]int
	Traffic  map[int64]int // all requests per minute, of access logs

	parser *Parser
	since  time.Time
	now    time.Time  // of the last line with a time: what follows without one belongs to it
	minute int64      // the one being counted, not yet in Minutes
	counts [Kinds]int // of that minute
	seed   maphash.Seed
	recent [4096]*Group // those last counted, by their hash: most lines repeat one of few
}

// NewTally counts lines from since on; a zero since counts all.
func NewTally(loc *time.Location, since time.Time) *Tally {
	return &Tally{Groups: map[Key]*Group{}, Minutes: map[Minute]int{}, Traffic: map[int64]int{}, parser: counter(loc), since: since, seed: maphash.MakeSeed()}
}

func counter(loc *time.Location) *Parser {
	p := NewParser(loc)
	p.brief, p.said = true, newSaid()
	return p
}

// Line counts one line.
func (t *Tally) Line(line string) {
	if line == "" || line[0] <= ' ' && len(line) <= 64 && strings.TrimSpace(line) == "" {
		return
	}
	t.Count(t.parser.read(line), line)
}

// Count takes an event that was read already; line is kept as an example when it is the first of its group.
func (t *Tally) Count(ev *Event, line string) {
	if ev.Time.IsZero() {
		ev.Time = t.now
	} else {
		t.now = ev.Time
	}
	if !t.since.IsZero() && !ev.Time.IsZero() && ev.Time.Before(t.since) {
		return
	}
	t.Lines++
	t.Kinds[ev.Kind].add(ev.Time)
	if ev.Kind >= AccessOK && ev.Kind <= AccessGateway {
		t.request(ev)
		if ev.Kind == AccessOK || ev.Kind == AccessClientError {
			return
		}
	}
	if ev.Kind == Unknown {
		return
	}
	t.countMinute(ev)
	t.group(ev, line)
}

func (t *Tally) request(ev *Event) {
	t.Requests.add(ev.Time)
	if !ev.Time.IsZero() && len(t.Traffic) < maxMinutes {
		t.Traffic[unixMinute(ev.Time)]++
	}
}

func (t *Tally) countMinute(ev *Event) {
	if ev.Time.IsZero() {
		return
	}
	if m := unixMinute(ev.Time); m != t.minute {
		t.flush()
		t.minute = m
	}
	t.counts[ev.Kind]++
}

func (t *Tally) flush() {
	for k, n := range t.counts {
		if n == 0 {
			continue
		}
		m := Minute{t.minute, Kind(k)}
		if _, known := t.Minutes[m]; known || len(t.Minutes) < maxMinutes {
			t.Minutes[m] += n
		}
		t.counts[k] = 0
	}
}

func unixMinute(t time.Time) int64 { return t.Unix() / 60 }

func (t *Tally) group(ev *Event, line string) {
	key := Key{Kind: ev.Kind}
	if !ev.Kind.Quiet() {
		key = Key{Kind: ev.Kind, Site: ev.Site(), Upstream: ev.Upstream.Address, Name: ev.Name}
	}
	slot := &t.recent[t.slot(&key)]
	if *slot != nil && (*slot).Key == key {
		(*slot).add(ev.Time)
		return
	}
	g := t.Groups[key]
	if g == nil && len(t.Groups) >= maxGroups {
		key = Key{Kind: ev.Kind, Site: overflow}
		g = t.Groups[key]
	}
	if g == nil {
		g = t.keep(key, ev, line)
	}
	*slot = g
	g.add(ev.Time)
}

func (t *Tally) slot(k *Key) uint64 {
	h := uint64(k.Kind) * 7
	if k.Site != "" {
		h += maphash.String(t.seed, k.Site)
	}
	if k.Upstream != "" {
		h += maphash.String(t.seed, k.Upstream) * 3
	}
	if k.Name != "" {
		h += maphash.String(t.seed, k.Name) * 5
	}
	return h & uint64(len(t.recent)-1)
}

// keep makes a group, with an example that does not hold the whole piece of the file in memory.
func (t *Tally) keep(key Key, ev *Event, line string) *Group {
	line = strings.Clone(line[:min(len(line), longest)])
	g := &Group{Example: line}
	was := *ev // which the parser is about to overwrite
	t.parser.brief = false
	g.Event = t.parser.Parse(line)
	t.parser.brief = true
	if g.Event.Kind != was.Kind {
		g.Event = was.kept() // read together with the lines around it
	}
	g.Event.Time = was.Time
	*ev = was
	g.Key = Key{Kind: key.Kind, Site: strings.Clone(key.Site), Upstream: strings.Clone(key.Upstream), Name: strings.Clone(key.Name)}
	t.Groups[g.Key] = g
	return g
}

// Merge adds what another tally counted.
func (t *Tally) Merge(o *Tally) {
	t.flush()
	o.flush()
	t.Lines += o.Lines
	t.Requests.merge(o.Requests)
	for k := range o.Kinds {
		if o.Kinds[k].Count > 0 {
			t.Kinds[k].merge(o.Kinds[k])
		}
	}
	for m, n := range o.Minutes {
		t.Minutes[m] += n
	}
	for m, n := range o.Traffic {
		t.Traffic[m] += n
	}
	for key, g := range o.Groups {
		if mine := t.Groups[key]; mine != nil {
			mine.merge(g.Span)
		} else {
			t.Groups[key] = g
		}
	}
}
