package checks

import (
	"context"
	"path"
	"strings"

	"fix502/sysinfo"
)

// PostgreSQL writes what its clients said into the same log: only its own lines count, those of a start, which have no user@database.
var (
	pgBind     = whenAsked(`^[^"]*\b(?:FATAL|LOG|WARNING): +could not bind IPv[46] address "([^"]+)": Cannot assign requested address`)
	redisBind  = whenAsked(`(?i)Could not create server TCP listening socket (?:\*|[^\s:]+|\[[^\]]+\]):\d+: bind: Cannot assign requested address`)
	redisLog   = whenAsked(`Can't open the log file: No such file or directory`)
	redisWrite = whenAsked(`Can't open the log file: Permission denied`)
	mysqlBind  = whenAsked(`Bind on TCP/IP port.*Cannot assign requested address|Can't (?:start server|create IP socket).*Cannot assign requested address`)
	rootsData  = whenAsked(`[Dd]ata directory (/\S+) must not be owned by root`)
	pgMethod   = whenAsked(`^[^"]*\b(?:FATAL|LOG|WARNING): +invalid authentication method "([^"]+)"`)
	pgContext  = whenAsked(`CONTEXT: +line (\d+) of configuration file "([^"]+)"`)
	pgNoFile   = whenAsked(`^[^"]*\b(?:FATAL|LOG|WARNING): +could not open (?:configuration )?file "(/[^"]*/pg_(?:hba|ident)\.conf)": No such file or directory`)
	pgClient   = whenAsked(`\s\S+@\S+ +(?:FATAL|LOG|WARNING|ERROR): `)
	pgLog      = whenAsked(`^[^"]*\b(?:FATAL|LOG|WARNING): +could not open log file "(/[^"]+)": Permission denied`)
	pgValue    = whenAsked(`^[^"]*\b(?:FATAL|LOG|WARNING): +invalid value for parameter "([^"]+)": "`)
	redisFiles = []string{"/etc/redis/redis.conf", "/etc/redis.conf"}
)

// storeRefuses is what a database or a cache says of a line of its settings that is written well and cannot be had, or not written well.
func storeRefuses(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, words []Evidence) *obstacle {
	for n, said := range words {
		if o := storeAsks(ctx, f, u, said); o != nil && !pgClient.MatchString(said.Text) {
			return o
		}
		switch text := said.Text; {
		case pgClient.MatchString(text):
			continue
		case pgBind.MatchString(text):
			if o := ownLine(f, clusterFiles(u), said, "listen_addresses", "this machine does not have the address "+pgBind.FindStringSubmatch(text)[1], "listen_addresses = 'localhost'", "Listen where its apps of this machine ask"); o != nil {
				return o
			}
		case pgValue.MatchString(text):
			name := pgValue.FindStringSubmatch(text)[1]
			if o := ownLine(f, clusterFiles(u), said, name, "it does not take the value of "+name, "", "Take the line out: "+name+" has its default then"); o != nil {
				return o
			}
		case redisBind.MatchString(text):
			if o := ownLine(f, redisConf(u), said, "bind", "this machine does not have the address that it shall listen at", "bind 127.0.0.1", "Listen where its apps of this machine ask"); o != nil {
				return o
			}
		case mysqlBind.MatchString(text):
			if o := ownLine(f, refusals[0].files, said, "bind-address", "this machine does not have the address that it shall listen at", "bind-address = 127.0.0.1", "Listen where its apps of this machine ask"); o != nil {
				return o
			}
		case redisWrite.MatchString(text):
			if o := redisLogDenied(ctx, f, u, said); o != nil {
				return o
			}
		case redisLog.MatchString(text):
			if o := redisLogFolder(ctx, f, u, said); o != nil {
				return o
			}
		case pgLog.MatchString(text):
			if o := pgLogDenied(ctx, f, u, said, path.Clean(pgLog.FindStringSubmatch(text)[1])); o != nil {
				return o
			}
		case rootsData.MatchString(text):
			return rootsFolder(f, said, path.Clean(rootsData.FindStringSubmatch(text)[1]))
		case pgMethod.MatchString(text) && n+1 < len(words) && pgContext.MatchString(words[n+1].Text):
			if o := hbaMethod(f, said, pgMethod.FindStringSubmatch(text)[1], pgContext.FindStringSubmatch(words[n+1].Text)); o != nil {
				return o
			}
		case pgNoFile.MatchString(text):
			if o := fileBack(f, u, said, pgNoFile.FindStringSubmatch(text)[1]); o != nil {
				return o
			}
		}
		if o := ofItsSettings(ctx, f, u, said, words[n+1:]); o != nil {
			return o
		}
	}
	return nil
}

// ownLine is an obstacle in the last line of some files that sets a key; better is what it should say, empty when it should go.
func ownLine(f *sysinfo.Facts, files []string, said Evidence, key, says, better, do string) *obstacle {
	at := lastSetting(f, files, func(_, line string) bool {
		return strings.EqualFold(strings.ReplaceAll(firstWord(strings.ReplaceAll(line, "=", " ")), "_", "-"), strings.ReplaceAll(key, "_", "-"))
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

// redisPath is the file or folder that a line of Redis's settings names, and the line; empty without one.
func redisPath(f *sysinfo.Facts, u sysinfo.Unit, key string) (at sysinfo.Place, file string) {
	at = lastSetting(f, redisConf(u), func(_, line string) bool { return firstWord(line) == key })
	words := strings.Fields(configLine(f.Host.Root, at))
	if len(words) != 2 || !path.IsAbs(strings.Trim(words[1], `"'`)) {
		return at, ""
	}
	return at, path.Clean(strings.Trim(words[1], `"'`))
}

// redisLogFolder: the folder of Redis's log is not there.
func redisLogFolder(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, said Evidence) *obstacle {
	at, file := redisPath(f, u, "logfile")
	dir := path.Dir(file)
	if file == "" || f.Host.Root.Exists(dir) || theSystems(dir) {
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
