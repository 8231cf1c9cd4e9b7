package checks

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

var (
	bindTaken = whenAsked(`(?:Connection in use:|Can't connect to) \('([\d.]+|[\da-f:]*:[\da-f:]+|localhost)', (\d+)\)`)
	bindList  = whenAsked(`^\s*(bind)\s*=\s*\[\s*(["'][^\]]*["'])\s*,?\s*\]\s*(?:#.*)?$`)
)

// secondBind: gunicorn shall listen on several addresses, another program has one of them, and so it listens on none (gunicorn/sock.py, create_sockets).
func secondBind(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	file := gunicornSettings(f, u)
	if err != nil || !fails(u) && u.Manager == "" || !runsGunicorn(f, u) || strayLink(f.Host.Root, file) {
		return nil
	}
	said := lastSaid(recent(lines), bindTaken)
	w, ok := lastLineWith(f, file, bindList, "#")
	if said == nil || !ok {
		return nil
	}
	m := bindTaken.FindStringSubmatch(said.Text)
	address := m[1] + ":" + m[2]
	one := regexp.MustCompile(`\s*["']` + regexp.QuoteMeta(address) + `["']\s*,\s*|\s*,\s*["']` + regexp.QuoteMeta(address) + `["']`).FindString(w.match[0])
	line := configLine(f.Host.Root, w.place)
	if one == "" || strings.Count(line, one) != 1 || f.Wanted(ctx, address) {
		return nil
	}
	return &obstacle{where: w.place, says: fmt.Sprintf("another program has %s, one of the addresses on which it shall listen, and no gateway asks there", address),
		evidence: []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}, lineOf(f.Host.Root, w.place)}, clear: func(x Fix) Fix {
			x.Undo = setLine(f.Host.Root, w.place, line)
			return x.Do("Leave that address to the program that has it: ss -ltnp tells who that is", "%s", replace(f.Host.Root, w.place, one, ""))
		}}
}
