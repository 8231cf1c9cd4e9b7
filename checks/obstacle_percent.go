package checks

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

var (
	// percentDropped are systemd's words of a value that it drops: a % in it begins a name that it does not know (config_parse_environ in load-fragment.c).
	percentDropped = whenAsked(`^(/etc/\S+):(\d+): Failed to resolve (?:unit )?specifiers in .*, ignoring`)
	percentDigit   = whenAsked(`%[0-9]`) // none of the names of systemd begins with one
	urlEncoded     = whenAsked(`%[0-9A-Fa-f]{2}`)
)

// percentSign: systemd passes over a variable of the unit, for a % in it, mostly of a password in a URL, is the beginning of a name to it
// (systemd.unit(5), "Specifiers"). The service starts without the variable, and only the journal says why.
func percentSign(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if u.Manager != "" || !fails(u) {
		return nil
	}
	lines, err := f.Journal(ctx, u.Name)
	for _, l := range f.UnitLines(u) {
		if l.Key != "Environment" || !strings.Contains(l.Value, "%") || !strings.HasPrefix(l.File, "/etc/") {
			continue
		}
		if err != nil && percentDigit.MatchString(strings.ReplaceAll(l.Value, "%%", "")) { // what root alone may read would say so
			return dropsFor(f, l)
		}
		for _, said := range reversed(lines) {
			text := strings.TrimSpace(said.Text)
			m := percentDropped.FindStringSubmatch(text)
			if m == nil || m[1] != l.File || m[2] != strconv.Itoa(l.Line) || ranWithout(lines, text) {
				continue
			}
			o := dropsFor(f, l)
			o.evidence = append([]Evidence{{Source: said.Source, Text: text, Time: said.Time}}, o.evidence...)
			return o
		}
	}
	return nil
}

// dropsFor is the obstacle in such a line.
func dropsFor(f *sysinfo.Facts, l sysinfo.UnitLine) *obstacle {
	name, _, _ := strings.Cut(strings.Trim(l.Value, `"'`), "=")
	return &obstacle{where: l.Place, says: fmt.Sprintf("systemd drops %s, for the %% in it, which begins a name of systemd's own", name),
		evidence: []Evidence{unitLineSays(f, l)}, clear: func(x Fix) Fix { return percentDoubled(f, l, x) }}
}

// percentDoubled writes the signs twice that a URL's encoding has; the value, which may have a password, is not shown.
func percentDoubled(f *sysinfo.Facts, l sysinfo.UnitLine, x Fix) Fix {
	if !urlEncoded.MatchString(l.Value) || strings.Contains(l.Value, "%%") {
		return x.Tell("Write %%%% for each %% that is a sign of the value's own, at %s", l.Place).Do("Let systemd read it", "systemctl daemon-reload")
	}
	file := sh(realFile(f.Host.Root, l.File))
	x.Undo = fmt.Sprintf(`sed -i -E '%ds/%%(%%[0-9A-Fa-f]{2})/\1/g' %s; systemctl daemon-reload`, l.Line, file)
	return daemonReload(x.Do("Write each % twice: that is one sign to systemd", `sed -i -E '%ds/%%[0-9A-Fa-f]{2}/%%&/g' %s`, l.Line, file))
}

// lineDropped is a line of the unit that systemd itself says it passes over: what the app misses is that, and no neighbour of the app's.
func lineDropped(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if o := percentSign(ctx, f, u); o != nil {
		return o
	}
	return unknownKey(ctx, f, u)
}
