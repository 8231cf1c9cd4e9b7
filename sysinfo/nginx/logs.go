package nginx

import "strings"

// Sink is where a log goes.
type Sink string

const (
	ToFile   Sink = "file"
	ToSyslog Sink = "syslog"
	ToStderr Sink = "stderr" // the journal, or the container's log
	ToMemory Sink = "memory"
)

// Log is one error_log or access_log.
type Log struct {
	Sink   Sink
	Path   string // of a file; of syslog what follows "syslog:"
	Level  string // of an error log
	Format string // of an access log: the format's name
	Layout string // of an access log: the format itself, "" when no log_format defines it
	Place  Place  // zero for nginx's default
}

// combined is the access log format nginx has without being told.
const combined = `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"`

// ErrorLogs are those that hold in this block. `error_log off` is no way to switch it off: it is a file named off.
func (c *Config) errorLogs(b *Block) []Log {
	var logs []Log
	for _, s := range b.All("error_log") {
		if l, ok := c.sink(s); ok {
			l.Level = "error"
			if level := s.arg(1); level != "" {
				l.Level = level
			}
			logs = append(logs, l)
		}
	}
	if logs == nil {
		l, _ := c.sink(Setting{Args: []string{c.built.ErrorLogPath}})
		l.Level = "error"
		logs = append(logs, l)
	}
	return logs
}

// accessLogs are those that hold in this block, none when it says off.
func (c *Config) accessLogs(b *Block) []Log {
	settings := b.All("access_log")
	if settings == nil {
		settings = []Setting{{Args: []string{c.built.HTTPLogPath}}}
	}
	var logs []Log
	for _, s := range settings {
		if s.Value() == "off" {
			return nil
		}
		l, ok := c.sink(s)
		if !ok {
			continue
		}
		l.Format = "combined"
		if name := s.arg(1); name != "" && !strings.Contains(name, "=") {
			l.Format = name
		}
		l.Layout = c.layout(l.Format)
		logs = append(logs, l)
	}
	return logs
}

func (c *Config) sink(s Setting) (Log, bool) {
	l := Log{Sink: ToFile, Place: s.Place}
	target := s.Value()
	switch {
	case target == "":
		return l, false
	case target == "stderr":
		l.Sink = ToStderr
	case strings.HasPrefix(target, "memory:"):
		l.Sink = ToMemory
	case strings.HasPrefix(target, "syslog:"):
		l.Sink, l.Path = ToSyslog, strings.TrimPrefix(target, "syslog:")
	default:
		l.Path = under(c.Prefix, target)
	}
	return l, true
}

// layout is the text of a log_format.
func (c *Config) layout(name string) string {
	if http := c.Main.Find("http"); http != nil {
		for _, s := range http.Own("log_format") {
			if s.Value() != name {
				continue
			}
			parts := s.Args[1:]
			if len(parts) > 0 && strings.HasPrefix(parts[0], "escape=") {
				parts = parts[1:]
			}
			return strings.Join(parts, "")
		}
	}
	if name == "combined" {
		return combined
	}
	return ""
}
