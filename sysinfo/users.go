package sysinfo

import (
	"context"
	"path"
	"strconv"
	"strings"
)

// Users knows this root's accounts by name and number, from /etc/passwd and /etc/group.
type Users struct {
	uid, gid   map[string]int
	name, team map[int]string
	primary    map[string]int
	members    map[string][]int
	home       map[string]string
}

// Users reads the accounts; a directory service's (LDAP) are unknown to it.
func (f *Facts) Users(ctx context.Context) (*Users, error) {
	return f.users.get(func() (*Users, error) { return readUsers(f.Host.Root) })
}

func readUsers(r Root) (*Users, error) {
	u := &Users{map[string]int{}, map[string]int{}, map[int]string{}, map[int]string{}, map[string]int{}, map[string][]int{}, map[string]string{}}
	passwd, err := r.ReadFile("/etc/passwd")
	if err != nil {
		return nil, err
	}
	group, err := r.ReadFile("/etc/group")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(passwd)) {
		p := strings.Split(strings.TrimSpace(line), ":")
		if len(p) < 4 {
			continue
		}
		uid, err := strconv.Atoi(p[2])
		gid, err2 := strconv.Atoi(p[3])
		if err != nil || err2 != nil {
			continue
		}
		u.uid[p[0]], u.primary[p[0]] = uid, gid
		if len(p) >= 7 {
			u.home[p[0]] = p[5]
		}
		if _, taken := u.name[uid]; !taken {
			u.name[uid] = p[0]
		}
	}
	for line := range strings.Lines(string(group)) {
		p := strings.Split(strings.TrimSpace(line), ":")
		if len(p) < 4 {
			continue
		}
		gid, err := strconv.Atoi(p[2])
		if err != nil {
			continue
		}
		u.gid[p[0]], u.team[gid] = gid, p[0]
		for m := range strings.SplitSeq(p[3], ",") {
			u.members[m] = append(u.members[m], gid)
		}
	}
	return u, nil
}

// Creds gives a user's ids with every group, as initgroups(3) would set them; ok is false for a stranger.
func (u *Users) Creds(name string) (Creds, bool) {
	uid, ok := u.uid[name]
	if !ok {
		return Creds{}, false
	}
	return Creds{UID: uid, GID: u.primary[name], Groups: u.members[name]}, true
}

// Home is a user's home folder (passwd(5)); empty where the account is unknown or its line names none.
func (u *Users) Home(name string) string { return u.home[name] }

// Name is a user's name, or the number.
func (u *Users) Name(uid int) string {
	if u != nil {
		if n, ok := u.name[uid]; ok {
			return n
		}
	}
	return strconv.Itoa(uid)
}

// Group is a group's name, or the number.
func (u *Users) Group(gid int) string {
	if u != nil {
		if n, ok := u.team[gid]; ok {
			return n
		}
	}
	return strconv.Itoa(gid)
}

// GID is a group's number.
func (u *Users) GID(name string) (int, bool) {
	n, ok := u.gid[name]
	return n, ok
}

// Renamed is the account that one of an old name became: usermod -l keeps its number, its home and the name of its own group (usermod(8)). Empty where
// none looks like that, or several do; its files tell the rest.
func (u *Users) Renamed(old string) string {
	found := ""
	for name, gid := range u.primary {
		if u.uid[name] == 0 || u.team[gid] != old && path.Base(u.home[name]) != old {
			continue
		}
		if found != "" {
			return ""
		}
		found = name
	}
	return found
}

// GroupOfPeople says that a group is somebody's own: of root, or of an account that is made for a person (from UID_MIN on,
// login.defs(5)). Who joins it may read what that person keeps.
func (u *Users) GroupOfPeople(gid int) bool {
	const firstPerson, nobody = 1000, 65534
	for name, primary := range u.primary {
		if uid := u.uid[name]; primary == gid && (uid == 0 || uid >= firstPerson && uid != nobody) {
			return true
		}
	}
	return false
}
