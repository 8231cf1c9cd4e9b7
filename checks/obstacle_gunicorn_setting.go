package checks

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

// refusedSetting are gunicorn's words for a setting that it cannot do what it says of, and the names of such a setting: in its file, and on its command line (gunicorn/config.py, pidfile.py,
// workers/workertmp.py). What is optional may go: gunicorn does without.
var refusedSetting = []struct {
	words    pattern
	key      string
	flags    string
	optional bool
	says     string
}{
	{whenAsked(`No such user: '?(\w[\w.-]*)`), "user", "user|-u", true, "there is no user %s"},
	{whenAsked(`No such group: '?(\w[\w.-]*)`), "group", "group|-g", true, "there is no group %s"},
	{whenAsked(`^PermissionError: \[Errno 1\] Operation not permitted: '(/[^']*)/wgunicorn-`), "user|group", "user|group|-u|-g", true, "only root may change to another user or group"},
	{whenAsked(`^PermissionError: \[Errno 13\] Permission denied: '(/[^']*)/tmp\w{8}'`), "pidfile", "pid|-p", true, "its user may not write to %s"},
	{whenAsked(`log config '?([^' ]+)'? not found`), "logconfig", "log-config", true, "%s does not exist"},
	{whenAsked(`certfile "([^"]+)" does not exist`), "certfile", "certfile", false, "%s does not exist"},
	{whenAsked(`keyfile "([^"]+)" does not exist`), "keyfile", "keyfile", false, "%s does not exist"},
	{whenAsked(`environment setting '([^']*)' invalid`), "raw_env", "env|-e", false, "%s has no value: gunicorn wants NAME=value"},
}

// gunicornRefuses: gunicorn ends at its start over the value of one of its own settings.
func gunicornRefuses(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	if err != nil || !fails(u) && u.Manager == "" || !runsGunicorn(f, u) {
		return nil
	}
	for _, l := range reversed(recent(lines)) {
		text := strings.TrimSpace(l.Text)
		for _, s := range refusedSetting {
			m := s.words.FindStringSubmatch(text)
			if m == nil {
				continue
			}
			w, flag := gunicornSays(f, u, s.key, s.flags)
			if !w.place.Known() || s.key == "pidfile" && path.Dir(strings.Trim(w.match[2], `"'`)) != m[1] {
				return nil
			}
			says := s.says
			if strings.Contains(says, "%s") {
				says = fmt.Sprintf(says, m[1])
			}
			o := &obstacle{where: w.place, says: fmt.Sprintf("gunicorn does not take its setting %s: %s", w.match[1], says), evidence: []Evidence{{Source: l.Source, Text: text, Time: l.Time}, lineOf(f.Host.Root, w.place)}}
			_, pid := setBy(f, u, "PIDFile")
			free := s.optional && (s.key != "pidfile" || !pid) && (!strings.Contains(s.key, "user") && s.key != "group" || u.User != "" && u.User != "root")
			o.clear = func(x Fix) Fix { return dropSetting(f, u, x, w, flag, free) }
			return o
		}
	}
	return nil
}

// dropSetting takes a setting out that the program can do without; what it cannot is for people to correct.
func dropSetting(f *sysinfo.Facts, u sysinfo.Unit, x Fix, w written, flag, free bool) Fix {
	r := f.Host.Root
	line := configLine(r, w.place)
	switch {
	case !free || QuoteConfig(line) != line || !flag && !wholeStatement.MatchString(line):
		return x.Tell("Correct %s at %s, or leave it out if the app does not need it", w.match[1], w.place)
	case flag && strings.Count(line, w.match[0]) != 1:
		return x.Tell("Take %s out of %s", w.match[1], w.place)
	case flag:
		x.Undo = setLine(r, w.place, line)
		x = x.Do(fmt.Sprintf("Leave %s out: the app runs without it", w.match[1]), "%s", replace(r, w.place, w.match[0], ""))
	default:
		x.Undo = setLine(r, w.place, line)
		x = x.Do(fmt.Sprintf("Leave %s out: the app runs without it", w.match[1]), "%s", commentOut(r, w.place))
	}
	if w.unit || u.Manager != "" && w.place.File == u.Fragment {
		return readAnewKept(u, x)
	}
	return x
}

// readAnewKept lets the keeper of a service read its file, whoever it is.
func readAnewKept(u sysinfo.Unit, x Fix) Fix {
	x.Undo += "; systemctl daemon-reload"
	return daemonReload(x)
}

// wholeStatement is a line of Python that sets one thing and ends there.
var wholeStatement = whenAsked(`^\s*\w+\s*=\s*(?:"[^"\\]*"|'[^'\\]*'|[\w.]+)\s*(?:#.*)?$`)

// gunicornSays is where a setting of gunicorn's stands, by its names in the file of settings and as a flag; what counts first: the command, GUNICORN_CMD_ARGS, the file.
func gunicornSays(f *sysinfo.Facts, u sysinfo.Unit, keys, flags string) (w written, flag bool) {
	var names []string
	for name := range strings.SplitSeq(flags, "|") {
		if !strings.HasPrefix(name, "-") {
			name = "--" + name
		}
		names = append(names, name)
	}
	asFlag := regexp.MustCompile(`\s(` + strings.Join(names, "|") + `)[ =]("[^"]*"|[^\s"']+)`)
	if w, ok := inCommand(f, u, asFlag); ok {
		return w, true
	}
	for _, s := range settingFiles(f, u) {
		if w, ok := lastLineWith(f, s.name, asFlag, "#"); ok && !strayLink(f.Host.Root, s.name) {
			return w, true
		}
	}
	file := gunicornSettings(f, u)
	if file == "" || strayLink(f.Host.Root, file) {
		return written{}, false
	}
	w, _ = lastLineWith(f, file, regexp.MustCompile(`^\s*(`+keys+`)\s*=\s*(.*)$`), "#")
	return w, false
}
