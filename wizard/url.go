package wizard

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"fix502/checks"
)

// URLLimit is the longest address, in bytes, that is asked for: what Apache takes as it comes (LimitRequestLine), and nginx nearly
// (large_client_header_buffers, 8k).
const URLLimit = 8190

// ParseURL makes an address as people type it whole: a bare host name gets http://.
func ParseURL(s string) (string, error) {
	s = strings.TrimSpace(s)
	said := checks.Quote(s)
	if s == "" {
		return "", errors.New("the address is empty")
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) || unicode.In(r, unicode.Cf) }) {
		return "", fmt.Errorf("%s is no web address: it holds spaces or control characters", said)
	}
	if len(s) > URLLimit {
		return "", fmt.Errorf("an address of %d bytes is longer than gateways take (%d); leave out what stands behind the question mark", len(s), URLLimit)
	}
	if !strings.Contains(s, "://") {
		s = "http://" + s
	}
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return "", fmt.Errorf("%s is no web address", said)
	case u.Scheme != "http" && u.Scheme != "https":
		return "", fmt.Errorf("%s is no web address: it must begin with http:// or https://", said)
	case u.Hostname() == "" || !isHost(u.Hostname()):
		return "", fmt.Errorf("%s is no web address: it names no server, such as shop.example.com", said)
	}
	u.User = nil // nobody's password belongs into a report
	return u.String(), nil
}

// isHost refuses a single word that is no machine's name: "diagnos" is a typing error.
func isHost(h string) bool {
	if h == "localhost" || strings.Contains(h, ":") {
		return true
	}
	return strings.Contains(strings.Trim(h, "."), ".") && !strings.ContainsAny(h, `"'<>\^{}|`+"`")
}
