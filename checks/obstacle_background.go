package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

var (
	daemonTrue    = whenAsked(`^\s*(daemon)\s*=\s*True\b`)
	daemonizeLine = whenAsked(`^\s*(daemonize2?)\s*[=:]\s*(\S+)`)
)

// backgroundSetting: the program's own settings put it into the background (gunicorn's daemon, uWSGI's daemonize), and who started it takes the end of the first process for
// the end of the app: systemd clears away the rest, supervisord starts one more.
func backgroundSetting(_ context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	ended := u.CodeKind == "exited" && u.ExitCode == 0 || slices.Contains([]string{"protocol", "timeout"}, u.Result)
	if !ended && u.Manager == "" || u.Type() == "forking" || u.Within() != "" {
		return nil
	}
	var w written
	switch {
	case runsGunicorn(f, u):
		w, _ = lastLineWith(f, gunicornSettings(f, u), daemonTrue, "#")
	case strings.Contains(u.Exec, "uwsgi"):
		for _, file := range commandFiles(f, &live{}, u) {
			if w, _ = lastLineWith(f, file, daemonizeLine, "#", ";"); w.place.Known() {
				break
			}
		}
	}
	r := f.Host.Root
	if !w.place.Known() || strayLink(r, w.place.File) {
		return nil
	}
	keeper := "systemd"
	if u.Manager != "" {
		keeper = strings.Split(u.Name, ":")[0]
	}
	return &obstacle{where: w.place, says: fmt.Sprintf("%s sends the program into the background, and %s takes that for its end", w.match[1], keeper), evidence: []Evidence{lineOf(r, w.place)}, clear: func(x Fix) Fix {
		x.Undo = setLine(r, w.place, configLine(r, w.place))
		if w.match[1] == "daemon" {
			return x.Do("Keep it in the foreground: "+keeper+" looks after it", "%s", replace(r, w.place, "True", "False"))
		}
		return x.Do("Keep it in the foreground, where "+keeper+" looks after it, with the same log", "%s", replace(r, w.place, w.match[1], "logto"))
	}}
}
