package errlog

import (
	"hash/maphash"
	"strings"
)

// said remembers what messages mean: of the millions of lines in a log most repeat one of a few. What stands in a slot
// was read twice, so that a message with a number of its own in every line costs no copy.
type said struct {
	seed  maphash.Seed
	slots [256]meant
}

type meant struct {
	hash  uint64
	known bool
	level string
	body  string
	ev    Event // what level and body alone say
}

func newSaid() *said { return &said{seed: maphash.MakeSeed()} }

// read fills in what the message says before its fields are looked at. It keeps the event's head.
func (m *said) read(ev *Event, level, body string) {
	hash := maphash.String(m.seed, body)
	slot := &m.slots[hash&255]
	if slot.hash == hash && slot.known && slot.body == body && slot.level == level {
		source, at, pid, conn := ev.Source, ev.Time, ev.PID, ev.Conn
		*ev = slot.ev
		ev.Source, ev.Time, ev.PID, ev.Conn = source, at, pid, conn
		return
	}
	again := slot.hash == hash
	slot.hash, slot.known = hash, again
	if again {
		level, body = strings.Clone(level), strings.Clone(body)
		slot.level, slot.body = level, body
	}
	ev.Level, ev.Message = level, body
	if body != "" && body[0] != 'F' { // FastCGI's stderr needs neither
		ev.Action, ev.Errno = action(body), errnoOf(body)
	}
	ev.Kind = nginxKind(ev, body)
	if again {
		slot.ev = *ev
	}
}
