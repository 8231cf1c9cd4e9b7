package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// The waits that varnishd has from its command line; a backend's own lines count before them.
var (
	fetchParameter   = whenAsked(`-p\s*first_byte_timeout=([\w.]+)`)
	betweenParameter = whenAsked(`-p\s*between_bytes_timeout=([\w.]+)`)
)

// startedShort gives a backend the minute that Varnish waits by default, where the command line of its service says less.
func startedShort(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) {
	wait := l.Settings.Read
	if l.Site.Gateway.Kind != "varnish" || l.Settings.ReadWhere.Known() || wait <= 0 || wait >= usualWait {
		return
	}
	u, _ := f.Unit(ctx, l.Site.Gateway.Unit)
	flag := fetchParameter
	if l.begun {
		flag = betweenParameter
	}
	w, set := inCommand(f, u, flag)
	if !set || !w.unit {
		return
	}
	found.Where, found.Confidence = w.place, 0.93
	if !l.begun {
		found.Summary = fmt.Sprintf("%s took longer than the %s Varnish waits for %s (first_byte_timeout)", l.answer.Question.Path(), seconds(wait), l.Address())
	}
	found.Evidence = append([]Evidence{lineOf(f.Host.Root, w.place)}, found.Evidence...)
	if x, ok := lookAsRoot(ctx, f, l, wait); ok {
		found.Fix = x
		return
	}
	longer := strings.Replace(w.match[0], "="+w.match[1], "=60", 1)
	x := Fix{Title: waitUsual(l, wait), Risk: Medium, Workaround: true}
	x.Undo = replace(f.Host.Root, w.place, longer, w.match[0]) + "; systemctl daemon-reload && systemctl restart " + sh(unitWord(u.Name))
	x = daemonReload(x.Do("Give the app the usual minute", "%s", replace(f.Host.Root, w.place, w.match[0], longer)))
	found.Fix = x.Do("Restart Varnish; its cache begins empty", "systemctl restart %s && sleep 2", sh(unitWord(u.Name))).Tell(theyWait)
}

const theyWait = "Then find out what the app waits for, in its own log: visitors do not wait a minute"
