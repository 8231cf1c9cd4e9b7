package sysinfo

import (
	"context"
	"fmt"
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

// AtBoot says whether an init script is started at boot, and the command that has it started then. Empty where no init script does it.
func (f *Facts) AtBoot(unit string) (starts bool, enable string) {
	r := f.Host.Root
	name := strings.TrimSuffix(unit, ".service")
	if f.Manager(unit) == "" {
		return false, ""
	}
	if r.Exists("/etc/runlevels") { // OpenRC's
		links, err := r.Glob("/etc/runlevels/*/" + name)
		return err != nil || len(links) > 0, "rc-update add " + name + " default"
	}
	return f.atRunlevel(Unit{Name: unit}), fmt.Sprintf("update-rc.d %[1]s defaults && update-rc.d %[1]s enable", name) // "defaults" leaves one that was disabled as it is, "enable" wants its links
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
