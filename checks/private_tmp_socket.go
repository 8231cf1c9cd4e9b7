package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// privateTmpSocket: with PrivateTmp=yes a service's /tmp is not the machine's.
func privateTmpSocket() Check {
	return Check{
		ID: "private-tmp-socket", Title: "No socket hides in a private /tmp", Topic: Upstreams,
		Means: `systemd can give a service a /tmp of its own (PrivateTmp=yes). A socket that the app makes in /tmp then exists only for the app:
the gateway looks into the real /tmp and finds nothing, although the kernel's list shows somebody listening on that very path. Sockets
belong under /run, in a folder that the unit's RuntimeDirectory= makes.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			s, ok := orphaned(l)
			if !ok {
				return nil
			}
			unit := privateTmp(ctx, f, l, s)
			if unit == "" {
				return nil
			}
			says := fmt.Sprintf("%s is in a private /tmp of %s; %s cannot see it", l.Unix, unitWord(unit), l.From)
			if unit == l.Site.Gateway.Unit {
				says = fmt.Sprintf("%s has a private /tmp, in which %s is not", l.From, l.Unix)
			}
			found := &Finding{Status: l.broken(), Confidence: 0.97, Where: l.Where, Summary: says,
				Evidence: []Evidence{{Source: "systemctl show " + unitWord(unit), Text: "PrivateTmp=yes"}, {Source: "ss -lx", Text: "LISTEN " + s.Path}, passLine(l)},
				Fix:      tmpFix(ctx, f, l, unit)}
			return withLine(found, l, connectKinds...)
		}),
	}
}

// privateTmp names the unit that hides a socket below /tmp: the app's, or else the gateway's own.
func privateTmp(ctx context.Context, f *sysinfo.Facts, l *live, s sysinfo.Socket) string {
	if !sysinfo.InTmp(l.Unix) {
		return ""
	}
	candidates := []string{f.AppFor(ctx, l.Hop).Unit.Name, l.Site.Gateway.Unit}
	if owner, ok := f.OwnerOf(ctx, s); ok {
		candidates = slices.Insert(candidates, 0, f.UnitOf(owner.PID))
	}
	for _, name := range candidates {
		if u, ok := f.Unit(ctx, name); ok && u.Props["PrivateTmp"] == "yes" {
			return name
		}
	}
	return ""
}

// tmpFix moves the socket to a folder under /run where that can be said in commands.
func tmpFix(ctx context.Context, f *sysinfo.Facts, l *live, unit string) Fix {
	u, _ := f.Unit(ctx, unit)
	word := unitWord(unit)
	new := "/run/" + word + "/" + path.Base(l.Unix)
	if start, ok := setBy(f, u, "ExecStart"); ok && strings.Count(start.Value, l.Unix) == 1 && QuoteConfig(start.Value) == start.Value { // as its file has it: systemd tells a command without its quotes
		was := l.written(configLine(l.Site.Gateway.Root, l.Where))
		x := dropIn(Fix{Title: "Move the socket to /run/" + word, Risk: Medium}, unit, "A folder under /run, and the socket in it", "Service",
			"RuntimeDirectory="+word, "ExecStart=", "ExecStart="+strings.Replace(start.Value, l.Unix, new, 1))
		x.Undo += fmt.Sprintf("; systemctl restart %s; %s", sh(word), replace(l.Site.Gateway.Root, l.Where, new, l.Unix))
		x = daemonReload(x).Do("Restart the app", "systemctl restart %s%s", sh(word), warmUp(u)).
			Do("Let "+l.From+" ask the new path", "%s", replace(l.Site.Gateway.Root, l.Where, was, strings.Replace(was, l.Unix, new, 1)))
		return reload(ctx, f, l.Site.Gateway, x)
	}
	if app := f.AppFor(ctx, l.Hop).Unit; app.Name != "" {
		word = unitWord(app.Name)
	}
	x := unitSet(f, u, Fix{Title: "Let the app and " + l.From + " see the same /tmp", Risk: Medium, Workaround: true}, "Take the private /tmp back", "Service", "PrivateTmp", "no")
	x.Undo += "; systemctl restart " + sh(unitWord(unit))
	return daemonReload(x).Do("Restart it", "systemctl restart %s%s", sh(unitWord(unit)), warmUp(u)).
		Tell("Better: let the app make its socket under /run/%s (RuntimeDirectory=%s) and correct %s", word, word, l.Where)
}
