package haproxy

import (
	"strconv"
	"strings"
)

// HeaderRoom is how many bytes of headers a message may have: tune.bufsize less tune.maxrewrite, of which no more than half of the buffer is kept
// free (haproxy.c).
func (c *Config) HeaderRoom() int {
	global := c.Global()
	buffer := global.size("tune.bufsize", 16<<10)
	return buffer - min(global.size("tune.maxrewrite", 1<<10), buffer/2)
}

// size reads "16384" or, since 2.9, "16k" (parse_size_err in tools.c).
func (s *Section) size(name string, usual int) int {
	l, ok := s.Get(name)
	if !ok || len(l.Words) < 2 {
		return usual
	}
	text, unit := strings.ToLower(l.Words[1]), 1
	if digits := strings.TrimRight(text, "kmg"); len(text)-len(digits) == 1 {
		unit = map[byte]int{'k': 1 << 10, 'm': 1 << 20, 'g': 1 << 30}[text[len(digits)]]
		text = digits
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 1<<31/unit {
		return usual
	}
	return n * unit
}
