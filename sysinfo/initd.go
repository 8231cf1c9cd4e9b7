package sysinfo

import (
	"path"
	"regexp"
	"strings"
)

// Manager is how a service is started, stopped and restarted where there is no systemd: a command with one %s for the
// verb. Empty when nobody manages it.
func (f *Facts) Manager(unit, program string) string {
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
	if p := f.supervised(program); p != "" {
		return "supervisorctl %s " + p
	}
	return ""
}

var supervisorProgram = regexp.MustCompile(`(?m)^\[program:([\w.-]+)\]`)

// supervised is the program of supervisord whose command runs a binary; its files are where Debian and pip put them.
func (f *Facts) supervised(program string) string {
	if program == "" {
		return ""
	}
	var files []string
	for _, pattern := range []string{"/etc/supervisor/conf.d/*.conf", "/etc/supervisord.d/*.ini", "/etc/supervisor.d/*.ini", "/etc/supervisord.conf", "/etc/supervisor/supervisord.conf"} {
		found, _ := f.Host.Root.Glob(pattern) // none is common
		files = append(files, found...)
	}
	for _, name := range files {
		b, err := f.Host.Root.ReadFile(name)
		if err != nil {
			continue
		}
		text := string(b)
		for _, at := range supervisorProgram.FindAllStringSubmatchIndex(text, -1) {
			section, _, _ := strings.Cut(text[at[1]:], "\n[")
			if strings.Contains(section, path.Base(program)) {
				return text[at[2]:at[3]]
			}
		}
	}
	return ""
}
