package checks

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

var (
	vclWindow    = whenAsked(`Threshold can not be greater than window|Must specify \.threshold with \.window`)
	vclThreshold = whenAsked(`\.threshold\s*=\s*(\d+)\s*;`)
	vclWindowSet = whenAsked(`\.window\s*=\s*(\d+)\s*;`)
	vclMany      = whenAsked(`Backend host '?"?([\w.-]+)"?'?: resolves to too many addresses`)
)

// vclProbeWindow lets a probe want no more good answers than it looks at.
func (t *confError) vclProbeWindow(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	m := vclThreshold.FindStringSubmatch(line)
	if !vclWindow.MatchString(t.text) || m == nil {
		return x, false
	}
	for n := max(1, t.place.Line-8); n <= t.place.Line+8; n++ {
		at := sysinfo.Place{File: t.place.File, Line: n}
		if w := vclWindowSet.FindStringSubmatch(configLine(g.Root, at)); w != nil {
			to := w[1]
			if wide, err := strconv.Atoi(w[1]); err == nil && wide > 2 {
				to = fmt.Sprint(wide - 1)
			}
			t.evidence = append(t.evidence, lineOf(g.Root, at))
			return x.Do("Want no more good answers than the probe looks at ("+w[1]+")", "%s", replace(g.Root, t.place, m[0], strings.Replace(m[0], m[1], to, 1))), true
		}
	}
	return x, false
}

// vclOneAddress names one of several addresses that a backend's name has: the one where an app listens.
func (t *confError) vclOneAddress(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	m := vclMany.FindStringSubmatch(t.text)
	if m == nil || strings.Count(line, `"`+m[1]+`"`) != 1 {
		return x, false
	}
	all, err := f.Listeners(ctx, g)
	if err != nil {
		return x, false
	}
	port := askedPort(g, m[1])
	for _, a := range f.HostNames(g)[m[1]] {
		for _, s := range all {
			if s.Network != "tcp" || fmt.Sprint(s.Addr.Port()) != port || s.Addr.Addr().Unmap() != a {
				continue
			}
			t.evidence = append(t.evidence, Evidence{Source: "ss -ltn", Text: s.Addr.String()})
			for at, raw := range linesIn(g.Root, "/etc/hosts") {
				if slices.Contains(strings.Fields(withoutComment(raw)), m[1]) {
					t.evidence = append(t.evidence, lineOf(g.Root, at))
				}
			}
			return x.Do("Name the one of its addresses where an app listens: Varnish takes no name that has several", "%s", replace(g.Root, t.place, `"`+m[1]+`"`, `"`+a.String()+`"`)), true
		}
	}
	return x, false
}
