package checks

import (
	"path"
	"strings"

	"fix502/sysinfo"
)

// writableNow takes the lines out by which a MySQL takes no writes, and has it take some. It is asked itself first whether it follows another
// one: its files need not tell. read_only OFF takes super_read_only with it, and not the other way round (MySQL's manual, "super_read_only").
func writableNow(f *sysinfo.Facts, u sysinfo.Unit, x Fix) Fix {
	ask := mysqlClient(f) + " -u root -e "
	follows := "SHOW REPLICA STATUS"
	if strings.HasPrefix(u.Name, "mariadb") || f.Host.Root.Exists("/usr/bin/mariadb") {
		follows = "SHOW ALL SLAVES STATUS" // by each of its names; MariaDB has known it since 10.0
	}
	x = x.Do("See that it follows no other server: if it does, this ends here", `said=$(%s) && test -z "$said"`, ask+sh(follows))
	for _, name := range []string{"read_only", "super_read_only"} {
		if _, at := switchedOnOf(f, refusals[0].files, name); at.Known() {
			x.Undo = also(ask+sh("SET GLOBAL "+name+" = ON"), also(x.Undo, setLine(f.Host.Root, at, configLine(f.Host.Root, at))))
			x = x.Do("Take the line out, so that it stays so after the next start", "%s", commentOut(f.Host.Root, at))
		}
	}
	return x.Do("Let it take writes now; nobody is disconnected", "%s", ask+sh("SET GLOBAL read_only = OFF"))
}

// primaryKnown is a file beside MySQL's data that tells of a server which it copies: MariaDB's, or the list of what MySQL 8 got from one. A MariaDB that
// follows nobody has an empty multi-master.info.
func primaryKnown(f *sysinfo.Facts) string {
	for _, dir := range mysqlFolders(f) {
		for _, pattern := range []string{"master*.info", "multi-master.info", "*relay*.index"} {
			files, _ := f.Host.Root.Glob(path.Join(dir, pattern)) // none: it follows nobody
			for _, file := range files {
				if i, err := f.Host.Root.Stat(file); err == nil && i.Size > 0 {
					return file
				}
			}
		}
	}
	return ""
}

// mysqlFolders are where MySQL or MariaDB keeps its data: the usual folder, and the one that its settings name.
func mysqlFolders(f *sysinfo.Facts) []string {
	dirs := []string{"/var/lib/mysql"}
	if _, own, ok := strings.Cut(withoutComment(configLine(f.Host.Root, serverSetting(f, refusals[0].files, "datadir"))), "="); ok {
		if dir := strings.Trim(strings.TrimSpace(own), `'"`); path.IsAbs(dir) && path.Clean(dir) != dirs[0] {
			dirs = append(dirs, path.Clean(dir))
		}
	}
	return dirs
}
