package checks

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
)

// largeFile is a file that takes much of a filesystem.
type largeFile struct {
	path string
	size int64
}

// The walk over a full filesystem ends after so many names, or so much time: what is large is mostly not deep.
const (
	maxWalked = 20000
	walkTime  = 400 * time.Millisecond
)

// looseRooms are the folders in which files lie that no package put there: on the filesystem of / nothing else is looked through.
var looseRooms = []string{"/var/log", "/var/cache", "/tmp", "/var/tmp", "/var/crash", "/var/lib/nginx", "/var/lib/php", "/var/backups", "/root", "/home", "/srv", "/var/www", "/opt"}

// largest are the files that take most of a filesystem, largest first, and the folder with most files in it.
func largest(ctx context.Context, f *sysinfo.Facts, s *filesystem) (files []largeFile, crowd string, most int) {
	start, left := time.Now(), maxWalked
	top, err := f.Host.Root.Lstat(s.mount)
	if err != nil {
		return nil, "", 0
	}
	queue := []string{s.mount}
	if s.mount == "/" {
		queue = slices.Clone(looseRooms)
	}
	for len(queue) > 0 && left > 0 && ctx.Err() == nil && time.Since(start) < walkTime {
		dir := queue[0]
		queue = queue[1:]
		names, err := f.Host.Root.ReadDir(dir)
		if err != nil {
			continue
		}
		if len(names) > most {
			crowd, most = dir, len(names)
		}
		for _, name := range names[:min(len(names), left)] {
			left--
			i, err := f.Host.Root.Lstat(path.Join(dir, name))
			switch {
			case err != nil || i.Dev != top.Dev:
			case i.Mode.IsDir():
				queue = append(queue, path.Join(dir, name))
			case i.Mode.IsRegular() && i.Size > 0:
				files = append(files, largeFile{path.Join(dir, name), i.Size})
			}
		}
	}
	slices.SortStableFunc(files, func(a, b largeFile) int { return int(min(1, max(-1, b.size-a.size))) })
	return files[:min(len(files), 3)], crowd, most
}

// makeRoom shows what takes the room, and moves aside what may be moved: no command knows what may go for good.
func makeRoom(ctx context.Context, f *sysinfo.Facts, s *filesystem) (Fix, []Evidence) {
	files, crowd, most := largest(ctx, f, s)
	var proof []Evidence
	for _, l := range files {
		if s.full() && uint64(l.size) > s.space.Total/50 {
			proof = append(proof, Evidence{Source: "ls -l " + l.path, Text: fmt.Sprintf("%s, of %s on %s", size(uint64(l.size)), size(s.space.Total), s.mount)})
		}
	}
	if s.noInodes() && most > 0 {
		proof = append(proof, Evidence{Source: "ls -f " + crowd + " | wc -l", Text: fmt.Sprintf("%d files in this one folder", most)})
	}
	x, ok := enlarge(ctx, f, s)
	if !ok {
		x, ok = moveAside(ctx, f, s, files)
	}
	if !ok {
		return findRoom(s), proof
	}
	return startStopped(ctx, f, s, x), proof
}

// enlarge gives a filesystem in memory more room: its limits are a matter of its mount (tmpfs(5)).
func enlarge(ctx context.Context, f *sysinfo.Facts, s *filesystem) (Fix, bool) {
	m, err := f.Host.Meters.Memory(ctx)
	more, each := max(64<<20, 2*s.space.Total), max(100000, 2*s.space.Inodes)
	old, new := fmt.Sprintf("size=%dk", s.space.Total>>10), fmt.Sprintf("size=%dM", more>>20)
	if s.noInodes() && !s.full() {
		more = each << 10 // an inode takes about a kilobyte
		old, new = fmt.Sprintf("nr_inodes=%d", s.space.Inodes), fmt.Sprintf("nr_inodes=%d", each)
	}
	if s.space.Type != "tmpfs" || s.foreign() || err != nil || more > m.Available/4 {
		return Fix{}, false
	}
	x := Fix{Title: "Give " + s.mount + " more room", Risk: Low, Undo: fmt.Sprintf("mount -o remount,%s %s", old, sh(s.mount))}.
		Do(fmt.Sprintf("It lies in memory (tmpfs), and its limit is a setting of its mount: %s of memory are free for more", size(m.Available)), "mount -o remount,%s %s", new, sh(s.mount))
	if at, ok := fstabLine(f, s.mount); ok {
		x = x.Tell("Write %s into the options at %s, or the next boot brings the old limit back", new, at)
	}
	return x, true
}

// fstabLine is the line that mounts a filesystem at boot (fstab(5)).
func fstabLine(f *sysinfo.Facts, mount string) (sysinfo.Place, bool) {
	for at, line := range linesIn(f.Host.Root, "/etc/fstab") {
		if w := strings.Fields(line); len(w) > 2 && w[1] == mount {
			return at, true
		}
	}
	return sysinfo.Place{}, false
}

// findRoom says how a person finds what takes the room of a filesystem.
func findRoom(s *filesystem) Fix {
	at := sh(s.mount)
	x := Fix{Title: "Make room on " + s.mount, Risk: Medium}.
		Tell("Find what takes it: du -xh -d2 %s | sort -h | tail, and du -x --inodes -d2 %s | sort -n | tail for numbers of files", at, at)
	if s.mount == "/" || strings.HasPrefix(s.mount, "/var") && !strings.HasPrefix(s.mount, "/var/lib/nginx") {
		x = x.Tell("Often safe to shrink: journalctl --vacuum-size=200M, apt-get clean, old logs under /var/log, old PHP sessions, docker image prune. Never delete a database's files")
	}
	return x.Tell("A deleted file that a program still holds open frees nothing until that program restarts: lsof +L1 shows them. Then start what had stopped")
}

// moveAside takes the largest file that nobody has open to a filesystem with room, so that nothing is lost.
func moveAside(ctx context.Context, f *sysinfo.Facts, s *filesystem, files []largeFile) (x Fix, ok bool) {
	to := "/root/aside-from" + strings.ReplaceAll(strings.TrimRight(s.mount, "/"), "/", "-")
	room, err := f.Host.Meters.Space(ctx, "/root")
	if !s.full() || f.Host.UID != 0 || f.Host.Files || err != nil || mountOf(f.Host.Root, "/root") == s.mount || s.foreign() || f.Host.Root.Exists(to) {
		return x, false
	}
	x = Fix{Title: "Make room on " + s.mount, Risk: Medium}
	for _, l := range files {
		if uint64(l.size) < s.space.Total/20 || uint64(l.size)*2+64<<20 > room.Free || !loose(s, l.path) || keptData.MatchString(l.path) || !rootsAlone(f.Host.Root, l.path) || isOpen(ctx, f, l.path) {
			continue
		}
		x.Undo = fmt.Sprintf("mv -n %s %s && rmdir %s", sh(path.Join(to, path.Base(l.path))), sh(path.Dir(l.path)+"/"), sh(to))
		return x.Do(fmt.Sprintf("Move the largest file aside (%s); nobody has it open, and nothing is deleted", size(uint64(l.size))), "mkdir %s && mv -n %s %s", sh(to), sh(l.path), sh(to+"/")), true
	}
	return x, false
}

// foreign says that it was reached through a process in a container.
func (s *filesystem) foreign() bool { return strings.HasPrefix(s.mount, "/proc/") }

// loose says that a file is of the kind that comes and goes: temporary, a log, a cache, a dump.
func loose(s *filesystem, name string) bool {
	for _, dir := range []string{"/mysql", "/postgresql", "/redis", "/mongodb", "/lib/docker", "/lib/containers", "/usr/", "/etc/", "/boot/", "/wp-content/", "/lib/dpkg", "/lib/apt"} {
		if strings.Contains(name, dir) {
			return false
		}
	}
	for _, dir := range []string{"/tmp/", "/var/tmp/", "/var/log/", "/var/crash/", "/var/cache/", "/run/", "/var/lib/nginx/", "/var/lib/php/sessions/", "/var/backups/"} {
		if strings.HasPrefix(name, dir) {
			return true
		}
	}
	for _, u := range s.uses { // a cache or a temporary folder that a configuration names
		if (strings.Contains(u.why, "cache") || strings.Contains(u.why, "what visitors send") || strings.Contains(u.why, "large answers")) && strings.HasPrefix(name, strings.TrimRight(u.path, "/")+"/") {
			return true
		}
	}
	return dump.MatchString(path.Base(name))
}

var (
	dump     = whenAsked(`^core(\.\d+)?$`)
	keptData = whenAsked(`(?i)\.(sqlite3?|db|journal|ibd|frm|myd|myi|wal|rdb|aof|sql|tar|zip)$`)
)

// rootsAlone says that nobody but root can put another file, or a link, in the place of one: each folder on its way is root's, and
// nobody else may write to it, or only to what is his own (sticky).
func rootsAlone(r sysinfo.Root, name string) bool {
	steps, err := r.Walk(name)
	if err != nil || len(steps) == 0 {
		return false
	}
	for _, i := range steps[:len(steps)-1] {
		if i.UID != 0 || i.Mode.Perm()&0o022 != 0 && i.Mode&fs.ModeSticky == 0 {
			return false
		}
	}
	return true
}

// isOpen says that a process has a file open, or that this could not be told.
func isOpen(ctx context.Context, f *sysinfo.Facts, name string) bool {
	procs, err := f.Procs(ctx)
	if err != nil {
		return true
	}
	return slices.ContainsFunc(procs, func(p sysinfo.Proc) bool { return slices.Contains(filesOpenBy(f, p.PID), name) })
}

// startStopped starts what a site needs and what went down while there was no room.
func startStopped(ctx context.Context, f *sysinfo.Facts, s *filesystem, x Fix) Fix {
	for _, u := range endedDatabases(ctx, f, s) {
		x.Steps = append(x.Steps, startUnit(u).Steps...)
	}
	all, _ := hops(ctx, f) // none is none to start
	done := map[string]bool{}
	for i := range all {
		l := &all[i]
		if !l.reach.Broken() {
			continue
		}
		if p, _ := f.PoolOf(ctx, l.Hop); p != nil && !p.Running() && !done[p.Name()] {
			done[p.Name()] = true
			x = fpmStart(p, x)
			continue
		}
		if u := f.AppFor(ctx, l.Hop).Unit; u.Name != "" && !u.Running() && !done[u.Name] {
			done[u.Name] = true
			x.Steps = append(x.Steps, startUnit(u).Steps...)
		}
	}
	return x
}
