package errlog

import "strings"

// systemPhrases are systemd's, the kernel's, the supervisors' and the guards'.
func systemPhrases() []phrase {
	return []phrase{
		{"Killed process ", OOMKill, Kernel, "", oomVictim},
		{"oom-kill:constraint=", OOMKill, Kernel, "", oomTask},
		{"invoked oom-killer", OOMKill, Kernel, "", nil},
		{"out_of_memory+0x", OOMKill, Kernel, "", nil},
		{"due to memory pressure for", OOMDKill, Systemd, "", nil},
		{"due to memory used", OOMDKill, Systemd, "", nil},
		{"segfault at ", Segfault, Kernel, "", segfault},
		{"general protection fault", Segfault, Kernel, "ip:", segfault},
		{"traps: ", Segfault, Kernel, "trap ", segfault},
		{"nf_conntrack: table full", ConntrackFull, Kernel, "", nil},
		{"Possible SYN flooding on port", SYNFlood, Kernel, "", portAfter},
		{"blocked for more than", HungTask, Kernel, "task ", nil},
		{"not responding, still trying", HungTask, Kernel, "nfs: server", nil},
		{"Remounting filesystem read-only", ReadOnlyMount, Kernel, "", nil},
		{"[UFW BLOCK]", FirewallDrop, Kernel, "", firewall},
		{"avc:  denied", SELinuxDenied, Audit, "", avc},
		{"avc: denied", SELinuxDenied, Audit, "", avc},
		{"SELinux is preventing", SELinuxDenied, Audit, "", nil},
		{`apparmor="DENIED"`, AppArmorDenied, Audit, "", apparmor},
		{"] Ban ", Banned, Fail2ban, "", banned},
		{"] Restore Ban ", Banned, Fail2ban, "", banned},

		{"Start request repeated too quickly", UnitStartLimit, Systemd, "", unit},
		{"start-limit-hit", UnitStartLimit, Systemd, "", unit},
		{"start of the service was attempted too often", UnitStartLimit, Systemd, "", unit},
		{"status=78/CONFIG", UnitConfig, Systemd, "", unit},
		{"status=78", UnitConfig, Systemd, "php", unit},
		{"code=exited, status=78)", UnitConfig, Systemd, "", unit},
		{"status=70/SOFTWARE", UnitSoftware, Systemd, "", unit},
		{"status=203/EXEC", UnitExec, Systemd, "", unit},
		{"status=200/CHDIR", UnitExec, Systemd, "", unit},
		{"Failed at step ", UnitExec, Systemd, "spawning", unit},
		{"status=217/USER", UnitExec, Systemd, "", unit},
		{"status=209/STDOUT", UnitExec, Systemd, "", unit},
		{"status=226/NAMESPACE", UnitExec, Systemd, "", unit},
		{"Failed with result 'oom-kill'", UnitOOM, Systemd, "", unit},
		{"killed by the OOM killer", UnitOOM, Systemd, "", unit},
		{"Failed with result 'timeout'", UnitTimeout, Systemd, "", unit},
		{"start operation timed out", UnitTimeout, Systemd, "", unit},
		{"Failed with result 'watchdog'", UnitTimeout, Systemd, "", unit},
		{"Failed with result 'signal'", UnitKilled, Systemd, "", unit},
		{"Failed with result 'core-dump'", UnitKilled, Systemd, "", unit},
		{"code=dumped", UnitKilled, Systemd, "", unit},
		{"status=15/TERM", Stopped, Systemd, "code=killed", unit},
		{"code=killed", UnitKilled, Systemd, "", unit},
		{"status=0/SUCCESS", Stopped, Systemd, "exited", unit},
		{"code=exited", UnitExit, Systemd, "", unit},
		{"Failed with result 'exit-code'", UnitFailed, Systemd, "", unit},
		{"Failed with result 'protocol'", UnitFailed, Systemd, "", unit},
		{"Reload failed for ", UnitReloadFailed, Systemd, "", unit},
		{"Failed to start ", UnitFailed, Systemd, "", unit},
		{"Active: failed", UnitFailed, Systemd, "", unit},
		{"Active: inactive (dead)", UnitStopped, Systemd, "", unit},
		{"because the control process exited with error code", UnitFailed, Systemd, "", unit},
		{"Scheduled restart job, restart counter", UnitFailed, Systemd, "", unit},
		{"Deactivated successfully", Stopped, Systemd, "", unit},

		{"terminated with status ", UnitFailed, Systemd, "main process (", upstart},
		{"respawning too fast, stopped", UnitStartLimit, Systemd, "", upstart},

		{"entered FATAL state", SupervisorFatal, Supervisor, "", supervised},
		{"too many start retries too quickly", SupervisorFatal, Supervisor, "", supervised},
		{"not expected)", SupervisorExit, Supervisor, "exited: ", supervised},
		{"can't find command", SupervisorFatal, Supervisor, "", nil},
		{"had too many unstable restarts", PM2Errored, PM2, "", nil},
		{"exited with code [", PM2Exit, PM2, "", pm2Exit},
		{"\"reason\":\"OOMKilled\"", ContainerOOM, Kubernetes, "", nil},
		{"OOMKilled", ContainerOOM, Docker, "", nil},
		{"exited with code 137", ContainerOOM, Docker, "", container},
		{"Exited (137)", ContainerOOM, Docker, "", nil},
		{"exited with code 0", Stopped, Docker, "", container},
		{"Exited (0)", Stopped, Docker, "", nil},
		{"exited with code ", ContainerExit, Docker, "", container},
		{"Exited (", ContainerExit, Docker, "", nil},
		{"Restarting (", ContainerExit, Docker, ") ", nil},
		{"Back-off restarting failed container", CrashLoop, Kubernetes, "", nil},
		{"CrashLoopBackOff", CrashLoop, Kubernetes, "", nil},
		{"Readiness probe failed", ProbeFailed, Kubernetes, "", nil},
		{"Liveness probe failed", ProbeFailed, Kubernetes, "", nil},
		{"(unhealthy)", ContainerUnhealthy, Docker, "", nil},
		{"does not have any active Endpoint", NoEndpoints, Kubernetes, "", nil},
		{"rror obtaining Endpoints for Service", NoEndpoints, Kubernetes, "", nil},
	}
}

// upstart reads "init: php5-fpm main process (12528) terminated with status 78".
func upstart(ev *Event, s string) {
	name, _, _ := strings.Cut(after(s, "init: "), " ")
	if name != "" {
		ev.Name = name + ".service"
	}
	if ev.Exit = numberAfter(s, "with status "); ev.Exit == 78 {
		ev.Kind = UnitConfig
	}
}

// oomVictim reads "Killed process 14844 (php-fpm8.2) total-vm:…".
func oomVictim(ev *Event, s string) {
	rest := after(s, "Killed process ")
	ev.Worker, _ = number(rest)
	ev.Name = between(rest, "(", ")")
	if ev.Name == "" {
		ev.Name, _, _ = strings.Cut(after(rest, ", "), " ")
	}
}

func oomTask(ev *Event, s string) {
	ev.Name = between(s, "task=", ",")
	ev.Worker = numberAfter(s, ",pid=")
}

// segfault reads "php-fpm8.2[17063]: segfault at …" and names the object it fell in.
func segfault(ev *Event, s string) {
	ev.Signal = 11
	ev.Script = between(s, " in ", "[")
	s = s[max(0, strings.Index(s, "traps: ")):]
	if ev.Worker = ev.PID; strings.HasPrefix(s, "segfault at ") {
		return // syslog has told name and pid
	}
	if i := strings.Index(s, "["); i > 0 {
		ev.Name = lastWord(s[:i])
		ev.Worker, _ = number(s[i+1:])
	}
}

func portAfter(ev *Event, s string) {
	ev.Number = numberAfter(s[strings.Index(s, "on port"):], "port ")
}

func firewall(ev *Event, s string) {
	ev.Client = between(s, "SRC=", " ")
	ev.Upstream.Address = between(s, "DST=", " ") + ":" + between(s+" ", "DPT=", " ")
}

// avc keeps who was denied what: comm, the right, and the port or the class.
func avc(ev *Event, s string) {
	ev.Name = between(s, `comm="`, `"`)
	ev.Action = strings.Trim(between(s, "{", "}"), " ")
	ev.Number = numberAfter(s, "dest=")
	ev.Script = between(s, `name="`, `"`)
}

func apparmor(ev *Event, s string) {
	ev.Name = between(s, `profile="`, `"`)
	ev.Script = between(s, ` name="`, `"`)
	ev.Action = between(s, `operation="`, `"`)
}

func banned(ev *Event, s string) {
	i := strings.Index(s, "Ban ")
	ev.Client, _, _ = strings.Cut(s[i+len("Ban "):], " ")
	before := s[:i]
	if j := strings.LastIndexByte(before, '['); j >= 0 {
		ev.Name, _, _ = strings.Cut(before[j+1:], "]")
	}
}

// unit reads "php8.2-fpm.service: Main process exited, code=exited, status=78/CONFIG".
func unit(ev *Event, s string) {
	if i := strings.Index(s, ".service"); i > 0 {
		ev.Name = strings.TrimLeft(lastWord(s[:i]), "'\"(") + ".service"
	}
	status := numberAfter(s, "status=")
	if strings.Contains(s, "code=exited") {
		ev.Exit = status
	} else {
		ev.Signal = status
	}
	if ev.Kind == UnitFailed && strings.Contains(s, "failed with result 'oom-kill'") {
		ev.Kind = UnitOOM
	}
}

func supervised(ev *Event, s string) {
	ev.Name = coalesce(between(s, "exited: ", " "), between(s, "gave up: ", " "))
	ev.Exit = numberAfter(s, "exit status ")
	switch {
	case strings.Contains(s, "SIGKILL"):
		ev.Signal = 9
	case strings.Contains(s, "SIGSEGV"):
		ev.Signal = 11
	}
}

func pm2Exit(ev *Event, s string) {
	ev.Name = between(s, "App [", ":")
	ev.Exit = numberAfter(s, "with code [")
	if ev.Exit == 0 && !strings.Contains(s, "SIGKILL") {
		ev.Kind = Stopped
	}
	if strings.Contains(s, "SIGKILL") {
		ev.Signal = 9
	}
}

func container(ev *Event, s string) {
	ev.Exit = numberAfter(s, "with code ")
	ev.Name, _, _ = strings.Cut(s, " ")
}
