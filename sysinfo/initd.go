package sysinfo

import (
	"context"
	"path"
	"strings"
)

// Manager is how a service is started, stopped and restarted where there is no systemd: a command with one %s for the
// verb. Empty when no init script does.
func (f *Facts) Manager(unit string) string {
	r := f.Host.Root
	if r.Exists("/run/systemd/system") {
		return ""
	}
	name := strings.TrimSuffix(unit, ".service")
	openrc := r.Exists("/sbin/rc-service") || r.Exists("/usr/sbin/rc-service") || r.Exists("/sbin/openrc")
	switch {
	case name != "" && r.Exists("/etc/init.d/"+name) && openrc:
		return "rc-service " + name + " %s"
	case name != "" && r.Exists("/etc/init.d/"+name):
		return "service " + name + " %s"
	}
	return ""
}

// supervised is the program of supervisord whose command runs a binary.
func (f *Facts) supervised(ctx context.Context, program string) (Unit, bool) {
	services, err := f.Services(ctx)
	if err != nil || program == "" {
		return Unit{}, false
	}
	for _, u := range services {
		if u.Manager != "" && strings.Contains(u.Exec, path.Base(program)) {
			return u, true
		}
	}
	return Unit{}, false
}
