package phpfpm

import "strings"

// kind is how FPM reads a key's value.
type kind int

const (
	unknown kind = iota
	text
	number
	boolean
	seconds
	manager  // pm
	core     // rlimit_core
	level    // log_level
	facility // syslog.facility
)

// globalKind knows the keys of [global] in PHP 5.3 to 8.5 (ini_fpm_global_options in sapi/fpm/fpm/fpm_conf.c).
func globalKind(key string) kind {
	switch strings.ToLower(key) {
	case "pid", "error_log", "syslog.ident", "events.mechanism":
		return text
	case "syslog.facility":
		return facility
	case "log_level":
		return level
	case "log_limit", "emergency_restart_threshold", "process.max", "process.priority", "rlimit_files":
		return number
	case "log_buffering", "daemonize":
		return boolean
	case "emergency_restart_interval", "process_control_timeout", "systemd_interval":
		return seconds
	case "rlimit_core":
		return core
	}
	return unknown
}

// poolKind knows the keys of a pool (ini_fpm_pool_options).
func poolKind(key string) kind {
	switch strings.ToLower(key) {
	case "prefix", "user", "group", "listen", "listen.owner", "listen.group", "listen.mode", "listen.acl_users",
		"listen.acl_groups", "listen.allowed_clients", "pm.status_path", "pm.status_listen", "ping.path",
		"ping.response", "access.log", "access.format", "slowlog", "chroot", "chdir",
		"security.limit_extensions", "apparmor_hat":
		return text
	case "listen.backlog", "listen.setfib", "process.priority", "pm.max_children", "pm.start_servers",
		"pm.min_spare_servers", "pm.max_spare_servers", "pm.max_spawn_rate", "pm.max_requests",
		"request_slowlog_trace_depth", "rlimit_files":
		return number
	case "process.dumpable", "request_terminate_timeout_track_finished", "catch_workers_output",
		"decorate_workers_output", "clear_env":
		return boolean
	case "pm.process_idle_timeout", "request_slowlog_timeout", "request_terminate_timeout":
		return seconds
	case "pm":
		return manager
	case "rlimit_core":
		return core
	}
	return unknown
}

// PoolKeys are the keys of a pool that people write by hand.
func PoolKeys() []string {
	return []string{"user", "group", "listen", "listen.owner", "listen.group", "listen.mode", "listen.backlog", "listen.acl_users", "listen.acl_groups",
		"listen.allowed_clients", "pm.max_children", "pm.start_servers", "pm.min_spare_servers", "pm.max_spare_servers", "pm.max_requests",
		"pm.process_idle_timeout", "pm.status_path", "ping.path", "access.log", "access.format", "slowlog", "chroot", "chdir", "clear_env",
		"catch_workers_output", "decorate_workers_output", "request_slowlog_timeout", "request_terminate_timeout",
		"security.limit_extensions", "rlimit_files", "process.priority"}
}

// fault is why FPM refuses a value, in its words; "" when it does not.
func (k kind) fault(value string) string {
	switch k {
	case number:
		return numberFault(value)
	case boolean:
		if _, ok := parseBool(value); !ok {
			return "invalid boolean value"
		}
	case seconds:
		_, fault := parseTime(value)
		return fault
	case manager:
		if !oneOf(value, "static", "dynamic", "ondemand") {
			return "invalid process manager (static, dynamic or ondemand)"
		}
	case core:
		if strings.EqualFold(value, "unlimited") {
			return ""
		}
		if fault := numberFault(value); fault != "" {
			return fault
		}
		if strings.HasPrefix(value, "-") {
			return "must be greater than zero or 'unlimited'"
		}
	case level:
		if !oneOf(value, "debug", "notice", "warning", "warn", "error", "alert") {
			return "invalid value for 'log_level'"
		}
	case facility:
		if !oneOf(strings.TrimPrefix(strings.ToLower(value), "local"), "auth", "authpriv", "cron", "daemon", "ftp", "kern",
			"lpr", "mail", "news", "syslog", "user", "uucp", "0", "1", "2", "3", "4", "5", "6", "7") {
			return "invalid value"
		}
	}
	return ""
}

func numberFault(value string) string {
	if strings.Trim(strings.TrimPrefix(value, "-"), "0123456789") != "" {
		return "is not a valid number (greater or equal than zero)"
	}
	return ""
}

func oneOf(value string, words ...string) bool {
	for _, w := range words {
		if strings.EqualFold(value, w) {
			return true
		}
	}
	return false
}
