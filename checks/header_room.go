package checks

import (
	"fmt"
	"slices"

	"fix502/sysinfo"
)

// mostSent is what browsers take of headers at the most (Chromium's http_stream_parser.h, kMaxHeaderBufSize): who sends more is given no room for it.
const mostSent = 256 << 10

// headerRoom doubles a size until the headers that an app sends fit, with half as much to spare.
func headerRoom(size, sent int) int { return doubled(size, min(sent, mostSent)*3/2) }

// doubled doubles a size until it is no less than others.
func doubled(size int, others ...int) int {
	for most := slices.Max(others); size < most; {
		size = max(2*size, 1)
	}
	return size
}

// tooLarge says which headers of an answer its gateway has no room for, a single one or all of them together; empty where they fit.
func (l *live) tooLarge(a sysinfo.Answer) string {
	all, one := headerSize(a), largestHeader(a)
	switch s := l.Settings; {
	case a.Status == 0:
	case s.HeaderSize > 0 && one > s.HeaderSize:
		return fmt.Sprintf("a header of %d bytes", one)
	case s.BufferSize > 0 && all > s.BufferSize:
		return fmt.Sprintf("%d bytes of headers", all)
	}
	return ""
}
