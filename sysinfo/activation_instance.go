package sysinfo

import (
	"path"
	"strings"
)

// socketInstance is the copy of a template for sockets that would hold a hop's address: /run/uwsgi/wiki.socket is that of
// uwsgi-app@wiki.socket, where the template says ListenStream=/run/uwsgi/%i.socket. systemd knows nothing of one that is neither loaded nor
// enabled; that it is meant to be is known by the file of settings that its service is started with.
func (f *Facts) socketInstance(s HeldSocket, h *Hop, stream string) (HeldSocket, bool) {
	prefix, template := strings.CutSuffix(s.Unit, "@.socket")
	before, after, filled := strings.Cut(strings.TrimPrefix(stream, "/var"), "%i")
	unix, starts := strings.CutPrefix(strings.TrimPrefix(h.Unix, "/var"), before)
	name, ends := strings.CutSuffix(unix, after)
	if !template || !filled || h.Unix == "" || !starts || !ends || !plainInstance.MatchString(name) || !f.hasSettings(prefix, name) {
		return HeldSocket{}, false
	}
	return HeldSocket{Unit: prefix + "@" + name + ".socket", Service: prefix + "@" + name + ".service", Streams: []string{h.Unix}, Lines: s.Lines}, true
}

// hasSettings says that the settings which a copy of a service is started with are there.
func (f *Facts) hasSettings(prefix, name string) bool {
	there := false
	for _, dir := range []string{"/etc/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system"} {
		file := path.Join(dir, prefix+"@.service")
		for _, l := range unitLines(file, f.smallFile(file)) {
			for word := range strings.FieldsSeq(l.Value) {
				if l.Key != "ExecStart" && l.Key != "EnvironmentFile" || !strings.Contains(word, "%i") || !path.IsAbs(word) {
					continue
				}
				if !f.Host.Root.Exists(strings.ReplaceAll(word, "%i", name)) {
					return false
				}
				there = true
			}
		}
	}
	return there
}
