package checks

import (
	"context"
	"fmt"
	"path"

	"fix502/sysinfo"
)

var sessionRefused = whenAsked(`open\((/[^()\s]+)/sess_[^()]*\) failed: Permission denied \(13\)`)

var sessionFolderGone = whenAsked(`open\((/[^()\s]+)/sess_[^()]*\) failed: No such file or directory \(2\)`)

// defaultSessions are the folders that PHP's packages make for sessions, and clean: Debian's, Fedora's, Alpine's.
var defaultSessions = []string{"/var/lib/php/sessions", "/var/lib/php/session"}

// sessionsNowhere: the line that says where sessions are kept names a folder that is not there, as another distribution's guide writes it.
func sessionsNowhere(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken, found *Finding) bool {
	m := sessionFolderGone.FindStringSubmatch(line.own())
	if m == nil {
		return false
	}
	dir, root := path.Clean(m[1]), f.Host.Root
	v, p, pool := phpSet(ctx, f, s, path.Join(s.Root, "index.php"), "session.save_path")
	if p == nil || !v.Set() || path.Clean(v.Text) != dir || root.Exists(dir) {
		return false
	}
	found.Where, found.Confidence = v.Place, 0.95
	found.Summary = fmt.Sprintf("session.save_path names %s, which is not there: visitors see 500", dir)
	found.Evidence = append(found.Evidence, lineOf(root, v.Place))
	x := Fix{Title: "Let PHP keep its sessions where there is a folder", Risk: Low}
	users, err := f.Users(ctx)
	for _, there := range defaultSessions {
		i, err2 := root.Stat(there)
		c, known := users.Creds(pool.Get("user").Text)
		if err != nil || err2 != nil || !known || !c.May(i, 3) {
			continue
		}
		if fix, ok := setPHP(f, p, x, v, "Name the folder that PHP's package made for them", there); ok {
			found.Fix = fix
			return true
		}
	}
	found.Fix = x.Tell("Make %s for the user %s, and nobody else, or name a folder that is there at %s, and restart %s", dir, pool.Get("user").Text, v.Place, p.Name())
	return true
}

// sessionsClosed: the folder of a pool's own sessions is not its user's any more.
func sessionsClosed(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken, found *Finding) bool {
	m := sessionRefused.FindStringSubmatch(line.own())
	if m == nil {
		return false
	}
	dir := path.Clean(m[1])
	v, p, pool := phpSet(ctx, f, s, path.Join(s.Root, "index.php"), "session.save_path")
	users, err := f.Users(ctx)
	i, err2 := f.Host.Root.Lstat(dir)
	if p == nil || !v.Set() || path.Clean(v.Text) != dir || err != nil || err2 != nil || !i.Mode.IsDir() {
		return false
	}
	who := pool.Get("user").Text
	c, known := users.Creds(who)
	if !known || c.May(i, 3) {
		return false
	}
	found.Where, found.Confidence = sysinfo.Place{File: dir}, 0.95
	found.Summary = fmt.Sprintf("%s may not write its sessions in %s: visitors see 500", who, dir)
	found.Evidence = append(found.Evidence, Evidence{Source: "ls -ld " + dir, Text: modeText(i, users)}, lineOf(f.Host.Root, v.Place))
	x := Fix{Title: "Give the pool its sessions back", Risk: Low}
	if c.UID == 0 || i.UID != 0 || poolsAt(ctx, f, v.Text) > 1 || sharedINI(p, v) || sharedDir(i) || theSystems(dir) || theirsToSwap(f.Host.Root, path.Dir(path.Dir(dir)), c) {
		found.Fix = x.Tell("%s (%s) is not known to be this pool's alone: let its user %s write there if it is, or name another folder at %s", dir, modeText(i, users), who, v.Place)
		return true
	}
	at := sh(dir)
	x.Undo = fmt.Sprintf("chown -h %s:%s %s", sh(users.Name(i.UID)), sh(users.Group(i.GID)), at)
	x = x.Do(fmt.Sprintf("It was root's: give it to %s, whose sessions they are", who), "chown -h %s %s", sh(who), at)
	found.Fix = x.Do("And the sessions that root got with it", "find %s -maxdepth 1 -type f -user root -name 'sess_*' -execdir chown -h %s {} +", at, sh(who))
	return true
}

// poolsAt counts the pools that keep their sessions in a folder.
func poolsAt(ctx context.Context, f *sysinfo.Facts, dir string) int {
	all, _ := f.FPM(ctx) // none is none
	n := 0
	for _, p := range all {
		for _, pool := range p.Config.Pools {
			if pool.PHP("session.save_path").Text == dir {
				n++
			}
		}
	}
	return n
}
