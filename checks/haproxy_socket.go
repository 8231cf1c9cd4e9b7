package checks

import (
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// adminCommand tells HAProxy something on its stats socket, with a program that is here for it; empty without one, and where no socket takes it.
func adminCommand(f *sysinfo.Facts, l *live, command string) string {
	h, ok := l.Site.Gateway.Extra.(*sysinfo.HAProxy)
	if !ok {
		return ""
	}
	socket := statsSocket(h.Config.Global(), strings.HasPrefix(command, "set "))
	switch nc := realFile(f.Host.Root, "/usr/bin/nc"); {
	case socket == "":
		return ""
	case f.Host.Root.Exists("/usr/bin/socat"):
		return fmt.Sprintf("echo %s | socat - %s", sh(command), sh(socket))
	case f.Host.Root.Exists("/usr/bin/nc") && path.Base(nc) != "nc.traditional": // which knows no sockets of files
		return fmt.Sprintf("echo %s | nc -U %s", sh(command), sh(socket))
	}
	return ""
}

// statsSocket is the first socket file on which HAProxy takes commands; those that change something it takes where the line says "level admin" only
// (management.txt, 9.3).
func statsSocket(global *haproxy.Section, changes bool) string {
	for _, s := range global.All("stats") {
		if len(s.Words) < 3 || s.Words[1] != "socket" || changes && s.After("level") != "admin" {
			continue
		}
		if file := strings.TrimPrefix(s.Words[2], "unix@"); strings.HasPrefix(file, "/") {
			return file
		}
	}
	return ""
}
