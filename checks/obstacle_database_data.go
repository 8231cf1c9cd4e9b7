package checks

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"fix502/sysinfo"
)

// tooOpen: PostgreSQL starts only when nobody else may look into its folder and its key (0600, or 0640 of root's).
func tooOpen(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, said Evidence, name string, key bool) *obstacle {
	i, err := f.Host.Root.Lstat(name)
	its := inside(name, path.Dir(clusterFile(u, "postgresql.conf"))) // what lies beside its settings is nobody else's
	if err != nil || theSystems(name) && !its || int(i.Mode.Perm())&0o077 == 0 || i.Mode&fs.ModeSymlink != 0 || !key && !f.Host.Root.Exists(name+"/PG_VERSION") || key && !i.Mode.IsRegular() {
		return nil
	}
	return &obstacle{where: sysinfo.Place{File: name}, says: fmt.Sprintf("%s is open to others (mode %o), and it takes that from nobody", name, i.Mode.Perm()), evidence: []Evidence{said}, clear: func(x Fix) Fix {
		x.Undo = fmt.Sprintf("chmod %o %s", i.Mode.Perm(), sh(name))
		users, err := f.Users(ctx)
		if _, group := servedBy(ctx, f, u); key && i.UID == 0 && err == nil && group != "root" {
			x.Undo += fmt.Sprintf("; chgrp %s %s", sh(users.Group(i.GID)), sh(name))
			return x.Do("Close it to others but the database's group", "chgrp %s %s && chmod 640 %s", sh(group), sh(name), sh(name))
		}
		return x.Do("Close it to others", "chmod %o %s", map[bool]int{true: 0o600, false: 0o700}[key], sh(name))
	}}
}

// dataVeiled: the data lie where a setting of the unit hides them from the service, in /home most of all, though modes and owners let it in.
func dataVeiled(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, said Evidence, dir string) *obstacle {
	at := lastSetting(f, refusals[0].files, func(_, line string) bool {
		_, value, ok := strings.Cut(line, "=")
		return ok && !strings.HasPrefix(line, "#") && path.Clean(strings.Trim(strings.TrimSpace(value), `"'`)) == dir
	})
	if real := realFile(f.Host.Root, dir); !at.Known() && real != dir { // the usual folder is a link
		at, dir = sysinfo.Place{File: dir}, real
	}
	l, veiled := veil(f, u, dir, said.Text)
	if !at.Known() || !veiled || !f.Host.Root.Exists(dir) || !plainPath.MatchString(dir) || len(barredOn(ctx, f, u, dir, 1)) > 0 {
		return nil
	}
	return &obstacle{where: at, says: fmt.Sprintf("its data are in %s, which %s=%s of its unit hides from it", dir, l.Key, l.Value), evidence: []Evidence{said, namesData(f.Host.Root, at, dir), unitLineSays(f, l)}, clear: func(x Fix) Fix {
		if l.Key != "ProtectHome" {
			return daemonReload(doorIn(f, u, x, l, dir))
		}
		return daemonReload(dropIn(x, u.Name, "Show it that folder, and nothing else of /home and /root", "Service", "ProtectHome=tmpfs", "BindPaths="+dir))
	}}
}

// namesData is the line, or the link, that leads a database to its data.
func namesData(r sysinfo.Root, at sysinfo.Place, dir string) Evidence {
	if at.Line > 0 {
		return lineOf(r, at)
	}
	return Evidence{Source: "ls -ld " + at.File, Text: "a link to " + dir}
}

// mysqlHomes are where people put the data of MySQL when the usual disk is too small.
var mysqlHomes = []string{"/srv", "/srv/*", "/data", "/data/*", "/mnt/*", "/mnt/*/*", "/opt", "/opt/*", "/var/lib", "/var/lib/*"}

// dataMoved: the usual folder of MySQL's data is gone, no line names another one, and the data are in one folder elsewhere.
func dataMoved(f *sysinfo.Facts, u sysinfo.Unit, said Evidence, dir string) *obstacle {
	const usual = "/var/lib/mysql"
	r := f.Host.Root
	if storeKind(u) != "mysql" || dir != usual || r.Exists(usual) || serverSetting(f, refusals[0].files, "datadir").Known() {
		return nil
	}
	var there []string
	for _, home := range mysqlHomes {
		for _, name := range []string{"mysql", "mysql[-_.]*", "mariadb"} {
			all, _ := r.Glob(path.Join(home, name, "ibdata1")) // none is common
			there = append(there, all...)
		}
	}
	o := &obstacle{where: sysinfo.Place{File: usual}, says: "the folder of its data, " + usual + ", does not exist", evidence: []Evidence{said}}
	o.clear = func(x Fix) Fix {
		if len(there) != 1 || !r.Exists(path.Join(path.Dir(there[0]), "mysql")) || !plainPath.MatchString(there[0]) {
			return x.Tell("Bring %s back with all that was in it: a volume that is not attached or not mounted (findmnt; mount -a), or a folder that was moved. Do not start it on an empty one", usual)
		}
		x.Undo = "rm " + usual
		return x.Tell("Where AppArmor watches over it (Ubuntu's MySQL), the new folder has to be allowed there as well: /etc/apparmor.d/tunables/alias").
			Do("Its data are in "+path.Dir(there[0])+": lead the usual name there", "ln -s %s %s", sh(path.Dir(there[0])), usual)
	}
	return o
}

// mountedAbove is the folder on the way to another one at which /etc/fstab mounts something; empty when there is none.
func mountedAbove(f *sysinfo.Facts, dir string) string {
	for ; dir != "/"; dir = path.Dir(dir) {
		if _, ok := fstabLine(f, dir); ok {
			return dir
		}
	}
	return ""
}

// ranSince says that a service was up after a file was written, or that nobody can know.
func ranSince(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, file string) bool {
	i, err := f.Host.Root.Stat(file)
	lines, err2 := f.Journal(ctx, u.Name)
	if err != nil || err2 != nil {
		return true
	}
	for _, l := range lines {
		if l.Time.After(i.ModTime) && (strings.HasPrefix(l.Text, "Started ") || strings.Contains(l.Text, "ready for connections")) {
			return true
		}
	}
	return false
}
