package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

var (
	pgLibrary  = whenAsked(`^[^"]*\bFATAL: +could not access file "([^"]+)": No such file or directory`)
	pgSocketIn = whenAsked(`^[^"]*\bFATAL: +could not create lock file "(/[^"]+)/\.s\.PGSQL\.\d+\.lock": No such file or directory`)
	pgRestore  = whenAsked(`^[^"]*\bFATAL: +must specify (?:"?restore_command"? )?(?:restore_command )?when standby mode is not enabled`)
	pgNoWAL    = whenAsked(`^[^"]*\bFATAL: +required WAL directory "pg_wal" does not exist`)
	pgGuard    = whenAsked(`audit|delay|passwordcheck|credcheck|sepgsql|login`)
	pgOldCert  = whenAsked(`^[^"]*\b(?:FATAL|LOG|WARNING): +invalid value for clientcert: "(1|0)"`)
	pgDisabled = whenAsked(`^Error: Cluster is disabled$`) // pg_ctlcluster(1)
	pgPair     = whenAsked(`^[^"]*\b(?:FATAL|LOG): +could not load private key file "(/[^"]+)": key values mismatch`)
	pgLine     = whenAsked(`^[^"]*\b(?:FATAL|LOG|WARNING): +(\S.*)$`)
)

// ofItsSettings is what a store says, with the words behind, of a value or a file in its settings.
func ofItsSettings(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, said Evidence, next []Evidence) *obstacle {
	if storeKind(u) == "postgres" {
		if o := clusterSays(f, u, said, next); o != nil {
			return o
		}
	}
	if o := redisSays(ctx, f, u, said, next); o != nil {
		return o
	}
	if o := familyWall(f, u, said); o != nil {
		return o
	}
	if o := valueRefused(ctx, f, u, said); o != nil {
		return o
	}
	return namedByStore(ctx, f, u, said)
}

// clusterSays is what PostgreSQL alone says so.
func clusterSays(f *sysinfo.Facts, u sysinfo.Unit, said Evidence, next []Evidence) *obstacle {
	switch text := said.Text; {
	case pgLibrary.MatchString(text):
		return libraryLost(f, u, said, pgLibrary.FindStringSubmatch(text)[1])
	case pgSocketIn.MatchString(text):
		return socketFolderLost(f, u, said, path.Clean(pgSocketIn.FindStringSubmatch(text)[1]))
	case pgRestore.MatchString(text):
		return restoreLeft(f, u, said)
	case pgNoWAL.MatchString(text):
		return journalMoved(f, u, said)
	case pgDisabled.MatchString(text):
		return clusterDisabled(f, u, said)
	case pgPair.MatchString(text):
		at := storeSetting(f, u, "ssl_key_file")
		return &obstacle{where: at, says: "its private key " + pgPair.FindStringSubmatch(text)[1] + " is not the one of its certificate", evidence: []Evidence{said, lineOf(f.Host.Root, at)}, clear: func(x Fix) Fix {
			return x.Tell("Name the key and the certificate that were made together (ssl_key_file, ssl_cert_file), or fetch a new pair")
		}}
	case len(next) > 0 && pgContext.MatchString(next[0].Text) && pgLine.MatchString(text):
		return hbaLineWrong(f, said, pgContext.FindStringSubmatch(next[0].Text))
	}
	return nil
}

// clusterDisabled: Debian's own file says that this cluster shall not be started at all.
func clusterDisabled(f *sysinfo.Facts, u sysinfo.Unit, said Evidence) *obstacle {
	r, file := f.Host.Root, clusterFile(u, "start.conf")
	for at, line := range linesIn(r, file) {
		if strings.TrimSpace(withoutComment(line)) != "disabled" {
			continue
		}
		return &obstacle{where: at, says: file + " forbids its start", evidence: []Evidence{said, lineOf(r, at)}, clear: func(x Fix) Fix {
			x.Undo = setLine(r, at, strings.TrimSpace(line))
			return x.Tell("Somebody forbade it: ask first, if another cluster has taken its place (pg_lsclusters)").Do("Let it be started, at the boot as well", "%s", setLine(r, at, "auto"))
		}}
	}
	return nil
}

// listWithout is a line of a list without one of its words; empty where that is not on it, or the only one.
func listWithout(line, word string) string {
	key, value, ok := strings.Cut(withoutComment(line), "=")
	all := strings.FieldsFunc(strings.Trim(strings.TrimSpace(value), `'"`), func(r rune) bool { return r == ',' || r == ' ' })
	rest := without(all, word)
	if !ok || len(rest) == len(all) || len(rest) == 0 {
		return ""
	}
	return strings.TrimSpace(key) + " = '" + strings.Join(rest, ", ") + "'"
}

// libraryLost: a library that PostgreSQL loads at its start is not there: its package is gone, or was never installed for this version.
func libraryLost(f *sysinfo.Facts, u sysinfo.Unit, said Evidence, name string) *obstacle {
	for _, key := range []string{"shared_preload_libraries", "session_preload_libraries", "local_preload_libraries"} {
		at := storeSetting(f, u, key)
		line := configLine(f.Host.Root, at)
		if !at.Known() || !slices.Contains(strings.FieldsFunc(settingWord(line), func(r rune) bool { return strings.ContainsRune(", \"", r) }), path.Base(name)) {
			continue
		}
		version, _, _ := strings.Cut(clusterOf(u), "/")
		return &obstacle{where: at, says: fmt.Sprintf("its library %s is not installed for this version", name), evidence: []Evidence{said, lineOf(f.Host.Root, at)}, clear: func(x Fix) Fix {
			x = x.Tell("If the databases use it, install its package (postgresql-%s-…), and skip this: what they have of it fails until then", version)
			if pgGuard.MatchString(name) {
				return x.Tell("It guards the database: start without it, taken out at %s, only if that may be", at)
			}
			x.Undo = setLine(f.Host.Root, at, line)
			if rest := listWithout(line, name); rest != "" {
				return x.Do("Start without it", "%s", setLine(f.Host.Root, at, rest))
			}
			return x.Do("Start without it", "%s", commentOut(f.Host.Root, at))
		}}
	}
	return nil
}

// socketFolderLost: PostgreSQL is to make a socket in a folder that is not there. It makes none, then, and does not start.
func socketFolderLost(f *sysinfo.Facts, u sysinfo.Unit, said Evidence, dir string) *obstacle {
	at := storeSetting(f, u, "unix_socket_directories")
	line := configLine(f.Host.Root, at)
	if !at.Known() || f.Host.Root.Exists(dir) || !strings.Contains(line, dir) {
		return nil
	}
	return &obstacle{where: at, says: fmt.Sprintf("the folder %s, in which it shall make a socket, does not exist", dir), evidence: []Evidence{said, lineOf(f.Host.Root, at)}, clear: func(x Fix) Fix {
		x = x.Tell("If an app asks at a socket there, make the folder instead, for postgres to write and for the app to enter")
		x.Undo = setLine(f.Host.Root, at, line)
		if rest := listWithout(line, dir); rest != "" {
			return x.Do("Take it out of the list", "%s", setLine(f.Host.Root, at, rest))
		}
		return x.Do("Take the line out: it has a folder of its own for them", "%s", commentOut(f.Host.Root, at))
	}}
}

// dataOf is the folder of a cluster's data: as its settings say, or where Debian has it.
func dataOf(f *sysinfo.Facts, u sysinfo.Unit) string {
	if dir := settingWord(configLine(f.Host.Root, storeSetting(f, u, "data_directory"))); path.IsAbs(dir) {
		return path.Clean(dir)
	}
	return path.Dir(clusterFiles(u)[2])
}

// restoreLeft: a file in its data asks for a recovery from an archive of which no line tells. Without a label of a backup there is none to recover.
func restoreLeft(f *sysinfo.Facts, u sysinfo.Unit, said Evidence) *obstacle {
	file := path.Join(dataOf(f, u), "recovery.signal")
	if !f.Host.Root.Exists(file) {
		return nil
	}
	return &obstacle{where: sysinfo.Place{File: file}, says: file + " asks for a recovery from an archive, and no restore_command says from which", evidence: []Evidence{said}, clear: func(x Fix) Fix {
		if f.Host.Root.Exists(path.Join(path.Dir(file), "backup_label")) {
			return x.Tell("These data are a backup that is not whole yet (backup_label): name the archive in restore_command and let the recovery go on; without it the data may be spoiled")
		}
		x.Undo = fmt.Sprintf("mv -nT %s %s", sh(file+".off"), sh(file))
		return x.Do("No backup is under way here (no backup_label): put the file aside", "mv -nT %s %s", sh(file), sh(file+".off"))
	}}
}

// journalMoved: pg_wal is a link to another disk, and what it led to is elsewhere now.
func journalMoved(f *sysinfo.Facts, u sysinfo.Unit, said Evidence) *obstacle {
	r, link := f.Host.Root, path.Join(dataOf(f, u), "pg_wal")
	to, err := r.Readlink(link)
	if err != nil || !path.IsAbs(to) || r.Exists(to) {
		return nil
	}
	o := &obstacle{where: sysinfo.Place{File: link}, says: fmt.Sprintf("%s is a link to %s, which is not there", link, to), evidence: []Evidence{said, {Source: "ls -l " + link, Text: "-> " + to}}}
	now := movedBeside(r, to, "archive_status")
	o.clear = func(x Fix) Fix {
		if now == "" {
			return x.Tell("Bring %s back with all that was in it: a volume that is not attached or not mounted (findmnt; mount -a), or a folder that was moved. Never start it on an empty one: what was written last is lost then", to)
		}
		x.Undo = fmt.Sprintf("ln -sfn %s %s", sh(to), sh(link))
		return x.Do("Lead the link to where its files are now", "ln -sfn %s %s", sh(now), sh(link))
	}
	return o
}

// movedBeside is the one folder of a name in a folder beside the one in which it was, that has a mark in it.
func movedBeside(r sysinfo.Root, dir, mark string) string {
	there, err := r.Glob(path.Join(path.Dir(path.Dir(dir)), "*", path.Base(dir), mark))
	if err != nil || len(there) != 1 || r.Exists(path.Dir(dir)) {
		return ""
	}
	return path.Dir(there[0])
}

// hbaLineWrong: a line of pg_hba.conf that PostgreSQL does not take.
func hbaLineWrong(f *sysinfo.Facts, said Evidence, context []string) *obstacle {
	at := sysinfo.Place{File: path.Clean(context[2])}
	_, err := fmt.Sscan(context[1], &at.Line)
	line := configLine(f.Host.Root, at)
	if err != nil || line == "" {
		return nil
	}
	o := &obstacle{where: at, says: "it does not take a line of its list of who may come in: " + Quote(pgLine.FindStringSubmatch(said.Text)[1]), evidence: []Evidence{said, lineOf(f.Host.Root, at)}}
	o.clear = func(x Fix) Fix {
		if m := pgOldCert.FindStringSubmatch(said.Text); m != nil && strings.Count(line, "clientcert="+m[1]) == 1 {
			now := map[string]string{"1": "verify-ca", "0": "no-verify"}[m[1]] // PostgreSQL 14's release notes
			if w := strings.Fields(line); m[1] == "1" && slices.Contains(w, "cert") {
				now = "verify-full" // the one that the method knows
			}
			x.Undo = setLine(f.Host.Root, at, line)
			return x.Do(fmt.Sprintf("This version writes %s for %s", now, m[1]), "%s", replace(f.Host.Root, at, "clientcert="+m[1], "clientcert="+now))
		}
		return x.Tell("Correct the line at %s; do not take it out, if it keeps somebody out: the first line that fits decides who comes in", at)
	}
	return o
}
