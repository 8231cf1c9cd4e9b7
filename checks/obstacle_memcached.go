package checks

import (
	"context"
	"fmt"
	"strconv"

	"fix502/sysinfo"
)

// memcachedUsual is how many connections memcached takes unless it is told otherwise (memcached(1), -c). It sets its own limit of open files to that number.
const memcachedUsual = 1024

var memcachedPlaces = whenAsked(`failed to set rlimit for open files`)

// memcachedRoom: the number of connections that memcached shall take is one that its limit of open files cannot hold, or too small for what it opens itself.
func memcachedRoom(f *sysinfo.Facts, u sysinfo.Unit, said Evidence) *obstacle {
	if l, ok := limits()[0].set(f, u); ok {
		return (&obstacle{evidence: []Evidence{said}}).limited(f, u, limits()[0], l)
	}
	says := "it is told to take more connections than it may open files"
	if filesOut.MatchString(said.Text) {
		says = "it is told to take fewer connections than it opens files for itself"
	}
	at, better := memcachedPlacesLine(f)
	if !at.Known() {
		return &obstacle{where: execPlace(f, u), says: says, evidence: []Evidence{said, lineOf(f.Host.Root, execPlace(f, u))}, clear: func(x Fix) Fix {
			return x.Tell("Its -c is that number: %d is the usual one. A larger one needs LimitNOFILE= of its unit as large, and a machine that gives so many (/proc/sys/fs/nr_open)", memcachedUsual)
		}}
	}
	line := configLine(f.Host.Root, at)
	return &obstacle{where: at, says: says, evidence: []Evidence{said, lineOf(f.Host.Root, at)}, clear: func(x Fix) Fix {
		x.Undo = setLine(f.Host.Root, at, line)
		return x.Do(fmt.Sprintf("The usual number of connections; more need LimitNOFILE= of %s as large", unitWord(u.Name)), "%s", setLine(f.Host.Root, at, better))
	}}
}

// memcachedPlacesLine is the line that tells memcached how many connections it takes, and that line with the usual number: Debian's list of options, or
// what Red Hat's unit puts behind -c.
func memcachedPlacesLine(f *sysinfo.Facts) (sysinfo.Place, string) {
	usual := strconv.Itoa(memcachedUsual)
	for _, is := range []struct{ file, key, better string }{{memcachedFile[0], "-c", "-c " + usual}, {"/etc/sysconfig/memcached", "MAXCONN", `MAXCONN="` + usual + `"`}} {
		at := lastSetting(f, []string{is.file}, func(_, line string) bool { return settingOf(line) == is.key })
		if at.Known() {
			return at, is.better
		}
	}
	return sysinfo.Place{}, ""
}

// memcachedStranger: memcached shall become a user that this machine does not have; Debian's package makes one of another name than Red Hat's.
func memcachedStranger(ctx context.Context, f *sysinfo.Facts, said Evidence, name string) *obstacle {
	at := lastSetting(f, memcachedFile, func(_, line string) bool { return settingOf(line) == "-u" })
	users, err := f.Users(ctx)
	if err != nil || !at.Known() {
		return nil
	}
	own := ""
	for _, one := range []string{"memcache", "memcached"} {
		if c, ok := users.Creds(one); ok && c.UID != 0 {
			own = one
		}
	}
	line := configLine(f.Host.Root, at)
	return &obstacle{where: at, says: "its user " + name + " does not exist on this machine", evidence: []Evidence{said, lineOf(f.Host.Root, at)}, clear: func(x Fix) Fix {
		if own == "" || own == name {
			return x.Tell("Name at %s a user that this machine has, one that owns nothing", at)
		}
		x.Undo = setLine(f.Host.Root, at, line)
		return x.Do("Its package's own user is called "+own, "%s", setLine(f.Host.Root, at, "-u "+own))
	}}
}
