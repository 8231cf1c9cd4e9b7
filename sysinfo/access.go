package sysinfo

import "slices"

// May says whether a process with these ids is granted the bits (4 read, 2 write, 1 search) by a file's mode
// and access list, in the order of acl(5): owner, named users, groups, others. Root is granted everything.
func (c Creds) May(i Info, bits uint16) bool {
	if c.UID == 0 {
		return true
	}
	perm := uint16(i.Mode.Perm())
	if c.UID == i.UID {
		return perm>>6&bits == bits
	}
	mask := uint16(7)
	for _, e := range i.ACL {
		if e.Tag == "mask" {
			mask = e.Bit
		}
	}
	for _, e := range i.ACL {
		if e.Tag == "user" && e.ID == c.UID {
			return e.Bit&mask&bits == bits
		}
	}
	in := func(gid int) bool { return gid == c.GID || slices.Contains(c.Groups, gid) }
	matched := false
	for _, e := range i.ACL {
		if e.Tag == "group" && in(e.ID) || e.Tag == "group_obj" && in(i.GID) {
			matched = true
			if e.Bit&mask&bits == bits {
				return true
			}
		}
	}
	if len(i.ACL) == 0 && in(i.GID) {
		return perm>>3&bits == bits
	}
	return !matched && perm&bits == bits
}
