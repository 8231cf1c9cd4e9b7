package checks

import (
	"path"
	"strings"

	"fix502/sysinfo"
)

// spokeLast is the step before a service's start that had the last word before systemd gave up: journald signs each line with the program's
// name, as many programs do themselves. Where a service goes into the background (Type=forking) nothing else tells such a step from the start itself.
func spokeLast(u sysinfo.Unit, steps []sysinfo.UnitLine, lines []sysinfo.JournalLine) (sysinfo.UnitLine, bool) {
	for _, said := range reversed(lines[max(0, len(lines)-12):]) {
		if said.Ident == "systemd" || strings.HasPrefix(said.Text, u.Name+": ") {
			continue
		}
		for _, step := range steps {
			words, key := strings.Fields(strings.TrimLeft(step.Value, "+!@:")), ""
			for _, w := range words {
				key, _, _ = strings.Cut(w, "=")
			}
			if name := key[strings.LastIndexByte(key, '.')+1:]; len(words) > 1 && strings.Contains(said.Text, name) && (path.Base(words[0]) == said.Ident || strings.HasPrefix(said.Text, path.Base(words[0])+": ")) {
				return step, true
			}
		}
		return sysinfo.UnitLine{}, false
	}
	return sysinfo.UnitLine{}, false
}

var tunes = whenAsked(`^[+!@:]*(?:/\S*/)?sysctl\s`)

// withoutTuning lets a start go on where its steps could not tune the kernel: a container may not (sysctl(8)), and no service needs it. A
// step with a minus may fail (systemd.service(5)).
func withoutTuning(f *sysinfo.Facts, x Fix, steps []sysinfo.UnitLine) (Fix, bool) {
	var undo []string
	for _, step := range steps {
		if was := configLine(f.Host.Root, step.Place); tunes.MatchString(step.Value) && strings.HasPrefix(step.File, "/etc/") && !strings.HasSuffix(was, `\`) {
			x = x.Do("Let the start go on where the kernel cannot be tuned so", "%s", setLine(f.Host.Root, step.Place, step.Key+"=-"+step.Value))
			undo = append(undo, setLine(f.Host.Root, step.Place, was))
		}
	}
	if len(undo) == 0 {
		return x, false
	}
	x.Undo = undoAll(undo) + "; systemctl daemon-reload"
	return daemonReload(x), true
}
