package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// powerful are groups that nobody joins for a socket's sake: who is in one of them may do far more, or read what others keep.
var powerful = []string{"root", "sudo", "wheel", "adm", "admin", "shadow", "disk", "docker", "lxd", "incus", "incus-admin", "libvirt", "kvm", "systemd-journal", "staff", "kmem", "ssl-cert", "sys", "operator",
	"backup", "tape", "video", "input", "netdev", "mail", "mysql", "postgres", "redis", "memcache", "_ssh", "crontab", "users", "nogroup", "nobody", "www-data", "apache", "nginx"}

// shutOn are the steps on the way to a hop's socket that the gateway's user may not take: folders it may not enter, and the socket.
func shutOn(l *live) []sysinfo.Info {
	g := l.Site.Gateway
	steps, err := g.Root.Walk(path.Join(g.Chroot, l.Unix))
	if err != nil {
		return nil
	}
	var shut []sysinfo.Info
	for n, s := range steps {
		need := uint16(1)
		if n == len(steps)-1 {
			need = 2
		}
		if !g.Creds.May(s, need) {
			shut = append(shut, s)
		}
	}
	return shut
}

// joinGroup is for a socket that a group shares, folder and file: the gateway's user belongs into that group, and was taken out of
// it or never was in it. To open the folder alone would not do. A person's own group is not joined: it opens all that is theirs.
func joinGroup(ctx context.Context, f *sysinfo.Facts, l *live, who string, users *sysinfo.Users) (Fix, bool) {
	g, shut := l.Site.Gateway, shutOn(l)
	if len(shut) < 2 || g.Kind != "nginx" && g.Kind != "apache" || g.Foreign {
		return Fix{}, false
	}
	gid := shut[0].GID
	for _, s := range shut {
		need := uint16(2)
		if s.Mode.IsDir() {
			need = 1
		}
		if uint16(s.Mode.Perm()>>3)&need == 0 || s.GID != gid || len(s.ACL) > 0 {
			return Fix{}, false
		}
	}
	group := users.Group(gid)
	_, named := users.GID(group)
	known, ok := users.Creds(who)
	if !ok || !named || who == "root" || users.GroupOfPeople(gid) || slices.Contains(powerful, group) || slices.Contains(known.Groups, gid) {
		return Fix{}, false
	}
	if sharesFiles(ctx, f, l, gid) {
		return Fix{}, false
	}
	x := Fix{Title: fmt.Sprintf("Let %s into the group %s, which shares the socket", who, group), Risk: Medium, Undo: fmt.Sprintf("gpasswd -d %s %s", sh(who), sh(group))}
	return x.Do("Put it into the group; it may read then what the group may read", "usermod -aG %s %s", sh(group), sh(who)), true
}

// sharesFiles says that an app keeps files which its group may read and others may not, its settings most likely: who joins the group
// reads them.
func sharesFiles(ctx context.Context, f *sysinfo.Facts, l *live, gid int) bool {
	u := f.AppFor(ctx, l.Hop).Unit
	files := []string{}
	if dir := u.Folder(); dir != "" && !theSystems(dir) {
		names, _ := f.Host.Root.ReadDir(dir) // none is common
		for _, n := range names[:min(len(names), 200)] {
			files = append(files, path.Join(dir, n))
		}
	}
	for _, l := range f.UnitLines(u) {
		if l.Key == "EnvironmentFile" {
			files = append(files, strings.TrimPrefix(l.For(u), "-"))
		}
	}
	return slices.ContainsFunc(files, func(name string) bool {
		i, err := f.Host.Root.Stat(name)
		return err == nil && i.Mode.IsRegular() && i.GID == gid && i.Mode.Perm()&0o044 == 0o040
	})
}

// openWay opens what else is shut behind a folder: more folders, and the socket itself.
func openWay(ctx context.Context, f *sysinfo.Facts, l *live, x Fix, who string, users *sysinfo.Users) Fix {
	shut := shutOn(l)
	for n, s := range shut {
		var more Fix
		switch {
		case n == 0: // x opens it
			continue
		case s.Mode.IsDir():
			more = folderFix(s, who)
		default:
			_, more = shareSocket(ctx, f, l, s, who, users)
			x.Risk = Medium
		}
		x.Steps = append(x.Steps, more.Steps...)
		x.Undo = undoAll([]string{x.Undo, more.Undo})
	}
	return x
}
