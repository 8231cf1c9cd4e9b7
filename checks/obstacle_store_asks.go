package checks

import (
	"context"
	"fmt"
	"io/fs"
	"path"

	"fix502/sysinfo"
)

// What databases and caches ask of the machine and do not get.
var (
	pgShared      = whenAsked(`^[^"]*\bFATAL: +could not (?:map anonymous shared memory|create shared memory segment): (?:Cannot allocate memory|Invalid argument|No space left)`)
	pgKeyDenied   = whenAsked(`^[^"]*\bFATAL: +could not (?:load private key|access private key) file "(/[^"]+)": Permission denied`)
	memcachedBind = whenAsked(`failed to listen on one of interface\(s\) (\S+): Cannot assign requested address`)
	memcachedUser = whenAsked(`can't find the user (\S+) to switch to`)
	redisSpoilt   = whenAsked(`Bad file format reading the append only file|Unexpected end of file reading the append only file`)
	memcachedFile = []string{"/etc/memcached.conf"}
)

// storeAsks is what keeps a database or a cache from its start in these words; nil when there is nothing.
func storeAsks(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, said Evidence) *obstacle {
	switch text := said.Text; {
	case pgShared.MatchString(text) && settingWord(configLine(f.Host.Root, storeSetting(f, u, "huge_pages"))) == "on":
		return ownLine(f, clusterFiles(u), said, "huge_pages", "it takes its memory in huge pages alone, and the kernel has set too few aside (vm.nr_hugepages)", "huge_pages = try", "Take huge pages where there are any, and usual ones else")
	case pgShared.MatchString(text):
		return ownLine(f, clusterFiles(u), said, "shared_buffers", "the machine does not have the memory that it asks for at its start", "", "Take the line out: 128 megabytes are its own default (or write what the machine can spare; a quarter of its memory is usual)")
	case pgKeyDenied.MatchString(text):
		return keyDenied(ctx, f, said, path.Clean(pgKeyDenied.FindStringSubmatch(text)[1]))
	case memcachedBind.MatchString(text):
		return ownLine(f, memcachedFile, said, "-l", "this machine does not have the address "+memcachedBind.FindStringSubmatch(text)[1]+", at which it shall listen", "-l 127.0.0.1", "Listen where its apps of this machine ask")
	case memcachedUser.MatchString(text):
		return memcachedStranger(ctx, f, said, memcachedUser.FindStringSubmatch(text)[1])
	case memcachedPlaces.MatchString(text), filesOut.MatchString(text) && storeKind(u) == "memcached":
		return memcachedRoom(f, u, said)
	case redisSpoilt.MatchString(text):
		return spoiltJournal(said)
	}
	return nil
}

// snakeoil is the private key that Debian makes for all services of a machine which want one. What else PostgreSQL's settings name, its own
// account may have written there (ALTER SYSTEM), and it may be another service's.
const snakeoil = "/etc/ssl/private/ssl-cert-snakeoil.key"

// keyDenied: PostgreSQL may not read its private key, which Debian lets the group ssl-cert read and nobody else.
func keyDenied(ctx context.Context, f *sysinfo.Facts, said Evidence, name string) *obstacle {
	const group = "ssl-cert"
	i, err := f.Host.Root.Lstat(name)
	users, err2 := f.Users(ctx)
	if err != nil || err2 != nil || !i.Mode.IsRegular() || i.UID != 0 {
		return nil
	}
	o := &obstacle{where: sysinfo.Place{File: name}, says: "it may not read its private key " + name, evidence: []Evidence{said, {Source: "ls -l " + name, Text: modeText(i, users)}}}
	dir, err := f.Host.Root.Lstat(path.Dir(name))
	who, known := users.Creds("postgres")
	if name != snakeoil || err != nil || !known || dir.Mode&fs.ModeSymlink != 0 || dir.UID != 0 || users.Group(dir.GID) != group || !who.May(dir, 1) {
		o.clear = func(x Fix) Fix {
			return x.Tell("If %s is PostgreSQL's own key: let postgres read it, and nobody else (0600 of postgres, or 0640 of root and a group of its own). If it is another service's, write its own at ssl_key_file (postgresql.conf, or postgresql.auto.conf, which the account postgres writes)", name)
		}
		return o
	}
	o.clear = func(x Fix) Fix {
		x.Undo = fmt.Sprintf("chmod %o %s; chgrp %s %s", i.Mode.Perm(), sh(name), sh(users.Group(i.GID)), sh(name))
		return x.Do("As Debian has it: the group "+group+", to which its folder belongs and of which postgres is a member, may read it", "chgrp %s %s && chmod 640 %s", group, sh(name), sh(name))
	}
	return o
}

// spoiltJournal: what Redis wrote last was cut off or spoiled, as by a power cut. What the repair throws away only a person can weigh.
func spoiltJournal(said Evidence) *obstacle {
	return &obstacle{where: sysinfo.Place{File: "/var/lib/redis/appendonlydir"}, says: "the file in which it notes every change is spoiled (a power cut, a full disk)", evidence: []Evidence{said}, clear: func(x Fix) Fix {
		return x.Tell("Copy /var/lib/redis away first (cp -a). Then redis-check-aof /var/lib/redis/appendonlydir/*.manifest tells what is left, and with --fix it cuts off all behind the spoiled place: changes written after it are lost. Where Redis is only a cache, that costs nothing")
	}}
}
