package checks

import (
	"context"
	"os"
	"slices"
	"strings"

	"fix502/sysinfo"
)

var (
	anySetting = whenAsked(`^\s*([A-Za-z_]\w*)=(.*)$`)
	mayBeKept  = whenAsked(`(?i)pass|secret|key|token|auth|cred|url|dsn|uri`)
)

// seekOdd looks for the value that keeps an app from listening where the gateway asks, the surest sign first.
func seekOdd(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit) (oddValue, bool) {
	odd, ok := oddValueOf(f, l, u)
	lines, _ := f.Words(ctx, u) // without them, the line is all that is known
	if ok && odd.sure && (lastSaid(recent(lines), otherTrouble) != nil || setElsewhere(f, u, odd)) {
		return oddValue{}, false
	}
	if ok && (odd.sure || odd.shown(ctx, f, l, u)) {
		return odd, true
	}
	if odd, ok = portOfAnother(ctx, f, l, u); ok {
		return odd, true
	}
	if odd, ok = saidValue(ctx, f, u); ok {
		return odd, true
	}
	if odd, ok = portAsName(ctx, f, l, u); ok || !u.Running() {
		return odd, ok
	}
	return awaitingDebugger(f, u)
}

// saidValue is a line of a unit's environment file whose value the app repeats when it complains, with what a shell would have taken away
// or put in: a comment behind it, another variable in it. systemd does neither (systemd.exec(5), EnvironmentFile=).
func saidValue(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) (oddValue, bool) {
	lines, err := f.Words(ctx, u)
	if err != nil {
		return oddValue{}, false
	}
	for _, s := range settingFiles(f, u) {
		if !s.systemd || strayLink(f.Host.Root, s.name) {
			continue
		}
		known := map[string]string{}
		for at, line := range linesIn(f.Host.Root, s.name) {
			line = strings.TrimRight(line, "\r\n")
			m := anySetting.FindStringSubmatch(line)
			if m == nil || mayBeKept.MatchString(m[1]) {
				continue
			}
			known[m[1]] = m[2]
			odd, repeats := asShell(m[1], m[2], known)
			if repeats != "" && slices.ContainsFunc(recent(lines), func(l sysinfo.JournalLine) bool {
				return strings.Contains(l.Text, repeats) && grave.MatchString(strings.ReplaceAll(l.Text, repeats, "")) && !ofARequest.MatchString(l.Text)
			}) {
				odd.place, odd.line, odd.sure = at, line, true
				return odd, true
			}
		}
	}
	return oddValue{}, false
}

// asShell is a setting as a shell would have taken it, and the part of its value that a complaint would repeat; empty where it is the same.
func asShell(key, value string, known map[string]string) (_ oddValue, repeats string) {
	if strings.ContainsAny(value, `"'`) {
		return oddValue{}, ""
	}
	if before, _, ok := strings.Cut(value, " #"); ok && strings.TrimSpace(before) != "" {
		return oddValue{fit: key + "=" + strings.TrimSpace(before), why: "the comment behind the value is taken for a part of it"}, strings.TrimSpace(value)
	}
	whole := true
	put := os.Expand(value, func(name string) string {
		part, ok := known[name]
		whole, repeats = whole && ok && name != key, "${"+name+"}"
		return part
	})
	if !whole || !strings.Contains(value, repeats) {
		return oddValue{}, ""
	}
	return oddValue{fit: key + "=" + put, why: "systemd puts no other variable into a value"}, repeats
}
