package sysinfo

import (
	"io/fs"
	"testing"
)

func TestMay(t *testing.T) {
	www := Creds{UID: 33, GID: 33, Groups: []int{33, 4}}
	file := func(uid, gid int, perm fs.FileMode, acl ...ACLEntry) Info {
		return Info{UID: uid, GID: gid, Mode: fs.ModeSocket | perm, ACL: acl}
	}
	obj := func(u, g, o uint16) []ACLEntry {
		return []ACLEntry{{"user_obj", -1, u}, {"group_obj", -1, g}, {"other", -1, o}}
	}
	for _, tt := range []struct {
		name string
		who  Creds
		info Info
		bits uint16
		want bool
	}{
		{"root may everything", Creds{}, file(33, 33, 0), 7, true},
		{"the owner by the owner's bits", www, file(33, 0, 0o600), 2, true},
		{"the owner is not helped by the others' bits", www, file(33, 0, 0o066), 2, false},
		{"a member by the group's bits", www, file(0, 33, 0o060), 2, true},
		{"a member of a second group", www, file(0, 4, 0o060), 2, true},
		{"a member is not helped by the others' bits", www, file(0, 33, 0o606), 2, false},
		{"a stranger by the others' bits", www, file(0, 0, 0o002), 2, true},
		{"a stranger without them", www, file(0, 0, 0o660), 2, false},
		{"all bits that are asked for are needed", www, file(0, 0, 0o004), 6, false},
		{"a named user", www, file(0, 0, 0o670, append(obj(6, 0, 0), ACLEntry{"user", 33, 6}, ACLEntry{"mask", -1, 7})...), 2, true},
		{"a named user under a mask", www, file(0, 0, 0o640, append(obj(6, 0, 0), ACLEntry{"user", 33, 6}, ACLEntry{"mask", -1, 4})...), 2, false},
		{"a named user without bits is not helped by a group", www, file(0, 33, 0o670, append(obj(6, 7, 0), ACLEntry{"user", 33, 0}, ACLEntry{"mask", -1, 7})...), 2, false},
		{"a named group", www, file(0, 0, 0o670, append(obj(6, 0, 0), ACLEntry{"group", 4, 6}, ACLEntry{"mask", -1, 7})...), 2, true},
		{"one of two groups is enough", www, file(0, 33, 0o670, append(obj(6, 4, 0), ACLEntry{"group", 4, 6}, ACLEntry{"mask", -1, 7})...), 2, true},
		{"the owning group under a mask", www, file(0, 33, 0o640, append(obj(6, 6, 0), ACLEntry{"mask", -1, 4})...), 2, false},
		{"a matching group without bits shuts the others' door", www, file(0, 33, 0o604, append(obj(6, 0, 6), ACLEntry{"mask", -1, 7})...), 2, false},
		{"a named user of somebody else", www, file(0, 0, 0o670, append(obj(6, 0, 0), ACLEntry{"user", 99, 6}, ACLEntry{"mask", -1, 7})...), 2, false},
		{"the others, past an access list", www, file(0, 0, 0o672, append(obj(6, 0, 2), ACLEntry{"user", 99, 6}, ACLEntry{"mask", -1, 7})...), 2, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.who.May(tt.info, tt.bits); got != tt.want {
				t.Errorf("got %t, want %t", got, tt.want)
			}
		})
	}
}
