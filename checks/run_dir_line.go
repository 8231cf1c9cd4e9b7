package checks

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

// dirAtBoot makes the folder of a pool's socket, now and at every boot. A line of tmpfiles.d that is meant to do so already is put right
// where it names nobody of this machine (systemd-tmpfiles passes over it then), and its file is left alone otherwise.
func dirAtBoot(ctx context.Context, f *sysinfo.Facts, d *fpmDown, found *Finding) Fix {
	r := f.Host.Root
	at, fields := tmpfilesLine(r, d.dir)
	if !at.Known() {
		return newLineFor(ctx, f, d.dir)
	}
	found.Where = at
	found.Evidence = append(found.Evidence, lineOf(r, at))
	x := Fix{Title: "Let its line make " + d.dir + ", now and at every boot", Risk: Low}
	if wrong := strangersOn(ctx, f, d, fields); wrong != "" {
		found.Summary += fmt.Sprintf(": the line that makes it at boot names %s, whom this machine does not know", wrong)
		x.Undo = setLine(r, at, configLine(r, at))
		x = x.Do("Name somebody there who exists", "%s", setLine(r, at, strings.Join(fields, " ")))
	}
	return x.Do("Make it now", "systemd-tmpfiles --create %s", sh(realFile(r, at.File)))
}

// newLineFor is for a folder that no line makes. Outside of /run and of what is everybody's it stays once it is made.
func newLineFor(ctx context.Context, f *sysinfo.Facts, dir string) Fix {
	if !inside(sysinfo.InRun(dir), "/run") && !inEverybodys(dir) {
		x := Fix{Title: "Make " + dir, Risk: Low, Undo: "rmdir " + sh(dir)}
		return x.Do("Make it. If the pool is nobody's any more, put its file aside instead", "mkdir -p %s", sh(dir))
	}
	owner := "www-data www-data"
	if u, err := f.Users(ctx); err == nil {
		if _, ok := u.Creds("www-data"); !ok {
			owner = "root root"
		}
	}
	return madeAtBoot(f.Host.Root, Fix{Title: "Make " + dir + ", now and at every boot", Risk: Low}, dir, owner)
}

// madeAtBoot makes a folder of /run or /dev/shm now and at every boot, by a file of its own. A file of /usr/lib is not read any more where one here has its
// name (tmpfiles.d(5)): packages call theirs by their own names alone.
func madeAtBoot(r sysinfo.Root, x Fix, dir, owner string) Fix {
	if !r.Exists("/etc/tmpfiles.d") && !r.Exists("/run/systemd/system") { // nobody reads such a line
		who, group, _ := strings.Cut(owner, " ")
		x.Title, x.Undo = "Make "+dir, "rmdir "+sh(dir)
		return x.Do("Make it now", "install -d -o %s -g %s %s", sh(who), sh(group), sh(dir)).
			Tell("It is gone after the next boot: a script that runs before the service has to make it, a file /etc/local.d/*.start with OpenRC")
	}
	inRun := strings.Trim(strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(dir, "/var"), "/run"), "/dev/shm"), "/")
	stem := "/etc/tmpfiles.d/" + strings.ReplaceAll(inRun, "/", "-") + "-run"
	conf := stem + ".conf"
	for n := 2; r.Exists(conf); n++ {
		conf = fmt.Sprintf("%s-%d.conf", stem, n)
	}
	x.Undo = "rm " + sh(conf)
	return x.Do("A line that makes the folder at every boot: what it lies in is empty then", "echo %s >%s", sh("d "+dir+" 0755 "+owner+" -"), sh(conf)).
		Do("Make it now", "systemd-tmpfiles --create %s", sh(conf))
}

// strangersOn replaces the user and the group of a line of tmpfiles.d that do not exist, and says who they were: by those of the pool, where
// they are called almost so, and else by root, who makes the socket in any case.
func strangersOn(ctx context.Context, f *sysinfo.Facts, d *fpmDown, fields []string) string {
	users, err := f.Users(ctx)
	if err != nil || otherAccounts(f.Host.Root) {
		return ""
	}
	wrong := ""
	for n, keys := range [][]string{{"user", "listen.owner"}, {"group", "listen.group"}} {
		i := n + 3 // type, path, mode, user, group
		if len(fields) <= i || strings.Trim(fields[i], "0123456789-") == "" {
			continue
		}
		_, isUser := users.Creds(fields[i])
		if _, isGroup := users.GID(fields[i]); i == 3 && isUser || i == 4 && isGroup {
			continue
		}
		wrong = fields[i]
		fields[i] = cmp.Or(spelling.Closest(wrong, []string{d.pool.Get(keys[0]).Text, d.pool.Get(keys[1]).Text}), "root")
	}
	return wrong
}
