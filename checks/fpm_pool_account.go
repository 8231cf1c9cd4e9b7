package checks

import (
	"context"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

// accountCures are for users and groups that a pool names.
func accountCures() []poolCure {
	nobody := func(t *poolTrouble) bool { return t.says("cannot get uid", "cannot get gid") }
	return []poolCure{
		{func(t *poolTrouble) bool { return nobody(t) && poolUnasked(t.ctx, t.f, t.d, poolNamed(t.d, t.text)) }, func(t *poolTrouble, x Fix) Fix {
			file := t.d.place.File
			x.Title, x.Undo = "Take the pool aside that nobody asks, and start "+t.d.fpm.Name(), "mv "+sh(file+".off")+" "+sh(file)
			return x.Do("No site asks for this pool, and its user is gone: PHP-FPM reads files that end in .conf", "mv %s %s", sh(file), sh(file+".off"))
		}},
		{func(t *poolTrouble) bool { return nobody(t) && runsAs(t.key()) && otherAccounts(t.root) }, func(t *poolTrouble, x Fix) Fix {
			x.Undo = ""
			return x.Tell("%s names an account that PHP-FPM cannot find. This machine asks a directory for accounts as well (/etc/nsswitch.conf): see whether it answers (getent passwd %s), before you write another at %s", t.d.place, sh(value(t.old)), t.d.place)
		}},
		{nobody, func(t *poolTrouble, x Fix) Fix {
			say := "Let the pool run as a user that exists here"
			if !runsAs(t.key()) {
				say = "Name the web server's user, who has to come in by the socket"
			}
			x = x.Do(say, "%s", t.set(t.key()+" = "+webUser(t.ctx, t.f)))
			return otherStrangers(t.ctx, t.f, t.d, poolNamed(t.d, t.text), x)
		}},
		{func(t *poolTrouble) bool { return t.says("user and group other than root") }, noRoot},
	}
}

// runsAs says that a key of a pool names as whom its scripts run.
func runsAs(key string) bool { return key == "user" || key == "group" }

// otherAccounts says that this machine finds accounts elsewhere than in its files: LDAP, sssd, winbind (nsswitch.conf(5)).
func otherAccounts(r sysinfo.Root) bool {
	for _, line := range linesIn(r, "/etc/nsswitch.conf") {
		if sources, ok := strings.CutPrefix(strings.TrimSpace(line), "passwd:"); ok {
			return containsAny(sources, "sss", "ldap", "winbind", "nis")
		}
	}
	return false
}

// noRoot gives a pool that is told to run as root an account of its own name, where there is one, or the web server's.
func noRoot(t *poolTrouble, x Fix) Fix {
	pool := poolNamed(t.d, t.text)
	users, err := t.f.Users(t.ctx)
	if err != nil || pool == nil {
		return x.Tell("Correct the configuration: %s", reason(t.text))
	}
	who := webUser(t.ctx, t.f)
	if c, ok := users.Creds(pool.Name); ok && c.UID != 0 {
		if _, ok := users.GID(pool.Name); ok {
			who = pool.Name
		}
	}
	var undo []string
	for _, key := range []string{"user", "group"} {
		v := pool.Get(key)
		if at := sysinfo.Place(v.Place); at.Known() && (v.Text == "root" || v.Text == "0") {
			undo = append(undo, setLine(t.root, at, configLine(t.root, at)))
			x = x.Do("PHP-FPM runs no scripts as root: name "+who, "%s", setLine(t.root, at, key+" = "+who))
		}
	}
	x.Undo = undoAll(undo)
	return x
}

// otherStrangers corrects what else of a pool names a user or group that this machine does not have: PHP-FPM stops at the first.
func otherStrangers(ctx context.Context, f *sysinfo.Facts, d *fpmDown, pool *phpfpm.Pool, x Fix) Fix {
	users, err := f.Users(ctx)
	if err != nil || pool == nil {
		return x
	}
	elsewhere := otherAccounts(f.Host.Root)
	for _, key := range []string{"user", "group", "listen.owner", "listen.group"} {
		v := pool.Get(key)
		at := sysinfo.Place(v.Place)
		_, isUser := users.Creds(v.Text)
		_, isGroup := users.GID(v.Text)
		if runsAs(key) && elsewhere {
			continue // the directory may know it
		}
		if !v.Set() || at == d.place || v.Text == "" || strings.Trim(v.Text, "0123456789") == "" || strings.HasSuffix(key, "group") && isGroup || !strings.HasSuffix(key, "group") && isUser {
			continue
		}
		x.Undo = undoAll([]string{x.Undo, setLine(f.Host.Root, at, configLine(f.Host.Root, at))})
		x = x.Do("And "+key+", which names nobody either", "%s", setLine(f.Host.Root, at, key+" = "+webUser(ctx, f)))
	}
	return x
}
