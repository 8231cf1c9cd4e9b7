package checks

import (
	"context"
	"maps"
	"slices"
	"strings"
	"syscall"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// logPath is the first file that an error line names.
var logPath = whenAsked(`"?(/[^"\s:,()]+)"?`)

// noSpace are the lines that prove that somebody on the way needed the room.
func noSpace(ctx context.Context, f *sysinfo.Facts, s *filesystem) []Evidence {
	var out []Evidence
	for _, site := range f.Sites(ctx) {
		line, ok := says(ctx, f, site, errlog.NoSpace, errlog.ShortWrite, errlog.SessionWriteFailed)
		if !ok {
			continue
		}
		if s.holds(whatPHPWrites) && phpWants(f, s, line) {
			out = append(out, quoteLine(line.LogLine))
			continue
		}
		if m := logPath.FindStringSubmatch(line.Message); m == nil || s.on(site.Gateway.Root, m[1]) || s.mount == "/" {
			out = append(out, quoteLine(line.LogLine))
		}
	}
	for _, a := range appsWithoutRoom(ctx, f) {
		if s.on(f.Host.Root, a.file) && !slices.Contains(out, a.words) {
			out = append(out, a.words)
		}
	}
	for _, u := range endedDatabases(ctx, f, s) {
		lines, _ := f.Journal(ctx, u.Name) // one that says nothing proves nothing
		for _, l := range lastAttempt(lines) {
			if databaseRoom.MatchString(l.Text) {
				out = append(out, Evidence{Source: "journalctl -u " + unitWord(u.Name), Text: l.Text, Time: l.Time})
				break
			}
		}
	}
	return append(out, poolsWithoutRoom(ctx, f, s)...)
}

// databaseRoom is what MariaDB, MySQL, PostgreSQL and Redis say when there is none.
var databaseRoom = whenAsked(`(?i)no space left on device|errno: 28\b|error 28\b|disk (is )?full|not enough (free )?(disk )?space`)

// endedDatabases are the services of databases that keep their data on a filesystem and have failed.
func endedDatabases(ctx context.Context, f *sysinfo.Facts, s *filesystem) []sysinfo.Unit {
	all, err := f.Services(ctx)
	if err != nil {
		return nil
	}
	var out []sysinfo.Unit
	for _, name := range slices.Sorted(maps.Keys(all)) {
		u := all[name]
		of := storeKind(u)
		if of != "" && u.Name == name && u.Active == "failed" && slices.ContainsFunc(s.uses, func(d usedDir) bool {
			return d.why == theDatabase && storeUnits(of).MatchString(d.who+".service")
		}) {
			out = append(out, u)
		}
	}
	return out
}

// poolsWithoutRoom are the last words of a PHP-FPM that did not start for want of room.
func poolsWithoutRoom(ctx context.Context, f *sysinfo.Facts, s *filesystem) []Evidence {
	var out []Evidence
	pools, _ := f.FPM(ctx) // none is no proof
	for _, p := range pools {
		if p.Running() || !p.HasUnit || !uses(s, p.Name()) {
			continue
		}
		lines, err := f.Journal(ctx, p.Unit.Name)
		if err != nil && p.Unit.Active == "failed" && s.holds("the pid file of "+p.Name()) {
			out = append(out, unitSays(p.Unit)) // only root may read its last words; it cannot start without its pid file
		}
		for _, l := range lastAttempt(lines) {
			if strings.Contains(l.Text, "No space left on device") {
				out = append(out, Evidence{Source: "journalctl -u " + p.Name(), Text: l.Text, Time: l.Time})
				break
			}
		}
	}
	return out
}

// socketNotMade says that a socket is missing where no file can be made any more. A socket takes an inode and no bytes.
func socketNotMade(ctx context.Context, f *sysinfo.Facts, s *filesystem) []Evidence {
	if !s.noInodes() {
		return nil
	}
	all, _ := hops(ctx, f) // none is no proof
	for i := range all {
		if l := &all[i]; l.Unix != "" && l.reach.Errno == syscall.ENOENT && s.on(l.Site.Gateway.Root, l.Unix) {
			return []Evidence{kernelSays(l)}
		}
	}
	return nil
}

// waitsForRoom is the state of a session whose database stands still until somebody frees space (MariaDB's and MySQL's mysys/errors.c, EE_DISK_FULL).
const waitsForRoom = "Waiting for someone to free space"

// storeWithoutRoom are the sessions of the database that wait for room on the filesystem with its data.
func storeWithoutRoom(ctx context.Context, f *sysinfo.Facts, s *filesystem) []Evidence {
	if !s.full() || !s.holds(theDatabase) {
		return nil
	}
	db, err := f.MySQL(ctx)
	if err != nil {
		return nil // who may not ask it has no proof
	}
	for _, session := range db.Sessions {
		if strings.HasPrefix(session.State, waitsForRoom) {
			return []Evidence{sessionLine(db, session)}
		}
	}
	return nil
}
