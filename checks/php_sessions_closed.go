package checks

import (
	"context"
	"fmt"
	"path"

	"fix502/sysinfo"
)

var sessionRefused = whenAsked(`open\((/[^()\s]+)/sess_[^()]*\) failed: Permission denied \(13\)`)

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
