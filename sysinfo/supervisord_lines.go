package sysinfo

// inUnits are the settings of a program that systemd has, too, by the names that they have there.
var inUnits = map[string]string{"command": "ExecStart", "directory": "WorkingDirectory", "user": "User", "environment": "Environment"}

// programLines are the lines of a program of supervisord's, called as they are in a unit.
func (f *Facts) programLines(u Unit) []UnitLine {
	section := u.Section()
	b, err := f.Host.Root.ReadFile(u.Fragment)
	if section == "" || err != nil {
		return nil
	}
	var out []UnitLine
	for _, l := range unitLines(u.Fragment, string(b)) {
		if key := inUnits[l.Key]; l.Section == section && key != "" {
			l.Key, l.Section = key, "Service"
			out = append(out, l)
		}
	}
	return out
}

// Section is the part of supervisord's file that has a program: "program:shop"; empty for what others keep.
func (u Unit) Section() string { return u.Props["section"] }
