package checks

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// namedByStore: a file that a line of a store's settings names (a certificate, an include, a module, a log) is not there, or the store may not read it.
func namedByStore(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, said Evidence) *obstacle {
	if !absentFile.MatchString(said.Text) && !barredWords.MatchString(said.Text) && !tlsFails.MatchString(said.Text) {
		return nil
	}
	var named []string
	for _, m := range pathInWords.FindAllStringSubmatch(said.Text, 8) {
		named = append(named, path.Clean(m[1]))
	}
	if l, ok := setBy(f, u, "ExecStart"); ok && absentFile.MatchString(said.Text) {
		for _, file := range named {
			if slices.Contains(strings.Fields(l.Value), file) && !f.Host.Root.Exists(file) {
				o := &obstacle{where: l.Place, evidence: []Evidence{said, unitLineSays(f, l)}}
				return fileOf(ctx, f, u, o, "", file)
			}
		}
	}
	for at, value := range storePaths(f, u) {
		key := strings.ReplaceAll(strings.ToLower(settingOf(configLine(f.Host.Root, at))), "-", "_")
		if !slices.Contains(named, value) && !slices.Contains(named, path.Dir(value)) && !slices.ContainsFunc(named, func(n string) bool { return path.Dir(n) == value }) && !(tlsFails.MatchString(said.Text) && strings.HasPrefix(key, "ssl_")) {
			continue
		}
		if storeKind(u) == "mysql" && !strings.HasPrefix(key, "ssl_") && !strings.HasPrefix(key, "!include") {
			continue // folderLost's
		}
		o := &obstacle{where: at, evidence: []Evidence{said, lineOf(f.Host.Root, at)}}
		if o := fileOf(ctx, f, u, o, key, value); o != nil {
			return o
		}
	}
	return nil
}

// tlsFails are MySQL's words when it has no use for a certificate or a key, whose name it does not say.
var tlsFails = whenAsked(`\[ERROR\] (?:Failed to setup SSL|SSL error: )`)

// storePaths are the whole paths that a store's settings name, each with its line.
func storePaths(f *sysinfo.Facts, u sysinfo.Unit) func(func(sysinfo.Place, string) bool) {
	return func(yield func(sysinfo.Place, string) bool) {
		for _, pattern := range ownFiles(u) {
			files, _ := f.Host.Root.Glob(pattern) // none is common
			for at, line := range linesIn(f.Host.Root, files...) {
				line = strings.TrimSpace(line)
				if line == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "[") {
					continue
				}
				value := settingWord(line)
				if include := strings.HasPrefix(line, "!include") || strings.HasPrefix(line, "include"); include && value != "" && !path.IsAbs(value) {
					value = path.Join(path.Dir(at.File), value)
				}
				if path.IsAbs(value) && !strings.ContainsAny(value, " ,*?") && !yield(at, path.Clean(value)) {
					return
				}
			}
		}
	}
}

// fileOf judges one such file.
func fileOf(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, key, file string) *obstacle {
	r := f.Host.Root
	if r.Exists(file) {
		return unreadFile(ctx, f, u, o, file)
	}
	if heldFiles[strings.ReplaceAll(key, "_", "-")] != "" || ownFile(file) && r.Exists(path.Dir(file)) {
		return nil // what holds the data, and what it makes by itself
	}
	if !r.Exists(path.Dir(file)) && ownFile(file) && (strings.HasSuffix(key, "socket") || strings.HasPrefix(key, "pid")) {
		return madeInFolder(f, u, o, path.Dir(file))
	}
	o.says = fmt.Sprintf("%s, which %s names, does not exist", file, o.where)
	if back := copyOf(r, file); back != "" {
		o.clear = func(x Fix) Fix {
			x.Undo = "rm " + sh(file)
			return x.Do("Put it back from the copy beside it", "cp -anT %s %s", sh(back), sh(file))
		}
		return o
	}
	if now := lyingNow(r, file); now != "" {
		o.evidence = append(o.evidence, Evidence{Source: "ls " + now, Text: "is there"})
		o.clear = func(x Fix) Fix { return namedAnew(f, u, x, file, now) }
		return o
	}
	o.clear = func(x Fix) Fix { return nothingLeft(ctx, f, u, x, o.where, key, file) }
	return o
}

// madeInFolder: what a store makes at its start has a folder of /run that nothing makes.
func madeInFolder(f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, dir string) *obstacle {
	name, ofRun := strings.CutPrefix(sysinfo.InRun(dir), "/run/")
	if !ofRun || u.Manager != "" || u.User == "" {
		return nil
	}
	o.says = "the folder " + dir + ", in which it makes its socket, does not exist"
	o.clear = func(x Fix) Fix { return madeAtStart(x, u, name) }
	return o
}

// lyingNow is where a file lies whose folder got another name; empty where that is not certain.
func lyingNow(r sysinfo.Root, file string) string {
	dir := path.Dir(file)
	if r.Exists(dir) {
		return sameName(r, file)
	}
	if there, err := r.Glob(path.Join(path.Dir(dir), "*", path.Base(file))); err == nil && len(there) == 1 {
		return there[0]
	}
	return sameName(r, file)
}

// namedAnew has all lines of a store's settings that name files of a folder which is gone name them where they are now.
func namedAnew(f *sysinfo.Facts, u sysinfo.Unit, x Fix, file, now string) Fix {
	r := f.Host.Root
	var undo []string
	for at, value := range storePaths(f, u) {
		to := path.Join(path.Dir(now), path.Base(value))
		if path.Dir(value) == path.Dir(file) && !r.Exists(value) && r.Exists(to) {
			edit, back := replacePath(r, at, value, to)
			x, undo = x.Do(fmt.Sprintf("%s lies in %s now", path.Base(value), path.Dir(now)), "%s", edit), append(undo, back)
		}
	}
	x.Undo = undoAll(undo)
	return x
}

// snakeoilMaker makes the certificate and the key again that Debian has for all services of a machine (ssl-cert).
const snakeoilMaker = "/usr/sbin/make-ssl-cert"

// nothingLeft is what may be done about a line that names a file of which nothing is left.
func nothingLeft(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, x Fix, at sysinfo.Place, key, file string) Fix {
	r := f.Host.Root
	line := configLine(r, at)
	x.Undo = setLine(r, at, line)
	switch {
	case strings.Contains(file, "ssl-cert-snakeoil") && r.Exists(snakeoilMaker):
		x.Undo = ""
		return x.Do("Make the machine's own certificate again", "%s generate-default-snakeoil --force-overwrite", snakeoilMaker)
	case key == "!includedir":
		return includeLost(f, x, at, line, file)
	case key == "dir" && storeKind(u) == "redis":
		who, group := storeAccount(ctx, f, u)
		if mountedAbove(f, file) != "" || ranSince(ctx, f, u, at.File) {
			break // what it held lies there
		}
		x.Undo = "rmdir " + sh(file)
		return x.Do("Make the folder, for the user that it runs as", "install -d -o %s -g %s -m 750 %s", sh(who), sh(group), sh(file))
	case key == "loadmodule":
		return x.Tell("If data or apps need the module, install its package, and skip this").Do("Take the line out", "%s", commentOut(r, at))
	case strings.HasPrefix(key, "include") && storeKind(u) == "postgres":
		return x.Tell("If the file was there once, bring it back from a backup, and skip this").Do("Take the line out", "%s", commentOut(r, at))
	case key == "log_directory" || strings.HasPrefix(key, "log") && storeKind(u) == "mysql":
		dir := file
		if key != "log_directory" {
			dir = path.Dir(file)
		}
		who, group := storeAccount(ctx, f, u)
		x.Undo = "rmdir " + sh(dir)
		return x.Do("Make the folder, for the user that it runs as", "install -d -o %s -g %s -m 750 %s", sh(who), sh(group), sh(dir))
	}
	x.Undo = ""
	return x.Tell("Bring %s back (a backup, the package that it came with, the certificate's issuer), or write at %s what is there: what the line is for, only its author knows", file, at)
}

// includeLost: MySQL takes in a folder of settings that is not there. Without them it may listen for everybody, so that the line goes only where another one
// says where it listens.
func includeLost(f *sysinfo.Facts, x Fix, at sysinfo.Place, line, dir string) Fix {
	r := f.Host.Root
	var others []string
	there, _ := r.Glob(path.Join(path.Dir(dir), "*", "*.cnf")) // none is common
	for _, file := range there {
		other, taken := path.Dir(file), false
		for _, l := range linesIn(r, at.File) {
			taken = taken || strings.HasPrefix(strings.TrimSpace(l), "!includedir") && path.Clean(settingWord(strings.TrimSpace(l))) == other
		}
		if !taken && !slices.Contains(others, other) {
			others = append(others, other)
		}
	}
	switch {
	case len(others) == 1:
		return x.Do("Take in the folder that is there, with settings of which no line takes notice now", "%s", setLine(r, at, "!includedir "+others[0]+"/"))
	case len(others) == 0 && serverSetting(f, refusals[0].files, "bind-address").Known():
		return x.Do("Take the line out: nothing was read from there", "%s", commentOut(r, at))
	}
	x.Undo = ""
	return x.Tell("Bring %s back from a backup, or name the right folder at %s: without its settings the database may listen for everybody", dir, at)
}

// storeAccount is the user that a store becomes: Debian's units for PostgreSQL begin as root.
func storeAccount(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) (who, group string) {
	if who, group = servedBy(ctx, f, u); who == "root" && storeKind(u) == "postgres" {
		return "postgres", "postgres"
	}
	return who, group
}

// unreadFile: the file, or a folder on its way, is closed to the store.
func unreadFile(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, file string) *obstacle {
	who, group := storeAccount(ctx, f, u)
	users, err := f.Users(ctx)
	if err != nil {
		return nil
	}
	creds, known := users.Creds(who)
	steps, err := f.Host.Root.Walk(file)
	if err != nil || !known || creds.UID == 0 {
		return nil
	}
	for n, i := range steps {
		need := uint16(4)
		if n < len(steps)-1 || i.Mode.IsDir() {
			need = 1
		}
		if n == len(steps)-1 && i.Mode.IsDir() {
			need = 5
		}
		if creds.May(i, need) {
			continue
		}
		o.where, o.says = sysinfo.Place{File: i.Path}, fmt.Sprintf("%s may not %s %s", who, verb(i, need), i.Path)
		o.evidence = append(o.evidence, Evidence{Source: "ls -ld " + i.Path, Text: modeText(i, users)})
		o.clear = func(x Fix) Fix {
			if !ownKey(i, u, who) || i.Mode&fs.ModeSymlink != 0 {
				return x.Tell("%s is not known to be this service's own: let %s read it, by a group of its own, or name another file that it may read (of a certificate a copy of its own)", i.Path, who)
			}
			x.Undo = fmt.Sprintf("chmod %o %s; chgrp %s %s", i.Mode.Perm(), sh(i.Path), sh(users.Group(i.GID)), sh(i.Path))
			return x.Do("Let its group read it, and nobody else more than now", "chgrp %s %s && chmod g+%s %s", sh(group), sh(i.Path), map[bool]string{true: "rx", false: "r"}[i.Mode.IsDir()], sh(i.Path))
		}
		return o
	}
	return nil
}
