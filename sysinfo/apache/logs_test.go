package apache

import "testing"

func TestRotated(t *testing.T) {
	for _, tt := range []struct {
		command, file string
		dated         bool
	}{
		{"/usr/bin/rotatelogs /var/log/apache2/error.%Y%m%d 86400", "/var/log/apache2/error.%Y%m%d", true},
		{`/usr/bin/rotatelogs -l "/var/log/apache2/error" 86400"`, "/var/log/apache2/error", true},
		{"/usr/bin/rotatelogs -L /var/log/now -p /opt/turn /var/log/error.%s 5M", "/var/log/now", false},
		{"rotatelogs -p /opt/turn -f /var/log/error.%H 3600", "/var/log/error.%H", true},
		{"rotatelogs -n 5 /var/log/error 5M", "/var/log/error", false},
		{"rotatelogs logs/error_log 86400", "logs/error_log", true},
		{"/usr/bin/cronolog /var/log/%Y/error", "/var/log/%Y/error", true},
		{"/usr/local/bin/split /var/log/error", "", false},
		{"rotatelogs", "", false},
		{"rotatelogs -L", "", false},
	} {
		if file, dated := rotated(tt.command); file != tt.file || dated != tt.dated {
			t.Errorf("%s: got %q, %v; want %q, %v", tt.command, file, dated, tt.file, tt.dated)
		}
	}
}

func TestPipesToSyslog(t *testing.T) {
	for command, want := range map[string]bool{
		"/usr/bin/logger -t apache -p local6.err": true,
		`"/usr/bin/logger" -t shop`:               true,
		"/usr/bin/systemd-cat -t apache":          true,
		"logger -n 10.0.0.9 -t apache":            false,
		"logger --server=10.0.0.9":                false,
		"/usr/local/bin/split /var/log/error":     false,
		"":                                        false,
	} {
		if got := toSyslog(command); got != want {
			t.Errorf("%q: got %v", command, got)
		}
	}
}
