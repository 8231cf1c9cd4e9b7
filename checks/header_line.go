package checks

import (
	"errors"
	"fmt"
	"net/textproto"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// malformedHeader says what is wrong with a header that gateways refuse: a blank or a control character in its name, or a line that is none; empty where
// all are well. Most of them our own client refuses as well. What a header carries is nobody's business.
func malformedHeader(a sysinfo.Answer, gateway string) string {
	var refused textproto.ProtocolError
	if errors.As(a.Err, &refused) {
		if _, line, ok := strings.Cut(string(refused), "malformed MIME header line: "); ok {
			return oddName(line)
		}
		if _, line, ok := strings.Cut(string(refused), "missing colon: "); ok && !passes(line, gateway) {
			return "a line among the headers that is no header"
		}
	}
	if a.Err != nil && gateway == "haproxy" && noStatusLine.MatchString(a.Err.Error()) {
		return "a first line that is no status line"
	}
	for name, values := range a.Header {
		if strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
			return oddName(name)
		}
		if strings.Contains(strings.Join(values, ""), "\x00") {
			return fmt.Sprintf("a zero byte in the header %q", shorten(name))
		}
	}
	if (gateway == "haproxy" || gateway == "apache") && slices.ContainsFunc(a.Lengths, noNumber) {
		return "a Content-Length that is no number"
	}
	return ""
}

// noStatusLine are our own client's words for it (net/http, ReadResponse); bytes that are no text are another protocol.
var noStatusLine = whenAsked(`malformed HTTP (?:response|version|status code) "[^\\]`)

// passes says that a gateway takes a line without a colon: nginx for a header without a value, where no blank is in it (ngx_http_parse_header_line), and
// a second first line, which IIS sends, as Apache does (mod_proxy_http.c, ap_proxy_read_headers).
func passes(line, gateway string) bool {
	second := strings.HasPrefix(strings.Trim(line, `"`), "HTTP/")
	return gateway == "nginx" && (second || !strings.Contains(line, " ")) || gateway == "apache" && second
}

// noNumber says of a line Content-Length that no length can be read from it; a list of equal ones is one of them.
func noNumber(line string) bool {
	name, value, _ := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	return strings.EqualFold(name, "Content-Length") && (value == "" || strings.ContainsFunc(value, func(r rune) bool { return r < '0' || r > '9' }) && !strings.Contains(value, ","))
}

func oddName(line string) string {
	name, _, _ := strings.Cut(line, ":")
	return fmt.Sprintf("a header whose name no header may have: %q", shorten(name))
}
