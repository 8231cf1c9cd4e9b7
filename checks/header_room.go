package checks

import (
	"fmt"

	"fix502/sysinfo"
)

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
