package apache

import (
	"path"
	"slices"
	"strings"
)

// Sink is where a log goes.
type Sink string

const (
	ToFile   Sink = "file"
	ToPipe   Sink = "pipe" // a program, rotatelogs mostly
	ToSyslog Sink = "syslog"
	ToStderr Sink = "stderr" // the container's log
)

// Log is one ErrorLog or CustomLog.
type Log struct {
	Sink   Sink
	Path   string // of a file; else what stands behind the | or syslog:
	Dated  bool   // the file's name changes with the time: Path is rotatelogs' pattern (strftime(3)), or what it puts the time behind
	Layout string // of an access log
	Place  Place  // zero for httpd's default
}

// ErrorLog is where this server's errors are written.
func (s *Server) ErrorLog() Log {
	d := s.Get("ErrorLog")
	if d == nil {
		return s.config.sink(s.config.Built.ErrorLog, Place{})
	}
	return s.config.sink(d.Arg(0), d.Place)
}

// AccessLogs are where this server's requests are written: its own logs, or the main server's when it has none.
func (s *Server) AccessLogs() []Log {
	own := s.accessLines(s.Section)
	if own == nil && s.base != nil {
		own = s.accessLines(s.base.Section)
	}
	var out []Log
	for _, d := range own {
		l := s.config.sink(d.Arg(0), d.Place)
		l.Layout = s.layout(d.Arg(1))
		out = append(out, l)
	}
	return out
}

func (s *Server) accessLines(sec *Section) []*Directive {
	var out []*Directive
	for _, i := range sec.Items {
		if d := i.Directive; d != nil && len(d.Args) > 0 && (d.Is("CustomLog") || d.Is("TransferLog")) {
			out = append(out, d)
		}
	}
	return out
}

// layout is the text of a format, which may go by a nickname.
func (s *Server) layout(format string) string {
	if strings.Contains(format, "%") {
		return format
	}
	for _, sec := range []*Server{s, s.base} {
		if sec == nil {
			continue
		}
		for _, d := range sec.Own("LogFormat") {
			if format != "" && strings.EqualFold(d.Arg(1), format) {
				return d.Arg(0)
			}
		}
	}
	return ""
}

func (c *Config) sink(target string, at Place) Log {
	l := Log{Sink: ToFile, Path: target, Place: at}
	switch {
	case strings.HasPrefix(target, "|"):
		l.Sink, l.Path = ToPipe, strings.TrimLeft(target, "|$ ")
		if file, dated := rotated(l.Path); file != "" {
			l.Sink, l.Path, l.Dated = ToFile, under(c.Root(), file), dated
		} else if toSyslog(l.Path) {
			l.Sink, l.Path = ToSyslog, ""
		}
	case strings.HasPrefix(target, "syslog"), strings.HasPrefix(target, "journald"):
		l.Sink, l.Path = ToSyslog, strings.TrimPrefix(strings.TrimPrefix(target, "syslog"), ":")
	case target == "/dev/stderr", target == "/proc/self/fd/2", target == "/dev/stdout", target == "/proc/self/fd/1":
		l.Sink, l.Path = ToStderr, ""
	default:
		l.Path = under(c.Root(), target)
	}
	return l
}

// toSyslog says that a program hands on what it is given to the syslog of this machine: logger(1), systemd-cat(1).
func toSyslog(command string) bool {
	fields := strings.Fields(strings.ReplaceAll(command, `"`, ""))
	if len(fields) == 0 {
		return false
	}
	elsewhere := func(w string) bool {
		return w == "-n" || w == "-u" || strings.HasPrefix(w, "--server") || strings.HasPrefix(w, "--socket")
	}
	return path.Base(fields[0]) == "systemd-cat" || path.Base(fields[0]) == "logger" && !slices.ContainsFunc(fields[1:], elsewhere)
}

// rotated is the file that a piped rotatelogs or cronolog writes; dated where its name changes with the time.
func rotated(command string) (file string, dated bool) {
	fields := strings.Fields(strings.ReplaceAll(command, `"`, ""))
	if len(fields) < 2 || !strings.Contains(fields[0], "rotatelogs") && !strings.Contains(fields[0], "cronolog") {
		return "", false
	}
	numbered := false
	for i := 1; i < len(fields); i++ {
		switch f := fields[i]; {
		case f == "-L" && i+1 < len(fields):
			return fields[i+1], false // the link that always leads to the newest
		case f == "-p":
			i++ // a program to run at each turn
		case f == "-n":
			numbered = true
		case strings.HasPrefix(f, "/") || strings.Contains(f, "logs/"):
			return f, !numbered || strings.Contains(f, "%")
		}
	}
	return "", false
}
