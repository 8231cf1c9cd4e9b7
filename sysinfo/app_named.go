package sysinfo

import (
	"path"
	"strconv"
	"strings"

	"fix502/sysinfo/late"
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
		script := f.scriptOf(u)
		if u.Type() == "oneshot" && fillsFirewall.MatchString(u.Exec+"\n"+script) {
			return "", nil // the ports that it names are those that it opens and shuts
		}
		return u.Exec + " " + u.Props["Environment"] + f.portSettings(u) + " " + script, nil
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

// fillsFirewall is a command that fills the kernel's tables: no app comes of it.
var fillsFirewall = late.New(`(?m)(?:^|[\s/])(?:ip6?tables(?:-restore)?|nft|ipset|ufw|firewall-cmd|netfilter-persistent)(?:\s|$)`)

var portSetting = late.New(`(?m)^\s*(?:export\s+)?(?:(?:APP|SERVER|HTTP|WEB|NODE|LISTEN|BIND)_)?(?:PORT|BIND|LISTEN|ADDR(?:ESS)?)\s*=\s*(\S+)`)

// portSettings are the ports and addresses that a unit's environment files give to its program. What else stands in them may be
// the port of another app, which this one asks.
func (f *Facts) portSettings(u Unit) string {
	var out strings.Builder
	for _, l := range f.UnitLines(u) {
		file := strings.TrimPrefix(l.For(u), "-")
		if l.Key != "EnvironmentFile" || !path.IsAbs(file) || strings.ContainsAny(file, "*?[") {
			continue
		}
		for _, m := range portSetting.FindAllStringSubmatch(f.smallFile(file), -1) {
			out.WriteString(" " + m[1])
		}
	}
	return out.String()
}
