package checks

import (
	"fmt"
	"path"
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
	gunicornFlag = regexp.MustCompile(`(^|\s)(--timeout[ =]|-t[ =]?)(\d+)`)
	gunicornFile = regexp.MustCompile(`(?:\s-c[ =]?|\s--config[ =])(?:file:)?(\S+)`)
	timeoutLine  = regexp.MustCompile(`^\s*timeout\s*=\s*(\d+)`)
	harakiriFlag = regexp.MustCompile(`--harakiri[ =](\d+)`)
	harakiriLine = regexp.MustCompile(`^\s*harakiri\s*=\s*(\d+)`)
)

// gunicornLimit finds gunicorn's timeout: on its command line, which counts before its file of settings.
func gunicornLimit(f *sysinfo.Facts, u sysinfo.Unit) (timeLimit, bool) {
	start, ok := setBy(f, u, "ExecStart")
	if !ok || !strings.Contains(u.Exec, "gunicorn") {
		return timeLimit{}, false
	}
	if m := gunicornFlag.FindStringSubmatch(configLine(f.Host.Root, start.Place)); m != nil {
		n, _ := strconv.Atoi(m[3])
		return timeLimit{start.Place, m[2] + m[3], n, true}, true
	}
	name := "gunicorn.conf.py"
	if m := gunicornFile.FindStringSubmatch(u.Exec); m != nil {
		name = m[1]
	}
	if !path.IsAbs(name) {
		name = path.Join("/", u.Props["WorkingDirectory"], name)
	}
	return limitIn(f, name, timeoutLine)
}

// harakiriLimit finds uWSGI's: in its ini file, or on its command line.
func harakiriLimit(f *sysinfo.Facts, u sysinfo.Unit) (timeLimit, bool) {
	if at := iniLine(f, u, "harakiri"); at.Line > 0 {
		return limitIn(f, at.File, harakiriLine)
	}
	start, ok := setBy(f, u, "ExecStart")
	if !ok {
		return timeLimit{}, false
	}
	m := harakiriFlag.FindStringSubmatch(configLine(f.Host.Root, start.Place))
	if m == nil {
		return timeLimit{}, false
	}
	n, _ := strconv.Atoi(m[1])
	return timeLimit{start.Place, m[0], n, true}, true
}

// limitIn finds a limit on a line of its own; the last one counts.
func limitIn(f *sysinfo.Facts, name string, re *regexp.Regexp) (found timeLimit, ok bool) {
	b, err := f.Host.Root.ReadFile(name)
	if err != nil {
		return found, false
	}
	n := 0
	for line := range strings.Lines(string(b)) {
		n++
		if m := re.FindStringSubmatch(line); m != nil {
			s, _ := strconv.Atoi(m[1])
			found, ok = timeLimit{place: sysinfo.Place{File: name, Line: n}, old: strings.TrimSpace(m[0]), seconds: s}, true
		}
	}
	return found, ok
}

// raise lets requests run almost as long as the gateway waits, where that is longer than now.
func (t timeLimit) raise(f *sysinfo.Facts, l *live, u sysinfo.Unit, x Fix) Fix {
	longer := int((l.Settings.Read - 5*time.Second).Seconds())
	if longer <= t.seconds {
		return x.Tell("The limit at %s is %d seconds, and %s waits %s: longer than that no page can take", t.place, t.seconds, l.From, seconds(l.Settings.Read))
	}
	x.Workaround = true
	value := strings.TrimSuffix(t.old, strconv.Itoa(t.seconds)) + strconv.Itoa(longer)
	x.Undo = setLine(f.Host.Root, t.place, configLine(f.Host.Root, t.place))
	x = x.Do(fmt.Sprintf("If the work is honestly long: raise the limit, a little below the %s that %s waits", seconds(l.Settings.Read), l.From), "%s", replace(f.Host.Root, t.place, t.old, value))
	if t.unit {
		x = daemonReload(x)
	}
	return x.Do("Start the app with it", "%s%s", u.Command("restart"), warmUp(u))
}
