package checks

import (
	"fmt"
	"net"
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
	d, ok := statsSocket(h.Config, strings.HasPrefix(command, "set "))
	_, addr := d.Dial()
	switch nc := realFile(f.Host.Root, "/usr/bin/nc"); {
	case !ok:
		return ""
	case f.Host.Root.Exists("/usr/bin/socat") && d.Unix == "":
		return fmt.Sprintf("echo %s | socat - %s", sh(command), sh("tcp:"+addr))
	case f.Host.Root.Exists("/usr/bin/socat"):
		return fmt.Sprintf("echo %s | socat - %s", sh(command), sh(addr))
	case f.Host.Root.Exists("/usr/bin/nc") && d.Unix == "":
		host, port, _ := net.SplitHostPort(addr)
		return fmt.Sprintf("echo %s | nc -w 2 %s %s", sh(command), sh(host), port)
	case f.Host.Root.Exists("/usr/bin/nc") && path.Base(nc) != "nc.traditional": // which knows no sockets of files
		return fmt.Sprintf("echo %s | nc -U %s", sh(command), sh(addr))
	}
	return ""
}

// statsSocket is the first socket on which HAProxy takes commands; those that change something it takes where the line says "level admin" only.
func statsSocket(c *haproxy.Config, changes bool) (haproxy.Door, bool) {
	for _, d := range c.Doors() {
		if d.URI == "" && (d.Admin || !changes) {
			return d, true
		}
	}
	return haproxy.Door{}, false
}
