package checks

import (
	"strings"

	"fix502/sysinfo"
)

// awaitsDebugger is an option by which a program waits at its start until a debugger has come: node's --inspect-brk and --inspect-wait,
// debugpy's --wait-for-client, and Java's suspend=y.
var (
	awaitsDebugger = whenAsked(`\s?--(?:inspect-(?:brk|wait)(?:=[^\s"']*)?|wait-for-client)(["'\s]|$)`)
	suspended      = whenAsked(`\bsuspend=y\b`)
)

const debuggerAwaited = "it waits for a debugger before it begins"

// awaitingDebugger is the line of an app's settings, or of its unit's own, that lets it wait.
func awaitingDebugger(f *sysinfo.Facts, u sysinfo.Unit) (oddValue, bool) {
	for _, l := range reversed(f.UnitLines(u)) {
		if l.Key != "ExecStart" && l.Key != "Environment" || !strings.HasPrefix(l.File, "/etc/") {
			continue
		}
		if odd, ok := withoutDebugger(f, l.Place); ok {
			odd.inUnit = true
			return odd, true
		}
	}
	for _, s := range settingFiles(f, u) {
		if !s.systemd || strayLink(f.Host.Root, s.name) {
			continue
		}
		for at, line := range linesIn(f.Host.Root, s.name) {
			if m := anySetting.FindStringSubmatch(strings.TrimRight(line, "\r\n")); m == nil || m[1] != "NODE_OPTIONS" && m[1] != "JAVA_TOOL_OPTIONS" {
				continue
			}
			if odd, ok := withoutDebugger(f, at); ok {
				return odd, true
			}
		}
	}
	return oddValue{}, false
}

// withoutDebugger is a line without the option.
func withoutDebugger(f *sysinfo.Facts, at sysinfo.Place) (oddValue, bool) {
	line := configLine(f.Host.Root, at)
	fit := suspended.ReplaceAllString(awaitsDebugger.ReplaceAllString(line, "$1"), "suspend=n")
	return oddValue{place: at, line: line, fit: fit, why: debuggerAwaited, sure: true}, fit != line
}
