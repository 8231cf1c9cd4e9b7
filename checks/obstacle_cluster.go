package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

// pgMethods are those of pg_hba.conf ("The pg_hba.conf File").
var pgMethods = []string{"trust", "reject", "scram-sha-256", "md5", "password", "gss", "sspi", "ident", "peer", "ldap", "radius", "cert", "pam", "bsd"}

// clusterFiles are PostgreSQL's settings in the order in which they are read: what a folder beside them adds, and what ALTER SYSTEM
// wrote, wins.
func clusterFiles(u sysinfo.Unit) []string {
	main := clusterFile(u, "postgresql.conf")
	data := path.Dir(main)
	if rest, ok := strings.CutPrefix(data, "/etc/postgresql/"); ok {
		data = path.Join("/var/lib/postgresql", rest)
	}
	return []string{main, path.Join(path.Dir(main), "conf.d/*.conf"), path.Join(data, "postgresql.auto.conf")}
}

// clusterFile is where Debian keeps the settings of postgresql@15-main, and the others those of their only one.
func clusterFile(u sysinfo.Unit, name string) string {
	if of := clusterOf(u); of != "" {
		return path.Join("/etc/postgresql", of, name)
	}
	return path.Join("/var/lib/pgsql/data", name)
}

// rootsFolder: PostgreSQL's data belong to root after a restore or a copy.
func rootsFolder(f *sysinfo.Facts, said Evidence, dir string) *obstacle {
	i, err := f.Host.Root.Lstat(dir)
	if err != nil || !i.Mode.IsDir() || i.UID != 0 || theSystems(dir) || !f.Host.Root.Exists(dir+"/PG_VERSION") {
		return nil
	}
	return &obstacle{where: sysinfo.Place{File: dir}, says: dir + " belongs to root", evidence: []Evidence{said}, clear: func(x Fix) Fix {
		x.Undo = "chown -R root:root " + sh(dir)
		return x.Do("Give its data back to the database", "chown -R postgres:postgres %s", sh(dir))
	}}
}

// hbaMethod: a method of pg_hba.conf is misspelt; what it was meant to be decides who comes in, so nothing else is put in its place.
func hbaMethod(f *sysinfo.Facts, said Evidence, wrong string, context []string) *obstacle {
	at := sysinfo.Place{File: context[2]}
	if _, err := fmt.Sscan(context[1], &at.Line); err != nil || strings.Count(configLine(f.Host.Root, at), wrong) != 1 {
		return nil
	}
	return &obstacle{where: at, says: fmt.Sprintf("%s is no way to prove who one is", wrong), evidence: []Evidence{said, lineOf(f.Host.Root, at)}, clear: func(x Fix) Fix {
		meant := spelling.Closest(wrong, pgMethods)
		if meant == "" || meant == "trust" {
			return x.Tell("Correct the last word at %s: scram-sha-256 asks for a password", at)
		}
		x.Undo = replace(f.Host.Root, at, meant, wrong)
		return x.Do(fmt.Sprintf("Correct the slip: %s is %s", wrong, meant), "%s", replace(f.Host.Root, at, wrong, meant))
	}}
}

// fileBack: a file that a service cannot do without was moved aside, and lies beside its place.
func fileBack(f *sysinfo.Facts, u sysinfo.Unit, said Evidence, file string) *obstacle {
	if o := listOfAnother(f, u, said, path.Clean(file)); o != nil {
		return o
	}
	if file = path.Clean(file); f.Host.Root.Exists(file) || !inside(file, "/etc/postgresql") && !inside(file, "/var/lib/pgsql") && !inside(file, "/var/lib/postgresql") {
		return nil
	}
	o := &obstacle{where: sysinfo.Place{File: file}, says: file + " is not there", evidence: []Evidence{said}}
	if back := copyOf(f.Host.Root, file); back != "" {
		o.clear = func(x Fix) Fix {
			x.Undo = fmt.Sprintf("mv -nT %s %s", sh(file), sh(back))
			return x.Do("Put it back", "mv -nT %s %s", sh(back), sh(file))
		}
		return o
	}
	o.clear = func(x Fix) Fix {
		return x.Tell("Put %s back from a backup: it says who may come in, and the service does not start without it", file)
	}
	return o
}

var pgReason = whenAsked(`\b(?:FATAL|PANIC): |\bLOG: +(?:could not|invalid|unrecognized|syntax error|data directory)|^Error: `)

// clusterReasons are the lines in which a PostgreSQL that did not start says why: its script in the journal only says that it did not.
func clusterReasons(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) []Evidence {
	var out []Evidence
	for _, said := range ownWords(ctx, f, u) {
		if pgReason.MatchString(said.Text) && !pgClient.MatchString(said.Text) && !strings.Contains(said.Text, "/pg_ctl start ") {
			out = append(out, said)
		}
	}
	return out[:min(len(out), 3)]
}
