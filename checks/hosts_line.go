package checks

import "fix502/sysinfo"

// hostName is what a name is made of that may go into the hosts file.
var hostName = whenAsked(`^[A-Za-z0-9_][A-Za-z0-9._-]*$`)

// ofTemplate is how cloud-init's hosts file names the template from which each boot writes it anew (cc_update_etc_hosts.py, hosts.debian.tmpl).
var ofTemplate = whenAsked(`(?m)^#.*\bmaster file in (/\S+)`)

// nameInHosts gives a name an address in the hosts file.
func nameInHosts(r sysinfo.Root, x Fix, addr, name string) (Fix, bool) {
	return hostsLine(r, x, "Name it in the hosts file", addr, name)
}

// hostsLine gives a name an address in the hosts file, and in the template from which cloud-init writes that; what is no name is left to a person.
func hostsLine(r sysinfo.Root, x Fix, say, addr, name string) (Fix, bool) {
	const hosts = "/etc/hosts"
	if !hostName.MatchString(name) {
		return x, false
	}
	line := addr + " " + name
	x = x.Do(say, "%s", addLine(r, hosts, line))
	undo := dropLine(r, hosts, line)
	text, _ := r.ReadFile(hosts) // without it nobody writes it anew
	if m := ofTemplate.FindSubmatch(text); m != nil {
		template := string(m[1])
		if _, err := r.Stat(template); err == nil {
			x = x.Do("cloud-init writes that file anew at every start of the machine: its template needs the line as well", "%s", addLine(r, template, line))
			undo = undoAll([]string{undo, dropLine(r, template, line)})
		} else {
			x = x.Tell("cloud-init writes /etc/hosts anew at every start of the machine, from %s, which is not there now: put the line there as well, or set manage_etc_hosts to false", template)
		}
	}
	x.Undo = undo
	return x, true
}
