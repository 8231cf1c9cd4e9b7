package checks

import (
	"context"
	"slices"
	"time"

	"fix502/sysinfo"
)

// saysNoRoom is what MariaDB and MySQL say while a write waits for room on the disk: they look once a minute, and say it
// again every ten (mysys/errors.cc, wait_for_free_space).
var saysNoRoom = whenAsked(`Waiting for someone to free space`)

// reprinted is after how long it is said again.
const reprinted = 10 * time.Minute

// roomAgain is when a database here had room to write again, by its own word: what its app failed with until then was the disk's. Zero where it told of nothing, or
// a disk is full.
func roomAgain(ctx context.Context, f *sysinfo.Facts) time.Time {
	at, _ := sysinfo.Memo(f, "room again", func() (time.Time, error) { // without its words nobody knows
		for _, name := range []string{"mariadb.service", "mysql.service", "mysqld.service"} {
			u, ok := f.Unit(ctx, name)
			if !ok || !u.Running() {
				continue
			}
			lines, _ := f.Words(ctx, u)
			last := lastSaid(append(slices.Clone(lines), mysqlOwnLog(f, u)...), saysNoRoom)
			if last == nil || !hasRoom(ctx, f) {
				continue
			}
			if end := last.Time.Add(reprinted); end.Before(f.Host.Now()) {
				return end, nil
			}
			return f.Host.Now(), nil
		}
		return time.Time{}, nil
	})
	return at
}

// hasRoom says that the filesystem with the database's data has room.
func hasRoom(ctx context.Context, f *sysinfo.Facts) bool {
	dirs := mysqlFolders(f)
	s := &filesystem{mount: mountOf(f.Host.Root, dirs[len(dirs)-1])}
	if s.mount == "" {
		return false
	}
	s.space, s.err = f.Host.Meters.Space(ctx, s.mount)
	return s.err == nil && !s.full()
}

// goesOn is a session that still waits for room which is there by now; others may wait for a lock of its.
func goesOn(ctx context.Context, f *sysinfo.Facts, all []sysinfo.Session) bool {
	return slices.ContainsFunc(all, func(s sysinfo.Session) bool { return saysNoRoom.MatchString(s.State) }) && hasRoom(ctx, f)
}
