package phpfpm

import "strings"

// Config is one php-fpm.conf with all it includes. It does not change after Read.
type Config struct {
	Path     string
	Global   Section
	Pools    []*Pool // in the order FPM meets them
	Files    []string
	Problems []Problem // in the order of reading; those of whole pools come last, as FPM checks them last
}

// Section is the settings of [global] or of a pool; for each key the last line counts.
type Section struct {
	Name   string
	Place  Place // of its first [name]
	values map[string]Value
	static func(key string) string
}

// Get is a setting by FPM's own name for it, or FPM's default.
func (s Section) Get(key string) Value {
	if v, ok := s.values[strings.ToLower(key)]; ok {
		return v
	}
	if s.static == nil {
		return Value{}
	}
	return Value{Text: s.static(key)}
}

// Pool is one pool. Its settings: p.Get("pm.max_children").Int().
type Pool struct {
	Section
	Env            map[string]Value
	SuppressedLogs []Value // access.suppress_path[]
	Again          []Place // where its name stands once more: that is the same pool, and of each key the last line counts (fpm_conf.c)
	Hidden         []Value // the addresses to listen on that a later line took the place of

	admin, user map[string]Value
}

// PHP is the php.ini setting this pool imposes; php_admin_value and php_admin_flag win over php_value and php_flag.
func (p *Pool) PHP(name string) Value {
	if v, ok := p.admin[name]; ok {
		return v
	}
	return p.user[name]
}

// StartServers is how many workers a dynamic pool starts with; not set, it lies between the spare numbers.
func (p *Pool) StartServers() int {
	if n := p.Get("pm.start_servers").Int(); n > 0 {
		return n
	}
	low, high := p.Get("pm.min_spare_servers").Int(), p.Get("pm.max_spare_servers").Int()
	return low + (high-low)/2
}

// Pool finds a pool; names do not care for case.
func (c *Config) Pool(name string) *Pool {
	for _, p := range c.Pools {
		if strings.EqualFold(p.Name, name) {
			return p
		}
	}
	return nil
}

// Failed are the problems that keep FPM from starting.
func (c *Config) Failed() []Problem {
	var failed []Problem
	for _, p := range c.Problems {
		if !p.Warning {
			failed = append(failed, p)
		}
	}
	return failed
}

// globalDefault is what [global] has when nothing is said (fpm_conf.c). error_log and pid depend on the build.
func globalDefault(key string) string {
	switch key {
	case "log_level":
		return "notice"
	case "log_limit":
		return "1024"
	case "log_buffering", "daemonize":
		return "1"
	case "systemd_interval":
		return "10"
	case "syslog.ident":
		return "php-fpm"
	case "syslog.facility":
		return "daemon"
	case "process.max", "process_control_timeout", "emergency_restart_threshold", "emergency_restart_interval":
		return "0"
	}
	return ""
}

// poolDefault is what a pool has when nothing is said (fpm_worker_pool_config_alloc). A backlog of -1 is the
// kernel's somaxconn; up to PHP 8.1 the default was 511.
func poolDefault(key string) string {
	switch key {
	case "listen.backlog":
		return "-1"
	case "listen.mode":
		return "0660"
	case "pm.process_idle_timeout":
		return "10"
	case "pm.max_spawn_rate":
		return "32"
	case "pm.max_requests", "request_terminate_timeout", "request_slowlog_timeout":
		return "0"
	case "request_slowlog_trace_depth":
		return "20"
	case "clear_env", "decorate_workers_output":
		return "1"
	case "security.limit_extensions":
		return ".php .phar"
	case "ping.response":
		return "pong"
	}
	return ""
}
