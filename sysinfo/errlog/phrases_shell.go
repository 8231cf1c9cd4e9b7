package errlog

import "strings"

// shellPhrases are what an admin's own commands answer: wget, telnet, nc, curl -v, df, docker inspect, systemctl, and
// the pages and tables of HAProxy's state.
func shellPhrases() []phrase {
	return []phrase{
		{"Immediate connect fail for /", ConnectFailed, Unnamed, "", curlSocket},
		{"Immediate connect fail for ", Notice, Unnamed, "", nil}, // the other address is tried
		{"... failed: Connection refused", ConnectRefused, Unnamed, "onnecting to ", wget},
		{"... failed: Connection timed out", ConnectTimeout, Unnamed, "onnecting to ", wget},
		{"... failed: No route to host", ConnectNoRoute, Unnamed, "onnecting to ", wget},
		{"o connect to remote host", ConnectFailed, Unnamed, ": ", remote},  // telnet
		{"t connect to remote host", ConnectFailed, Unnamed, "): ", remote}, // BusyBox
		{" failed: Connection refused", ConnectRefused, Unnamed, "connect to ", netcat},
		{" failed: Connection timed out", ConnectTimeout, Unnamed, "connect to ", netcat},
		{" failed: No route to host", ConnectNoRoute, Unnamed, "connect to ", netcat},
		{"Ncat: Connection refused", ConnectRefused, Unnamed, "", nil},
		{"Ncat: TIMEOUT", ConnectTimeout, Unnamed, "", nil},
		{"(?) : Connection refused", ConnectRefused, Unnamed, "", nil},
		{"(111) Connection refused", ConnectRefused, Unnamed, "", nil}, // squid's page
		{"(110) Connection timed out", ConnectTimeout, Unnamed, "", nil},
		{"(113) No route to host", ConnectNoRoute, Unnamed, "", nil},
		{"100% /", NoSpace, Unnamed, "", full},
		{`"OOMKilled": false`, Notice, Docker, "", nil},
		{`"OOMKilled":false`, Notice, Docker, "", nil},
		{"loaded failed failed", UnitFailed, Systemd, "", unit},
		{"is-active ", UnitStopped, Systemd, " inactive", isActive},
		{"is-active ", UnitFailed, Systemd, " failed", isActive},
		{"L4CON", HAProxyDownRefused, HAProxy, "DOWN", nil},
		{"L4TOUT", HAProxyDownTimeout, HAProxy, "DOWN", nil},
		{"L6RSP", HAProxyDownTLS, HAProxy, "DOWN", nil},
		{"L7STS", HAProxyDownStatus, HAProxy, "DOWN", nil},
		{"L7TOUT", HAProxyDownOther, HAProxy, "DOWN", nil},
		{"L7RSP", HAProxyDownOther, HAProxy, "DOWN", nil},
	}
}

// curlSocket reads "Immediate connect fail for /run/gunicorn.sock: Permission denied".
func curlSocket(ev *Event, s string) {
	path, why, _ := strings.Cut(after(s, "fail for "), ": ")
	ev.Upstream.Address, ev.Errno = "unix:"+path, errnoText(why)
	ev.Kind = connectKind(ev, true)
}

// wget reads "Connecting to localhost (localhost)|127.0.0.1|:8080... failed: Connection refused."
func wget(ev *Event, s string) {
	address, _, _ := strings.Cut(after(s, "onnecting to "), "... ")
	if ip := between(address, "|", "|"); ip != "" {
		address = ip + address[strings.LastIndexByte(address, ':'):]
	}
	ev.Upstream.Address = lastWord(address)
}

func remote(ev *Event, s string) {
	ev.Errno = errnoText(s)
	ev.Upstream.Address = between(s, "host (", ")")
	if ev.Kind = connectKind(ev, false); ev.Kind == ConnectTimedOut {
		ev.Kind = ConnectTimeout
	}
}

// netcat reads "nc: connect to 10.0.0.12 port 8080 (tcp) failed: Connection refused".
func netcat(ev *Event, s string) {
	ev.Upstream.Address = trimColon(between(s, "connect to ", " ") + ":" + wordAfter(s, " port "))
}

// full reads a line of df. A snap is full by its nature, and a medium that is not the system's may be.
func full(ev *Event, s string) {
	at := strings.LastIndex(s, "100% /")
	mount, columns := s[at+len("100% "):], strings.Fields(s[:at])
	if len(columns) < 4 || columns[len(columns)-3][0]-'0' > 9 { // a bar of progress
		ev.Kind = Notice
	}
	for _, other := range [...]string{"/snap", "/var/lib/snapd", "/media", "/mnt", "/cdrom", "/boot", "/run/media", "/sys", "/rom"} {
		if strings.HasPrefix(mount, other) {
			ev.Kind = Notice
		}
	}
	if strings.Contains(s, "/dev/loop") || strings.Contains(s, "squashfs") {
		ev.Kind = Notice
	}
}

// isActive reads the answer of systemctl behind the question.
func isActive(ev *Event, s string) {
	name, _, _ := strings.Cut(after(s, "is-active "), " ")
	ev.Name = strings.TrimSuffix(name, ".service") + ".service"
}
