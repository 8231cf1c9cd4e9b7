package sysinfo

import (
	"context"
	"strings"
)

// UnitCreds are the ids that systemd gives to a service's processes, whether it runs or not; ok is false where its user is
// made for each run, or does not exist.
func (f *Facts) UnitCreds(ctx context.Context, u Unit) (Creds, bool) {
	users, err := f.Users(ctx)
	if err != nil || u.Props["DynamicUser"] == "yes" {
		return Creds{}, false
	}
	name := u.User
	if name == "" {
		name = "root"
	}
	c, ok := users.credsIn(name, u.Group)
	for _, l := range f.UnitLines(u) {
		if l.Key != "SupplementaryGroups" {
			continue
		}
		for group := range strings.FieldsSeq(l.Value) {
			if gid, known := users.GID(group); known {
				c.Groups = append(c.Groups[:len(c.Groups):len(c.Groups)], gid)
			}
		}
	}
	return c, ok
}
