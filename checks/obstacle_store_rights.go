package checks

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"fix502/sysinfo"
)

// diaries are the folders in which databases and caches keep their logs, and whose they have to be; Debian's PostgreSQL has its
// own in root's.
var diaries = []struct {
	of   pattern // the unit
	dir  string
	user string
}{
	{whenAsked(`^(mariadb|mysqld?)\.service$`), "/var/log/mysql", "mysql"},
	{whenAsked(`^(redis|redis-server)(@.+)?\.service$`), "/var/log/redis", "redis"},
	{whenAsked(`^valkey`), "/var/log/valkey", "valkey"},
}

var barredWords = whenAsked(`(?i)permission denied|errcode:? 13|error number 13|must be writable|access rights`)

// strangersFiles: the folder of a database's data is its own, and what lies in it belongs to another, as after a restore by root;
// or the folder of its log does.
func strangersFiles(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if storeKind(u) == "" || u.Active == "inactive" && u.Result == "success" {
		return nil
	}
	for _, said := range ownWords(ctx, f, u) {
		if pgClient.MatchString(said.Text) || !barredWords.MatchString(said.Text) {
			continue
		}
		if tempBarred(ctx, f, u, said) != nil {
			return nil // not over its own data
		}
		for _, h := range homes {
			if o := givenBack(ctx, f, u, said, h.dir, h.user, h.user+":"+h.user); h.of.MatchString(u.Name) && o != nil {
				return o
			}
		}
		for _, h := range diaries { // a log's group is that of those who may read it
			if o := givenBack(ctx, f, u, said, h.dir, h.user, h.user); h.of.MatchString(u.Name) && o != nil {
				return o
			}
		}
		return nil
	}
	return nil
}

// givenBack is an obstacle in a database's own folder, where something in it is not its user's and that user may not write to it.
func givenBack(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, said Evidence, name, user, owner string) *obstacle {
	users, err := f.Users(ctx)
	if err != nil {
		return nil
	}
	who, known := users.Creds(user)
	dir := realFile(f.Host.Root, name)
	bad, found := strangerIn(f.Host.Root, dir, who, 4)
	if !known || !found || theSystems(dir) {
		return nil
	}
	return &obstacle{where: sysinfo.Place{File: dir}, says: fmt.Sprintf("%s is not %s's, and it may not write to it", bad.Path, user),
		evidence: []Evidence{said, {Source: "ls -ld " + bad.Path, Text: modeText(bad, users)}}, clear: func(x Fix) Fix {
			// no undo: what was the user's before would go with the rest
			return x.Do(fmt.Sprintf("Give all in its own folder back to %s", user), "chown -R %s %s", sh(owner), sh(dir))
		}}
}

// strangerIn is the first file or folder, at some depth, that a user has to write to and may not. Debian's own marks in the folder
// of MySQL's data are root's, and that of the last upgrade, which its start script writes.
func strangerIn(r sysinfo.Root, dir string, who sysinfo.Creds, depth int) (sysinfo.Info, bool) {
	i, err := r.Lstat(dir)
	if err != nil || depth == 0 || i.Mode&fs.ModeSymlink != 0 {
		return i, false
	}
	if i.UID != who.UID && (i.Mode.IsRegular() && !who.May(i, 6) || i.Mode.IsDir() && !who.May(i, 7)) {
		return i, true
	}
	if !i.Mode.IsDir() {
		return i, false
	}
	names, _ := r.ReadDir(dir) // unreadable: what is above it remains
	for _, n := range names[:min(len(names), 100)] {
		if strings.HasPrefix(n, "debian-") || strings.HasSuffix(n, "_upgrade_info") {
			continue
		}
		if bad, found := strangerIn(r, path.Join(dir, n), who, depth-1); found {
			return bad, true
		}
	}
	return i, false
}

// redisLogDenied: Redis may not write to its log, wherever that is.
func redisLogDenied(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, said Evidence) *obstacle {
	at, file := redisPath(f, u, "logfile")
	i, err := f.Host.Root.Lstat(file)
	creds, ok := f.UnitCreds(ctx, u)
	who, group := servedBy(ctx, f, u)
	if file == "" || !ok || creds.UID == 0 || err == nil && (!i.Mode.IsRegular() || creds.May(i, 6) || theSystems(file)) {
		return nil
	}
	o := &obstacle{where: at, says: "it may not write to its log " + file, evidence: []Evidence{said, lineOf(f.Host.Root, at)}}
	o.clear = func(x Fix) Fix {
		if err != nil && path.Dir(file) == "/var/log" {
			x.Undo = "rm " + sh(file)
			return x.Do("Make the log, for the user that it runs as", "install -o %s -g %s -m 640 /dev/null %s", sh(who), sh(group), sh(file))
		}
		if err != nil {
			return x.Tell("Let %s write to %s, or name another file at %s", who, path.Dir(file), at)
		}
		x.Undo = fmt.Sprintf("chown -h %d %s", i.UID, sh(file))
		return x.Do("Give the log to the user that it runs as", "chown -h %s %s", sh(who), sh(file))
	}
	return o
}

// pgLogDenied: PostgreSQL may not write to the log that it collects itself (logging_collector): root's, as after a rotation that made it anew.
func pgLogDenied(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, said Evidence, file string) *obstacle {
	const who = "postgres" // Debian's unit begins as root
	users, err := f.Users(ctx)
	if err != nil {
		return nil
	}
	creds, known := users.Creds(who)
	i, err := f.Host.Root.Lstat(file)
	if err != nil || !known || !i.Mode.IsRegular() || i.UID != 0 || creds.May(i, 2) || !bearsName(file, u, who) {
		return nil
	}
	o := &obstacle{where: sysinfo.Place{File: file}, says: "it may not write to its log " + file, evidence: []Evidence{said, {Source: "ls -l " + file, Text: modeText(i, users)}}, clear: func(x Fix) Fix {
		x.Undo = fmt.Sprintf("chown -h %d %s", i.UID, sh(file))
		return x.Do("Give the log to the user that it runs as", "chown -h %s %s", who, sh(file))
	}}
	rotatedAway(f, u, o, []barred{{i, 6, nil}}, who, creds, users)
	return o
}
