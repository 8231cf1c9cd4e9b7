package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// pgNoData are the words of PostgreSQL, and of Debian's script that starts it, when the folder of its data is not there.
var pgNoData = whenAsked(`Error: (/\S+) is not accessible or does not exist|data directory "(/[^"]+)" does not exist`)

// pgHomes are where people put their clusters.
var pgHomes = []string{"/var/lib/postgresql", "/var/lib/postgresql*", "/srv", "/srv/*", "/data", "/data/*", "/mnt/*", "/mnt/*/*", "/opt/*", "/home", "/home/*", "/var/lib"}

// clusterMoved: PostgreSQL's settings name a folder of data that is not there. They are those of another cluster, or the folder was moved.
func clusterMoved(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, said Evidence) *obstacle {
	m := pgNoData.FindStringSubmatch(said.Text)
	if m == nil || storeKind(u) != "postgres" {
		return nil
	}
	dir := path.Clean(m[1] + m[2])
	at := storeSetting(f, u, "data_directory")
	if f.Host.Root.Exists(dir) {
		return nil
	}
	o := &obstacle{where: sysinfo.Place{File: dir}, says: "the folder of its data, " + dir + ", does not exist", evidence: []Evidence{said}}
	if at.Known() {
		o.where = at
		o.evidence = append(o.evidence, lineOf(f.Host.Root, at))
	}
	now := clusterNow(f.Host.Root, u)
	o.clear = func(x Fix) Fix {
		if now == "" || !at.Known() || !plainPath.MatchString(now) {
			return x.Tell("Bring %s back with all that was in it: a volume that is not attached or not mounted (findmnt; mount -a), or a folder that was moved. Do not make an empty one", dir)
		}
		x.Undo = setLine(f.Host.Root, at, configLine(f.Host.Root, at))
		x = x.Do("Its data are in "+now, "%s", setLine(f.Host.Root, at, fmt.Sprintf("data_directory = '%s'", now)))
		return ownLists(f, u, x)
	}
	return o
}

// clusterNow is where the data of a cluster are: the one folder with its version and its name that has them.
func clusterNow(r sysinfo.Root, u sysinfo.Unit) string {
	of := clusterOf(u)
	if of == "" {
		return ""
	}
	found := ""
	for _, home := range pgHomes {
		there, _ := r.Glob(path.Join(home, of, "PG_VERSION")) // none is common
		for _, file := range there {
			dir := realFile(r, path.Dir(file))
			version, err := r.ReadFile(file)
			if err != nil || strings.TrimSpace(string(version)) != path.Dir(of) || dir == found {
				continue
			}
			if found != "" {
				return ""
			}
			found = dir
		}
	}
	return found
}

// ownLists has the lines that name files of another cluster's settings name those of this one.
func ownLists(f *sysinfo.Facts, u sysinfo.Unit, x Fix) Fix {
	r := f.Host.Root
	for _, key := range []string{"hba_file", "ident_file"} {
		at := storeSetting(f, u, key)
		line := configLine(r, at)
		file := settingWord(line)
		own := path.Join(path.Dir(clusterFile(u, "postgresql.conf")), path.Base(file))
		if at.Known() && path.IsAbs(file) && !r.Exists(file) && r.Exists(own) {
			x.Undo = also(setLine(r, at, line), x.Undo)
			x = x.Do(fmt.Sprintf("Its own %s lies beside its settings", path.Base(file)), "%s", replace(r, at, file, own))
		}
	}
	return x
}

// listOfAnother: the settings came along from another cluster, and name its lists of who may come in.
func listOfAnother(f *sysinfo.Facts, u sysinfo.Unit, said Evidence, file string) *obstacle {
	key := strings.TrimSuffix(strings.TrimPrefix(path.Base(file), "pg_"), ".conf") + "_file"
	at := storeSetting(f, u, key)
	own := path.Join(path.Dir(clusterFile(u, "postgresql.conf")), path.Base(file))
	if !at.Known() || settingWord(configLine(f.Host.Root, at)) != file || f.Host.Root.Exists(file) || !f.Host.Root.Exists(own) {
		return nil
	}
	return &obstacle{where: at, says: fmt.Sprintf("%s, which %s names, does not exist, and %s does", file, key, own), evidence: []Evidence{said, lineOf(f.Host.Root, at)}, clear: func(x Fix) Fix {
		return ownLists(f, u, x)
	}}
}
