package sysinfo

// unmask tells of a masked unit what systemd says nothing of: the file that would count again. A unit of a package or of
// /usr/local is what `systemctl mask` can put its link before; a file in /etc keeps it from doing so.
func (f *Facts) unmask(u Unit) Unit {
	for _, dir := range []string{"/usr/local/lib/systemd/system/", "/lib/systemd/system/"} {
		name := dir + u.Name
		was, ok := unitOff(name, f.smallFile(name))
		if !ok {
			continue
		}
		u.Fragment, u.Exec, u.User, u.Group, u.Restart = name, was.Exec, was.User, was.Group, was.Restart
		for _, key := range []string{"Type", "WorkingDirectory", "Environment"} {
			u.Props[key] = was.Props[key]
		}
		return u
	}
	return u
}
