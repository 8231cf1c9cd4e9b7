package sysinfo

import (
	"strconv"
	"strings"
)

func isGateway(unit string) bool {
	switch strings.TrimSuffix(unit, ".service") {
	case "nginx", "apache2", "httpd", "haproxy", "varnish", "caddy", "traefik", "lshttpd", "lsws", "openlitespeed":
		return true
	}
	return false
}

// AdminMade says that no package brought the service.
func (u Unit) AdminMade() bool {
	return u.Manager != "" || u.SysV() && !known(u.Name) || strings.HasPrefix(u.Fragment, "/etc/systemd/system/") || strings.HasPrefix(u.Fragment, "/run/systemd/system/") ||
		strings.HasPrefix(u.Fragment, "/usr/local/lib/systemd/system/") ||
		strings.HasPrefix(u.Fragment, "/run/systemd/transient/")
}

// Mentions says whether a unit's own words name the hop's socket or port.
func (f *Facts) Mentions(u Unit, h *Hop) bool {
	words, _ := Memo(f, "commands of "+u.Name, func() (string, error) {
		return u.Exec + " " + u.Props["Environment"] + f.portSettings(u) + " " + f.scriptOf(u), nil
	})
	if h.Unix != "" {
		return strings.Contains(words, h.Unix) || strings.Contains(words, strings.TrimPrefix(h.Unix, "/var"))
	}
	return h.Port != 0 && NamesNumber(words, strconv.Itoa(h.Port))
}

// NamesNumber says that a text has a number by itself, not as a part of a longer one or of an address.
func NamesNumber(text, number string) bool {
	digit := func(i int) bool {
		return i >= 0 && i < len(text) && (text[i] == '.' || text[i] >= '0' && text[i] <= '9')
	}
	for from := 0; ; {
		i := strings.Index(text[from:], number)
		if i < 0 {
			return false
		}
		if i += from; !digit(i-1) && !digit(i+len(number)) {
			return true
		}
		from = i + 1
	}
}
