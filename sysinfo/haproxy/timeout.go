package haproxy

import (
	"strconv"
	"strings"
	"time"
)

// Timeout is "timeout NAME" of a proxy, its own or inherited; zero means that it waits for ever.
func (s *Section) Timeout(name string) (time.Duration, Place) {
	l, ok := s.Get("timeout", name)
	if !ok || len(l.Words) < 3 {
		return 0, Place{}
	}
	return Duration(l.Words[2]), l.Place
}

// Duration reads "50000", "50s", "3m", "1d": without a unit it is milliseconds (configuration manual, 2.5).
func Duration(s string) time.Duration {
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	n, err := strconv.Atoi(s[:digits])
	if err != nil || n > 1<<31 {
		return 0
	}
	unit, ok := map[string]time.Duration{"": time.Millisecond, "ms": time.Millisecond, "us": time.Microsecond, "s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[s[digits:]]
	if !ok {
		return 0
	}
	return time.Duration(n) * unit
}
