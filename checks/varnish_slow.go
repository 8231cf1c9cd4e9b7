package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fix502/sysinfo"
)

// fetchParameter is the wait that varnishd has from its command line; a backend's own line counts before it.
var fetchParameter = whenAsked(`-p\s*first_byte_timeout=(\d+)(s?)\b`)

// sluggish is a backend that did not begin to answer in time: one that a signal holds, or one for which Varnish waits less than the
// minute it waits by default.
func sluggish(ctx context.Context, f *sysinfo.Facts, l *live, said string, found *Finding) {
	if !strings.Contains(said, "first byte timeout") {
		return
	}
	if who, x, ok := frozen(ctx, f, l); ok {
		found.Confidence, found.Fix = 0.96, x
		found.Summary = fmt.Sprintf("Varnish got no page from %s: a signal holds %s, and so it answers nobody", l.Address(), who)
		return
	}
	waitLonger(ctx, f, l, found)
	startedShort(ctx, f, l, found)
}

// waitLonger gives a backend the minute that Varnish waits by default, where a line of the VCL says less.
func waitLonger(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) {
	at, root := l.Settings.ReadWhere, l.Site.Gateway.Root
	if !at.Known() || l.Settings.Read >= usualWait {
		return
	}
	old := configLine(root, at)
	_, text, _ := strings.Cut(old, "first_byte_timeout")
	text, _, _ = strings.Cut(text, ";")
	found.Where, found.Evidence = at, append(found.Evidence, lineOf(root, at))
	x := shortWait(seconds(l.Settings.Read))
	x.Undo = setLine(root, at, old)
	x = x.Do("Give the app the usual minute", "%s", replace(root, at, "first_byte_timeout"+text, "first_byte_timeout = 60s"))
	found.Fix = reload(ctx, f, l.Site.Gateway, x).Tell(theyWait)
}

// startedShort is the same where the command line of Varnish's service says less.
func startedShort(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) {
	u, ok := f.Unit(ctx, l.Site.Gateway.Unit)
	w, set := inCommand(f, u, fetchParameter)
	if !ok || !set || !w.unit || l.Settings.ReadWhere.Known() {
		return
	}
	wait, err := time.ParseDuration(w.match[1] + "s")
	if err != nil || wait >= usualWait {
		return
	}
	found.Where, found.Confidence = w.place, 0.93
	found.Summary = fmt.Sprintf("%s took longer than the %s Varnish waits for %s (first_byte_timeout)", l.answer.Question.URI, seconds(wait), l.Address())
	found.Evidence = append([]Evidence{lineOf(f.Host.Root, w.place)}, found.Evidence...)
	longer := strings.Replace(w.match[0], "="+w.match[1], "=60", 1)
	x := shortWait(seconds(wait))
	x.Risk = Medium
	x.Undo = replace(f.Host.Root, w.place, longer, w.match[0]) + "; systemctl daemon-reload && systemctl restart " + sh(unitWord(u.Name))
	x = daemonReload(x.Do("Give the app the usual minute", "%s", replace(f.Host.Root, w.place, w.match[0], longer)))
	found.Fix = x.Do("Restart Varnish; its cache begins empty", "systemctl restart %s && sleep 2", sh(unitWord(u.Name))).Tell(theyWait)
}

func shortWait(wait string) Fix {
	return Fix{Title: "Wait as long as Varnish does by default: " + wait + " is short", Risk: Low, Workaround: true}
}

const theyWait = "Then find out what the app waits for, in its own log: visitors do not wait a minute"
