package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

// PostgreSQL writes what its clients said into the same log: only its own lines count, those of a start, which have no user@database.
var (
	pgBind     = whenAsked(`^[^"]*\b(?:FATAL|LOG|WARNING): +could not bind IPv[46] address "([^"]+)": Cannot assign requested address`)
	redisBind  = whenAsked(`(?i)Could not create server TCP listening socket (?:\*|[^\s:]+|\[[^\]]+\]):\d+: bind: Cannot assign requested address`)
	redisLog   = whenAsked(`Can't open the log file: No such file or directory`)
	rootsData  = whenAsked(`[Dd]ata directory (/\S+) must not be owned by root`)
	pgMethod   = whenAsked(`^[^"]*\b(?:FATAL|LOG|WARNING): +invalid authentication method "([^"]+)"`)
	pgContext  = whenAsked(`CONTEXT: +line (\d+) of configuration file "([^"]+)"`)
	pgNoFile   = whenAsked(`^[^"]*\b(?:FATAL|LOG|WARNING): +could not open (?:configuration )?file "(/[^"]+\.conf)": No such file or directory`)
	pgClient   = whenAsked(`\s\S+@\S+ +(?:FATAL|LOG|WARNING|ERROR): `)
	pgValue    = whenAsked(`^[^"]*\b(?:FATAL|LOG|WARNING): +invalid value for parameter "([^"]+)": "`)
	redisFiles = []string{"/etc/redis/redis.conf", "/etc/redis.conf"}
	// pgMethods are those of pg_hba.conf ("The pg_hba.conf File").
	pgMethods = []string{"trust", "reject", "scram-sha-256", "md5", "password", "gss", "sspi", "ident", "peer", "ldap", "radius", "cert", "pam", "bsd"}
)

// storeRefuses is what a database or a cache says of a line of its settings that is written well and cannot be had, or not written well.
func storeRefuses(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, words []Evidence) *obstacle {
	for n, said := range words {
		switch text := said.Text; {
		case pgClient.MatchString(text):
			continue
		case pgBind.MatchString(text):
			if o := ownLine(f, []string{clusterFile(u, "postgresql.conf")}, said, "listen_addresses", "this machine does not have the address "+pgBind.FindStringSubmatch(text)[1], "listen_addresses = 'localhost'", "Listen where its apps of this machine ask"); o != nil {
				return o
			}
		case pgValue.MatchString(text):
			name := pgValue.FindStringSubmatch(text)[1]
			if o := ownLine(f, []string{clusterFile(u, "postgresql.conf")}, said, name, "it does not take the value of "+name, "", "Take the line out: "+name+" has its default then"); o != nil {
				return o
			}
		case redisBind.MatchString(text):
			if o := ownLine(f, redisFiles, said, "bind", "this machine does not have the address that it shall listen at", "bind 127.0.0.1", "Listen where its apps of this machine ask"); o != nil {
				return o
			}
		case redisLog.MatchString(text):
			if o := redisLogFolder(ctx, f, u, said); o != nil {
				return o
			}
		case rootsData.MatchString(text):
			return rootsFolder(f, said, path.Clean(rootsData.FindStringSubmatch(text)[1]))
		case pgMethod.MatchString(text) && n+1 < len(words) && pgContext.MatchString(words[n+1].Text):
			if o := hbaMethod(f, said, pgMethod.FindStringSubmatch(text)[1], pgContext.FindStringSubmatch(words[n+1].Text)); o != nil {
				return o
			}
		case pgNoFile.MatchString(text):
			if o := fileBack(f, said, pgNoFile.FindStringSubmatch(text)[1]); o != nil {
				return o
			}
		}
	}
	return nil
}

// clusterFile is where Debian keeps the settings of postgresql@15-main, and the others those of their only one.
func clusterFile(u sysinfo.Unit, name string) string {
	if _, of, ok := strings.Cut(unitWord(u.Name), "@"); ok {
		version, cluster, _ := strings.Cut(of, "-")
		return path.Join("/etc/postgresql", version, cluster, name)
	}
	return path.Join("/var/lib/pgsql/data", name)
}

// ownLine is an obstacle in the last line of some files that sets a key; better is what it should say, empty when it should go.
func ownLine(f *sysinfo.Facts, files []string, said Evidence, key, says, better, do string) *obstacle {
	at := lastSetting(f, files, func(_, line string) bool {
		return strings.EqualFold(strings.TrimRight(firstWord(strings.ReplaceAll(line, "=", " ")), " "), key)
	})
	if !at.Known() {
		return nil
	}
	line := configLine(f.Host.Root, at)
	return &obstacle{where: at, says: says, evidence: []Evidence{said, lineOf(f.Host.Root, at)}, clear: func(x Fix) Fix {
		x.Undo = setLine(f.Host.Root, at, line)
		if better == "" {
			return x.Do(do, "%s", commentOut(f.Host.Root, at))
		}
		return x.Do(do, "%s", setLine(f.Host.Root, at, better))
	}}
}

// redisLogFolder: the folder of Redis's log is not there.
func redisLogFolder(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, said Evidence) *obstacle {
	at := lastSetting(f, redisFiles, func(_, line string) bool { return firstWord(line) == "logfile" })
	words := strings.Fields(configLine(f.Host.Root, at))
	if len(words) != 2 {
		return nil
	}
	file := path.Clean(strings.Trim(words[1], `"'`))
	dir := path.Dir(file)
	if !path.IsAbs(file) || f.Host.Root.Exists(dir) || theSystems(dir) {
		return nil
	}
	return &obstacle{where: at, says: "the folder " + dir + " of its log does not exist", evidence: []Evidence{said, lineOf(f.Host.Root, at)}, clear: func(x Fix) Fix {
		if f.Host.Root.Exists("/var/log/redis") { // Debian's unit lets it write there and nowhere else
			x.Undo = setLine(f.Host.Root, at, configLine(f.Host.Root, at))
			return x.Do("Write the log where the service may", "%s", setLine(f.Host.Root, at, "logfile /var/log/redis/redis-server.log"))
		}
		x.Undo = "rmdir " + sh(dir)
		return x.Do("Make the folder, for the user that the service runs as", "%s", makeFolder(ctx, f, u, dir))
	}}
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
func fileBack(f *sysinfo.Facts, said Evidence, file string) *obstacle {
	if file = path.Clean(file); f.Host.Root.Exists(file) || !inside(file, "/etc/postgresql") && !inside(file, "/var/lib/pgsql") && !inside(file, "/var/lib/postgresql") {
		return nil
	}
	o := &obstacle{where: sysinfo.Place{File: file}, says: file + " is not there", evidence: []Evidence{said}}
	for _, end := range []string{".bak", ".old", ".orig", ".save", ".backup", "~"} {
		if back := file + end; f.Host.Root.Exists(back) {
			o.clear = func(x Fix) Fix {
				x.Undo = fmt.Sprintf("mv -nT %s %s", sh(file), sh(back))
				return x.Do("Put it back", "mv -nT %s %s", sh(back), sh(file))
			}
			return o
		}
	}
	o.clear = func(x Fix) Fix {
		return x.Tell("Put %s back from a backup: it says who may come in, and the service does not start without it", file)
	}
	return o
}
