package errlog

import "strings"

// kernelPhrases are the kernel's and the guards'.
func kernelPhrases() []phrase {
	return []phrase{
		{"Killed process ", OOMKill, Kernel, "", oomVictim},
		{"ut of memory: Kill process ", OOMKill, Kernel, "", oomVictimOld},
		{"terminated because the system is low on memory", OOMKill, Kernel, "", oomPanel},
		{"low memory! at or below", OOMDKill, Systemd, "", nil},
		{"sending SIGTERM to process", OOMDKill, Systemd, "badness", nil},
		{"sending SIGKILL to process", OOMDKill, Systemd, "badness", nil},
		{"oom-kill:constraint=", OOMKill, Kernel, "", oomTask},
		{"invoked oom-killer", OOMKill, Kernel, "", nil},
		{"out_of_memory+0x", OOMKill, Kernel, "", nil},
		{"due to memory pressure for", OOMDKill, Systemd, "", nil},
		{"due to memory used", OOMDKill, Systemd, "", nil},
		{"segfault at ", Segfault, Kernel, "", segfault},
		{"general protection fault", Segfault, Kernel, "ip:", segfault},
		{"general protection ip:", Segfault, Kernel, "", segfault},
		{"traps: ", Segfault, Kernel, "trap ", segfault},
		{" dumped core", Segfault, Systemd, "Process ", dumped}, // systemd-coredump(8)
		{"nf_conntrack: table full", ConntrackFull, Kernel, "", nil},
		{"conntrack: table full", ConntrackFull, Kernel, "", nil},
		{"Possible SYN flooding on port", SYNFlood, Kernel, "", portAfter},
		{"Listen queue overflow:", SYNFlood, Kernel, "", nil},
		{"blocked for more than", HungTask, Kernel, "task ", nil},
		{"not responding, still trying", HungTask, Kernel, "nfs: server", nil},
		{"not responding, timed out", HungTask, Kernel, "nfs: server", nil},
		{"EXT4-fs error", HungTask, Kernel, "", nil},
		{"I/O error, dev ", HungTask, Kernel, "", nil},
		{"XFS (", HungTask, Kernel, "orruption", nil},
		{"Remounting filesystem read-only", ReadOnlyMount, Kernel, "", nil},
		{"[UFW BLOCK]", FirewallDrop, Kernel, "", firewall},
		{"avc:  denied", SELinuxDenied, Audit, "", avc},
		{"avc: denied", SELinuxDenied, Audit, "", avc},
		{"SELinux is preventing", SELinuxDenied, Audit, "", nil},
		{"avc can be allowed using", SELinuxDenied, Audit, "", nil}, // audit2allow
		{"allow httpd_t ", SELinuxDenied, Audit, "", nil},
		{"issing type enforcement (TE) allow rule", SELinuxDenied, Audit, "", nil},
		{"oolean httpd_can_network_connect was set incorrectly", SELinuxDenied, Audit, "", nil},
		{`apparmor="DENIED"`, AppArmorDenied, Audit, "", apparmor},
		{"] Ban ", LoginFailed, Fail2ban, "[sshd", banned}, // these jails close their own service's ports (jail.conf: port = ssh)
		{"] Ban ", LoginFailed, Fail2ban, "[postfix", banned},
		{"] Ban ", LoginFailed, Fail2ban, "[dovecot", banned},
		{"] Ban ", Banned, Fail2ban, "", banned},
		{"] Restore Ban ", Banned, Fail2ban, "", banned},
	}
}

// dumped reads "Process 1702021 (php-fpm) of user 48 dumped core."
func dumped(ev *Event, s string) {
	rest := after(s, "Process ")
	ev.Worker, _ = number(rest)
	ev.Name = between(rest, "(", ")")
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
	if strings.HasPrefix(s, "[") { // the kernel's own clock
		_, s, _ = strings.Cut(s, "] ")
	}
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
	if mailOrName(ev.Number) {
		ev.Kind = Notice
	}
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

// oomVictimOld reads "Out of memory: Kill process 14844 (mysqld) score 200 or sacrifice child".
func oomVictimOld(ev *Event, s string) {
	rest := after(s, "Kill process ")
	ev.Worker, _ = number(rest)
	ev.Name = between(rest, "(", ")")
}

func oomPanel(ev *Event, s string) { ev.Name = between(s, `process "`, `"`) }
