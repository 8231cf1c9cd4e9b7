package checks

import (
	"context"
	"path"
	"strings"

	"fix502/sysinfo"
)

// vassalMaster says that a vassal has a master of its own, which can start its workers anew.
var vassalMaster = whenAsked(`^\s*master\s*[=:]\s*(?:true|1|yes|on)\b`)

// fromItsStart is what a vassal's master has from its first start, and keeps when it starts anew in its own place: its sockets, with their owners, and its user.
var fromItsStart = whenAsked(`\b(?:\w+-)?socket\b|\blisten\b|\b[ug]id\b`)

// touched is the command by which the Emperor starts one vassal anew and leaves the others in peace: he looks every three seconds whether a file's
// time has changed (uwsgi-docs, Emperor.rst). Empty where the app is no vassal, or one that is down: the Emperor lets it wait ever longer.
func touched(f *sysinfo.Facts, l *live, u sysinfo.Unit) (file, command string) {
	if u.Manager != "" || !strings.Contains(u.Exec, "uwsgi") || !u.Running() || l.reach.Listener == nil {
		return "", ""
	}
	file = vassalFile(f, l, u, commandFiles(f, l, u))
	if file == "" || strayLink(f.Host.Root, file) {
		return "", ""
	}
	if _, ok := lastLineWith(f, file, vassalMaster, "#", ";"); !ok {
		return "", ""
	}
	return file, "touch " + sh(file)
}

// vassalAlone is a fix that mends the file of one vassal, and so need not start the Emperor anew with all he keeps.
func (l *live) vassalAlone(ctx context.Context, f *sysinfo.Facts, x Fix) Fix {
	last := -1
	for i, s := range x.Steps {
		if strings.Contains(s.Command, "systemctl restart ") {
			last = i
		}
	}
	if last < 0 {
		return x
	}
	u := appUnit(ctx, f, l)
	file, touch := touched(f, l, u)
	again := anew(u) + warmUp(u)
	if file == "" || !strings.HasPrefix(x.Steps[last].Command, anew(u)) {
		return x
	}
	mended := false
	for i, s := range x.Steps {
		if strings.Contains(s.Command, "systemctl daemon-reload") || strings.Contains(s.Command, "/etc/systemd/") || fromItsStart.MatchString(s.Command) {
			return x // the Emperor's own unit
		}
		mended = mended || i < last && strings.Contains(s.Command, sh(realFile(f.Host.Root, file)))
	}
	if !mended {
		return x
	}
	out := x
	out.Steps = append([]Step(nil), x.Steps...)
	out.Steps[last].Say = "The Emperor starts this vassal anew, and no other, within three seconds: the time of its file has changed"
	out.Steps[last].Command = touch + " && sleep 6"
	out.Undo = strings.ReplaceAll(strings.ReplaceAll(x.Undo, again, touch), u.Command("restart"), touch)
	return out
}

// vassalFolder is where a vassal's app lies: its file's chdir. Empty without one.
func vassalFolder(f *sysinfo.Facts, file string) string {
	w, ok := lastLineWith(f, file, uwsgiChdir, "#", ";")
	text, err := f.Host.Root.ReadFile(file)
	if !ok || err != nil {
		return ""
	}
	return spelledOut(path.Base(file), string(text), w.match[1])
}
