package nginx

import (
	"strconv"
	"strings"
	"time"
)

// Setting is one directive's value where it holds.
type Setting struct {
	Name  string
	Args  []string // a default's too
	Place Place    // zero for a default
	In    *Block   // the block that sets it; nil for a default
}

// Set says whether a line of the configuration sets it, rather than nginx's default.
func (s Setting) Set() bool { return s.In != nil }

// Value is the first argument, or "".
func (s Setting) Value() string { return s.arg(0) }

// On says whether a flag is on.
func (s Setting) On() bool { return strings.EqualFold(s.Value(), "on") }

func (s Setting) arg(i int) string {
	if i < len(s.Args) {
		return s.Args[i]
	}
	return ""
}

// Duration reads nginx's time: 60 is seconds, and 1h30m, 500ms, 1d, 1M, 1y are what they look like (ngx_parse_time).
func (s Setting) Duration() (time.Duration, bool) { return parseTime(s.Value()) }

// Bytes reads nginx's size: 8k, 1m, 1g.
func (s Setting) Bytes() (int64, bool) { return parseSize(s.Value()) }

// Int reads a plain number.
func (s Setting) Int() (int, bool) {
	n, err := strconv.Atoi(s.Value())
	return n, err == nil
}

func parseTime(s string) (time.Duration, bool) {
	if s == "" {
		return 0, false
	}
	var total time.Duration
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimLeft(s, " ") {
		n := 0
		for n < len(s) && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		count, err := strconv.ParseInt(s[:n], 10, 32)
		if err != nil {
			return 0, false
		}
		unit, size := timeUnit(s[n:])
		if unit == 0 {
			return 0, false
		}
		total += time.Duration(count) * unit
		s = s[n+size:]
	}
	return total, true
}

// timeUnit is the unit at the start of s and its length; no unit is seconds.
func timeUnit(s string) (time.Duration, int) {
	const day = 24 * time.Hour
	switch {
	case s == "" || s[0] == ' ':
		return time.Second, 0
	case strings.HasPrefix(s, "ms"):
		return time.Millisecond, 2
	}
	switch s[0] {
	case 's':
		return time.Second, 1
	case 'm':
		return time.Minute, 1
	case 'h':
		return time.Hour, 1
	case 'd':
		return day, 1
	case 'w':
		return 7 * day, 1
	case 'M':
		return 30 * day, 1
	case 'y':
		return 365 * day, 1
	}
	return 0, 0
}

func parseSize(s string) (int64, bool) {
	if s == "" {
		return 0, false
	}
	unit := int64(1)
	switch s[len(s)-1] {
	case 'k', 'K':
		unit = 1 << 10
	case 'm', 'M':
		unit = 1 << 20
	case 'g', 'G':
		unit = 1 << 30
	}
	if unit > 1 {
		s = s[:len(s)-1]
	}
	n, err := strconv.ParseInt(s, 10, 32)
	return n * unit, err == nil && n >= 0
}
