package checks

import (
	"fmt"
	"path"
	"slices"

	"fix502/sysinfo"
)

// powerful are groups that nobody joins for a socket's sake: who is in one of them may do far more.
var powerful = []string{"root", "sudo", "wheel", "adm", "admin", "shadow", "disk", "docker", "lxd", "systemd-journal", "staff", "kmem"}

// joinGroup is for a socket that a group shares, folder and file: the gateway's user belongs into that group, and was taken out of
// it or never was in it. To open the folder alone would not do.
func joinGroup(f *sysinfo.Facts, l *live, who string, users *sysinfo.Users) (Fix, bool) {
	g := l.Site.Gateway
	steps, err := g.Root.Walk(path.Join(g.Chroot, l.Unix))
	if err != nil || g.Kind != "nginx" && g.Kind != "apache" || g.Foreign {
		return Fix{}, false
	}
	gid, shut := -1, 0
	for n, s := range steps {
		need := uint16(1)
		if n == len(steps)-1 {
			need = 2
		}
		if g.Creds.May(s, need) {
			continue
		}
		if uint16(s.Mode.Perm()>>3)&need == 0 || gid >= 0 && s.GID != gid || len(s.ACL) > 0 {
			return Fix{}, false
		}
		gid, shut = s.GID, shut+1
	}
	group := users.Group(gid)
	known, ok := users.Creds(who)
	if shut < 2 || !ok || who == "root" || slices.Contains(powerful, group) || slices.Contains(known.Groups, gid) {
		return Fix{}, false
	}
	x := Fix{Title: fmt.Sprintf("Let %s into the group %s, which shares the socket", who, group), Risk: Medium, Undo: fmt.Sprintf("gpasswd -d %s %s", sh(who), sh(group))}
	return x.Do("Put it into the group; it may read then what the group may read", "usermod -aG %s %s", sh(group), sh(who)), true
}
