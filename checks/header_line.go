package checks

import (
	"errors"
	"net/textproto"
	"strings"

	"fix502/sysinfo"
)

// badHeaderLine is the header of an answer whose name has a byte that nginx takes in none: a blank or a control character; empty where all are fine.
// Most of them our own client refuses as well, and says which it was.
func badHeaderLine(a sysinfo.Answer) string {
	var refused textproto.ProtocolError
	if errors.As(a.Err, &refused) {
		_, line, _ := strings.Cut(string(refused), "malformed MIME header line: ")
		return shorten(line)
	}
	for name, values := range a.Header {
		if strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
			return shorten(name + ": " + strings.Join(values, ", "))
		}
		for _, v := range values {
			if strings.Contains(v, "\x00") {
				return shorten(name + ": " + v)
			}
		}
	}
	return ""
}
