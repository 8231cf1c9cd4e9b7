package sysinfo

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo/late"
)

// maxLogs is how many of a service's own files are read.
const maxLogs = 4

// Words are what a service said lately: the messages of and about it that Journal gives, and the last lines of the files it
// writes to beside or in its stead, oldest first. A journal that could not be read is an error only where no file tells more.
func (f *Facts) Words(ctx context.Context, u Unit) ([]JournalLine, error) {
	return Memo(f, fmt.Sprintf("words of %s %d", u.Name, u.MainPID), func() ([]JournalLine, error) {
		lines, err := f.Journal(ctx, cmp.Or(u.Within(), u.Name))
		if u.Within() != "" {
			lines = wordsWithin(u, lines)
		}
		var own []JournalLine
		for _, name := range f.LogFiles(ctx, u) {
			if name != u.LogFile || u.Within() != "" {
				own = append(own, f.fileWords(u, name)...)
			}
		}
		if len(own) == 0 {
			return lines, err
		}
		all := append(slices.Clone(lines), own...)
		slices.SortStableFunc(all, func(a, b JournalLine) int { return a.Time.Compare(b.Time) })
		return all, nil
	})
}

// SaidIn are the lines that a program which is no service wrote to a file within the window.
func (f *Facts) SaidIn(file string) []JournalLine { return f.fileWords(Unit{Name: file}, file) }

// fileWords are the last lines of a log within the window.
func (f *Facts) fileWords(u Unit, name string) []JournalLine {
	info, err := f.Host.Root.Stat(name)
	since := f.Host.Now().Add(-f.Since)
	if err != nil || !info.Mode.IsRegular() || info.ModTime.Before(since) {
		return nil
	}
	text, err := f.Host.Root.Tail(name, logTail)
	if err != nil {
		return nil
	}
	out := lastLines(f.logLines(u, text, info.ModTime))
	n := f.linesBefore(name, text) + strings.Count(text, "\n")
	if !strings.HasSuffix(text, "\n") {
		n++
	}
	blank := 0
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == "" {
			blank++
		}
	}
	for i := range out {
		out[i].Source = name
		if blank == 0 { // then each line of the text is one of these
			out[i].Source = fmt.Sprintf("%s:%d", name, n-len(out)+1+i)
		}
	}
	return slices.DeleteFunc(out, func(l JournalLine) bool { return l.Time.Before(since) })
}

// LogFiles are the files that a service of this machine writes what it has to say to: the output that its unit names
// (StandardOutput=append:…, systemd.exec(5)), what its command line or its settings call its log, and what its processes have
// open. Access logs are none.
func (f *Facts) LogFiles(ctx context.Context, u Unit) []string {
	if u.Contained() {
		return nil
	}
	out, _ := Memo(f, fmt.Sprintf("logs of %s %d", u.Name, u.MainPID), func() ([]string, error) {
		var out []string
		for _, name := range f.calledLogs(ctx, u) {
			if name.path = path.Clean(name.path); f.isLog(ctx, u, name) && !slices.Contains(out, name.path) && len(out) < maxLogs {
				out = append(out, name.path)
			}
		}
		return out, nil
	})
	return out
}

// calledLog is a file that somebody calls a service's log: by is the user whose words these are.
type calledLog struct {
	path string
	by   int
}

func (f *Facts) calledLogs(ctx context.Context, u Unit) []calledLog {
	out := []calledLog{{u.LogFile, 0}, {u.Props["beside"], 0}}
	add := func(by int, names ...string) {
		for _, name := range names {
			out = append(out, calledLog{name, by})
		}
	}
	command := u.Exec
	for _, l := range f.UnitLines(u) {
		switch l.Key {
		case "StandardOutput", "StandardError":
			if how, name, ok := strings.Cut(l.Value, ":"); ok && slices.Contains([]string{"append", "file", "truncate"}, how) {
				add(0, specified(u, name))
			}
		case "ExecStart":
			command += " " + specified(u, l.Value) // systemctl show leaves the quotes of sh -c out
		}
	}
	add(0, namedLogs(logArgument, command)...)
	for _, name := range f.SettingsOf(u) {
		i, err := f.Host.Root.Stat(name)
		if err != nil || i.Size >= 256<<10 {
			continue
		}
		if b, err := f.Host.Root.ReadFile(name); err == nil {
			how := logSetting
			if path.Ext(name) == ".sh" {
				how = logArgument
			}
			add(i.UID, namedLogs(how, string(b))...)
		}
	}
	add(0, f.openLogs(ctx, u)...)
	return out
}

// specified puts a unit's name where systemd would: %n whole, %p, %N and %i in part (systemd.unit(5), "Specifiers").
func specified(u Unit, s string) string {
	word := strings.TrimSuffix(u.Name, ".service")
	prefix, instance, _ := strings.Cut(word, "@")
	return strings.NewReplacer("%n", u.Name, "%N", word, "%p", prefix, "%i", instance, "%I", instance, "%%", "%").Replace(s)
}

// likeLog is how logs are called: error.log, shop.err, app-log, log.1.
var likeLog = late.New(`(?i)\.(log|err|out)(\.\d+)?$|(^|[._-])logs?([._-]|\d|$)`)

// isLog says that a file is called like a log, and not like one of requests, and that whoever calls it so could read it himself:
// an app's own settings get nobody else's file shown to the person at the screen, by its name or by a link.
func (f *Facts) isLog(ctx context.Context, u Unit, name calledLog) bool {
	real, err := f.Host.Root.Resolve(name.path)
	info, err2 := f.Host.Root.Stat(name.path)
	if err != nil || err2 != nil || !path.IsAbs(name.path) || !info.Mode.IsRegular() {
		return false
	}
	for _, name := range []string{name.path, real} {
		base := path.Base(name)
		if !likeLog.MatchString(base) && !strings.HasPrefix(name, "/var/log/") || private(name) || strings.Contains(base, "access") || strings.Contains(base, "request") {
			return false
		}
	}
	if name.by == 0 || info.UID == name.by {
		return true
	}
	c, ok := f.UnitCreds(ctx, u)
	return ok && c.UID != 0 && c.May(info, 2)
}

// private says that a file lies where no service has its log.
func private(name string) bool {
	for _, dir := range []string{"/etc/", "/dev/", "/proc/", "/sys/", "/root/", "/run/secrets/", "/boot/"} {
		if strings.HasPrefix(name, dir) {
			return true
		}
	}
	return strings.HasPrefix(name, "/home/") && strings.Contains(name, "/.")
}

var (
	// logArgument is a log in a command line: gunicorn --error-logfile, uWSGI --logto and --daemonize, a shell's 2>>.
	logArgument = late.New(`(?:--(?:error-?log(?:-?file)?|log-?(?:file|to2?|path)|daemonize2?|logger|stderr|stdout)[= ]|[12&]?>>?\s*)(?:file:)?["']?(/[^\s"';&|)]+)`)
	// logSetting is one in a file of settings: gunicorn's errorlog, uWSGI's logto, daemonize and logger, Puma's
	// stdout_redirect with a path for each output.
	logSetting = late.New(`(?m)^[ \t]*(?:errorlog|error_log|log-?_?to2?|daemonize2?|log_?file|logger|stdout_redirect)[ \t]*[=:(]?[ \t]*(?:file:)?["']?(/[^\s"',]+)(?:["'],[ \t]*["'](/[^\s"']+))?`)
)

func namedLogs(re late.Regexp, text string) []string {
	var out []string
	for _, m := range re.FindAllStringSubmatch(text, 8) {
		out = append(out, m[1:]...)
	}
	return out
}

// maxVassals bounds how many of an emperor's files are read.
const maxVassals = 50

// SettingsOf are the files that a service's command line names, and those it reads without being told: gunicorn's, an emperor's vassals.
func (f *Facts) SettingsOf(u Unit) []string {
	var out []string
	for w := range strings.FieldsSeq(u.Exec) {
		if _, value, ok := strings.Cut(w, "="); ok && strings.HasPrefix(w, "-") {
			w = value
		}
		w = strings.Trim(strings.TrimPrefix(w, "python:"), `"'`)
		if slices.Contains([]string{".py", ".ini", ".conf", ".rb", ".yml", ".yaml", ".toml", ".json", ".sh"}, path.Ext(w)) {
			out = append(out, inFolder(u, w))
		}
	}
	switch {
	case strings.Contains(u.Exec, "gunicorn"):
		out = append(out, inFolder(u, "gunicorn.conf.py"))
	case strings.Contains(u.Exec, "puma"):
		out = append(out, inFolder(u, "config/puma.rb"))
	}
	if dir := f.Emperor(u); dir != "" {
		vassals, _ := f.Host.Root.Glob(dir + "/*.ini") // none is none
		out = append(out, vassals[:min(len(vassals), maxVassals)]...)
	}
	return out
}

func inFolder(u Unit, name string) string {
	if path.IsAbs(name) {
		return name
	}
	return path.Join("/", u.Folder(), name)
}

// openLogs are the logs that a service's processes have open: /proc/PID/fd, which is root's to read (proc(5)).
func (f *Facts) openLogs(ctx context.Context, u Unit) []string {
	if u.MainPID == 0 {
		return nil
	}
	var out []string
	for fd := range 32 {
		name, err := f.Host.Root.Readlink(fmt.Sprintf("/proc/%d/fd/%d", u.MainPID, fd))
		if err != nil || !path.IsAbs(name) || strings.HasSuffix(name, " (deleted)") {
			continue
		}
		out = append(out, name)
	}
	return out
}

// ToldLogs are the files that its unit, its command or its settings call a service's logs, whether they are there or not.
func (f *Facts) ToldLogs(ctx context.Context, u Unit) []string {
	var out []string
	for _, name := range f.calledLogs(ctx, u) {
		if path.IsAbs(name.path) {
			out = append(out, path.Clean(name.path))
		}
	}
	return out
}
