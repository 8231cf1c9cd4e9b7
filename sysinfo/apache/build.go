package apache

import (
	"path"
	"strings"
)

// Build is what is known of the program and of how it was started.
type Build struct {
	Version  string // "2.4.62"; "" when unknown
	Root     string // ServerRoot, until a file says otherwise
	ConfPath string // the main file
	Env      map[string]string
	Defines  []string // -D
	Static   []string // modules compiled in, by identifier
	ErrorLog string   // the default of ErrorLog
}

// layouts are where distributions put httpd's files, the most telling first.
var layouts = []Build{
	{Root: "/etc/apache2", ConfPath: "apache2.conf"},                                        // Debian, Ubuntu
	{Root: "/etc/apache2", ConfPath: "conf/httpd.conf", ErrorLog: "logs/error_log"},         // cPanel's EasyApache 4
	{Root: "/etc/httpd", ConfPath: "conf/httpd.conf", ErrorLog: "logs/error_log"},           // RHEL, Fedora, Arch
	{Root: "/srv/www", ConfPath: "/etc/apache2/httpd.conf", ErrorLog: "logs/error_log"},     // SUSE
	{Root: "/var/www", ConfPath: "/etc/apache2/httpd.conf", ErrorLog: "logs/error.log"},     // Alpine
	{Root: "/usr/local/apache2", ConfPath: "conf/httpd.conf", ErrorLog: "logs/error_log"},   // built from source, the image
	{Root: "/usr/local/apache", ConfPath: "conf/httpd.conf", ErrorLog: "logs/error_log"},    // older panels
	{Root: "/opt/bitnami/apache2", ConfPath: "conf/httpd.conf", ErrorLog: "logs/error_log"}, // Bitnami
	{Root: "/opt/bitnami/apache", ConfPath: "conf/httpd.conf", ErrorLog: "logs/error_log"},
	{Root: "/usr/local/etc/apache24", ConfPath: "httpd.conf", ErrorLog: "logs/error_log"},
	{Root: "/www/server/apache", ConfPath: "conf/httpd.conf", ErrorLog: "logs/error_log"},             // aaPanel
	{Root: "/opt/rh/httpd24/root/etc/httpd", ConfPath: "conf/httpd.conf", ErrorLog: "logs/error_log"}, // software collections
}

// Find is the layout of this machine, the one below root where there are several; ok is false when no httpd is configured here.
func Find(files Files, root string) (b Build, ok bool) {
	for _, l := range layouts {
		l.ConfPath = under(l.Root, l.ConfPath)
		if files.Exists(l.ConfPath) && (!ok || l.Root == root && b.Root != root) {
			b, ok = l, true
		}
	}
	return b, ok
}

// Lost is the layout whose folder is here although its first file is not.
func Lost(files Files) (b Build, ok bool) {
	for _, l := range layouts {
		if files.Exists(l.Root) {
			l.ConfPath = under(l.Root, l.ConfPath)
			return l, true
		}
	}
	return b, false
}

// ParseVersion reads the output of `httpd -v`, which opens no configuration.
func ParseVersion(output []byte) string {
	_, v, _ := strings.Cut(string(output), "Apache/")
	end := strings.IndexFunc(v, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	if end < 0 {
		end = len(v)
	}
	return v[:end]
}

// always are compiled into every httpd that distributions build (httpd -l).
var always = []string{"core_module", "so_module", "http_module", "log_config_module", "logio_module", "version_module", "unixd_module", "watchdog_module"}

// Started takes the options of a command line in: -f, -d, -D, and what they change.
func (b Build) Started(args []string) Build {
	for i := 1; i < len(args); i++ {
		option, value := args[i], ""
		if len(option) < 2 || option[0] != '-' {
			continue
		}
		if value = option[2:]; value == "" && i+1 < len(args) {
			value = args[i+1]
		}
		switch option[1] {
		case 'd':
			b.Root = value
		case 'f':
			b.ConfPath = value
		case 'D':
			b.Defines = append(b.Defines, value)
		}
	}
	return b
}

func (b Build) withDefaults() Build {
	if b.Root == "" {
		b.Root = "/etc/apache2"
	}
	if b.ConfPath == "" {
		b.ConfPath = "apache2.conf"
	}
	if b.ErrorLog == "" {
		b.ErrorLog = "logs/error_log"
	}
	b.ConfPath = under(b.Root, b.ConfPath)
	if b.Static == nil {
		b.Static = always
	}
	return b
}

// under makes a relative path start at dir.
func under(dir, name string) string {
	if name == "" || strings.HasPrefix(name, "/") {
		return name
	}
	return path.Join(dir, name)
}

// moduleID is a module's identifier, whichever of its two names was written.
func moduleID(name string) string {
	name = strings.Trim(name, `"'`)
	if base, ok := strings.CutPrefix(name, "mod_"); ok {
		name = strings.TrimSuffix(base, ".c") + "_module"
	}
	if id, ok := map[string]string{"core.c": "core_module", "http_core.c": "http_module", "prefork.c": "mpm_prefork_module", "worker.c": "mpm_worker_module",
		"event.c": "mpm_event_module", "mod_php.c": "php_module"}[name]; ok {
		return id
	}
	return name
}
