package nginx

// What holds for the whole process: the main and the events level.

// User is the worker's user and group. nginx takes the user's name for the group when only one is given.
func (c *Config) User() (user, group string, set Setting) {
	s := c.Main.Get("user")
	user, group = s.arg(0), s.arg(1)
	if !s.Set() {
		user, group = c.built.User, c.built.Group
		s.Args = []string{user}
	}
	if group == "" {
		group = user
	}
	return user, group, s
}

// WorkerProcesses is worker_processes: a number or "auto".
func (c *Config) WorkerProcesses() Setting { return c.Main.Get("worker_processes").or("1") }

// WorkerFiles is worker_rlimit_nofile; not set, the limit is the one the service was started with.
func (c *Config) WorkerFiles() Setting { return c.Main.Get("worker_rlimit_nofile") }

// WorkerConnections counts those to clients and to upstreams together.
func (c *Config) WorkerConnections() Setting {
	if events := c.Main.Find("events"); events != nil {
		return events.Get("worker_connections").or("512")
	}
	return Setting{Name: "worker_connections"}.or("512")
}

// Pid is the path of the pid file.
func (c *Config) Pid() Setting {
	s := c.Main.Get("pid").or(c.built.PidPath)
	s.Args = []string{under(c.Prefix, s.Value())}
	return s
}

// ErrorLogs are those of the main level, where startup and worker trouble goes.
func (c *Config) ErrorLogs() []Log { return c.errorLogs(c.Main) }

// Includes are the files that were read besides the main one, in order.
func (c *Config) Includes() []string {
	if len(c.Files) == 0 {
		return nil
	}
	return c.Files[1:]
}
