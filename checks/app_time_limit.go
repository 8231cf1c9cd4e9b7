package checks

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo"
)

// timeLimit is the line that says how long an app server lets a request run.
type timeLimit struct {
	place   sysinfo.Place
	old     string // as it stands there: "--timeout 2", "timeout = 2"
	seconds int
	unit    bool // the line is systemd's to read
}

var (
	gunicornFlag = whenAsked(`(?:^|[\s"'=])(--timeout[ =]|-t[ =]?)(\d+)`)
	gunicornVar  = whenAsked(`(?:^|\s)(?:--timeout[ =]|-t[ =]?)\$\{?(\w+)`)
	gunicornArgs = whenAsked(`GUNICORN_CMD_ARGS=.*?(--timeout[ =]|-t[ =]?)(\d+)`)
	gunicornFile = whenAsked(`(?:\s-c[ =]?|\s--config[ =])(?:file:)?(\S+)`)
	timeoutLine  = whenAsked(`^\s*(timeout\s*=\s*)(\d+)`)
	harakiriFlag = whenAsked(`(--harakiri[ =])(\d+)`)
	harakiriLine = whenAsked(`^\s*(harakiri\s*[=:]\s*)(\d+)`)
)

// gunicornLimit finds gunicorn's timeout: on its command line, which counts before its environment, which counts before
// its file of settings.
func gunicornLimit(f *sysinfo.Facts, u sysinfo.Unit) (timeLimit, bool) {
	if w, ok := inCommand(f, u, gunicornFlag); ok && w.place.File != "" {
		return limitAt(w)
	}
	if w, ok := inCommand(f, u, gunicornVar); ok {
		set := regexp.MustCompile(`(?:^|[\s"'=])(` + regexp.QuoteMeta(w.match[1]) + `=["']?)(\d+)`)
		if w, ok := inEnvironment(f, u, set); ok {
			return limitAt(w)
		}
	}
	if w, ok := inEnvironment(f, u, gunicornArgs); ok {
		return limitAt(w)
	}
	return inFileOf(f.Host.Root, gunicornSettings(f, u))
}

// inFileOf is the limit that gunicorn's file of settings has.
func inFileOf(root sysinfo.Root, file string) (timeLimit, bool) {
	if w, ok := lastLineIn(root, file, timeoutLine, "#"); ok {
		return limitAt(w)
	}
	return timeLimit{}, false
}

// harakiriLimit finds uWSGI's: on its command line, or in its file.
func harakiriLimit(f *sysinfo.Facts, l *live, u sysinfo.Unit) (timeLimit, bool) {
	if w, ok := inCommand(f, u, harakiriFlag); ok {
		return limitAt(w)
	}
	if at := iniLine(f, l, u, "harakiri"); at.Line > 0 {
		if w, ok := lastLineWith(f, at.File, harakiriLine, "#", ";"); ok {
			return limitAt(w)
		}
	}
	return timeLimit{}, false
}

// limitAt is the limit on a line; the expression keeps apart what stands before the number.
func limitAt(w written) (timeLimit, bool) {
	n, err := strconv.Atoi(w.match[2])
	return timeLimit{w.place, w.match[1] + w.match[2], n, w.unit}, err == nil
}

// almostAsLong is in seconds how long a page may take so that the app gives up before the gateway does; a minute, which most
// gateways wait, for one that waits without end, as Caddy does.
func almostAsLong(l *live) int {
	if l.Settings.Read == 0 {
		return 60
	}
	return int((l.Settings.Read - min(5*time.Second, l.Settings.Read/4)).Seconds())
}

// almostThat is the same in words.
func almostThat(l *live) string {
	if l.Settings.Read == 0 {
		return fmt.Sprintf("to a minute, say: %s waits without end", l.From)
	}
	return fmt.Sprintf("a little below the %s that %s waits", seconds(l.Settings.Read), l.From)
}

// raise lets requests run almost as long as the gateway waits, where that is longer than now.
func (t timeLimit) raise(f *sysinfo.Facts, l *live, u sysinfo.Unit, x Fix) Fix {
	return t.raiseIn(f.Host.Root, l, u, x)
}

func (t timeLimit) raiseIn(root sysinfo.Root, l *live, u sysinfo.Unit, x Fix) Fix {
	longer := almostAsLong(l)
	switch {
	case longer <= t.seconds && l.Settings.Read == 0:
		return x.Tell("The limit at %s is %d seconds already. If the work is honestly longer, raise it: %s waits without end", t.place, t.seconds, l.From)
	case longer <= t.seconds:
		return x.Tell("The limit at %s is %d seconds, and %s waits %s: longer than that no page can take", t.place, t.seconds, l.From, seconds(l.Settings.Read))
	}
	x.Workaround = true
	value := strings.TrimSuffix(t.old, strconv.Itoa(t.seconds)) + strconv.Itoa(longer)
	x.Undo = setLine(root, t.place, configLine(root, t.place))
	x = x.Do("If the work is honestly long: raise the limit, "+almostThat(l), "%s", replace(root, t.place, t.old, value))
	if t.unit {
		x = daemonReload(x)
	}
	return asKept(u, x.Do("Start the app with it", "%s%s", anew(u), warmUp(u)))
}
