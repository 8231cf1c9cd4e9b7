package checks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

// accountCures are for users and groups that a pool names.
func accountCures() []poolCure {
	nobody := func(t *poolTrouble) bool { return t.says("cannot get uid", "cannot get gid") }
	return []poolCure{
		{func(t *poolTrouble) bool { return nobody(t) && poolUnasked(t.ctx, t.f, t.d, t.d.pool) }, func(t *poolTrouble, x Fix) Fix {
			file := t.d.place.File
			x.Title, x.Undo = "Take the pool aside that nobody asks, and start "+t.d.fpm.Name(), "mv "+sh(file+".off")+" "+sh(file)
			return x.Do("No site asks for this pool, and its user is gone: PHP-FPM reads files that end in .conf", "mv %s %s", sh(file), sh(file+".off"))
		}},
		{func(t *poolTrouble) bool { return nobody(t) && runsAs(t.key()) && otherAccounts(t.root) }, func(t *poolTrouble, x Fix) Fix {
			x.Undo = ""
			return x.Tell("%s names an account that PHP-FPM cannot find. This machine asks a directory for accounts as well (/etc/nsswitch.conf): see whether it answers (getent passwd %s), before you write another at %s", t.d.place, sh(value(t.old)), t.d.place)
		}},
		{func(t *poolTrouble) bool { return nobody(t) && ownGroup(t) != "" }, func(t *poolTrouble, x Fix) Fix {
			return otherStrangers(t, x.Do("Let the pool run with the group of its user", "%s", t.set("group = "+ownGroup(t))))
		}},
		{func(t *poolTrouble) bool { return nobody(t) && t.key() == "user" && poolRenamed(t) != "" }, func(t *poolTrouble, x Fix) Fix {
			return otherStrangers(t, x.Do("Name the account as it is called now: the site's files are its own", "%s", t.set("user = "+poolRenamed(t))))
		}},
		{func(t *poolTrouble) bool { return nobody(t) && runsAs(t.key()) && ownAccounts(t) }, accountBack},
		{nobody, func(t *poolTrouble, x Fix) Fix {
			say := "Let the pool run as a user that exists here"
			if !runsAs(t.key()) {
				say = "Name the web server's user, who has to come in by the socket"
			}
			x = x.Do(say, "%s", t.set(t.key()+" = "+t.knownHere(webUser(t.ctx, t.f))))
			return otherStrangers(t, x)
		}},
		{func(t *poolTrouble) bool { return t.says("user and group other than root") }, noRoot},
	}
}

// ownGroup is the group of a pool's own user, where the group that it names is the one that is gone. Empty for the user's own line.
func ownGroup(t *poolTrouble) string {
	users, err := t.f.Users(t.ctx)
	if err != nil || t.key() != "group" {
		return ""
	}
	if c, ok := users.Creds(t.d.pool.Get("user").Text); ok && c.UID != 0 {
		return users.Group(c.GID)
	}
	return ""
}

// poolRenamed is what the account of a pool is called today, where it was given another name and the folder of one of the pool's sites is its own.
func poolRenamed(t *poolTrouble) string {
	at, _ := t.d.pool.Listen()
	users, err := t.f.Users(t.ctx)
	if err != nil {
		return ""
	}
	var roots []string
	for _, s := range askers(t.ctx, t.f)[poolKey(t.f, at.Path, at.Port)] {
		roots = append(roots, s.Root)
	}
	return renamedOwner(t.root, users, value(t.old), roots)
}

// runsAs says that a key of a pool names as whom its scripts run.
func runsAs(key string) bool { return key == "user" || key == "group" }

// ownAccounts says that the pools here run as users of their own, so that no customer's scripts read what is another's: whose user is gone must
// not run as the web server's.
func ownAccounts(t *poolTrouble) bool {
	web := webUser(t.ctx, t.f)
	return filesOwner(t) > 0 || slices.ContainsFunc(t.d.fpm.Config.Pools, func(p *phpfpm.Pool) bool {
		user := p.Get("user").Text
		return p != t.d.pool && user != "" && user != web && user != "root"
	})
}

// filesOwner is the number of a user without a name to whom the folder of a site of the pool in question belongs; 0 when there is none.
func filesOwner(t *poolTrouble) int {
	at, _ := t.d.pool.Listen()
	users, err := t.f.Users(t.ctx)
	for _, s := range askers(t.ctx, t.f)[poolKey(t.f, at.Path, at.Port)] {
		if i, err2 := t.root.Stat(s.Root); err == nil && err2 == nil && s.Root != "" && users.Name(i.UID) == strconv.Itoa(i.UID) {
			return i.UID
		}
	}
	return 0
}

// accountBack makes the account again that a pool ran as, where the files of its site still bear its number; else it tells how.
func accountBack(t *poolTrouble, x Fix) Fix {
	name := value(t.old)
	x.Title, x.Undo = "Bring the pool's account back", ""
	again := "groupadd --system"
	if t.key() == "user" {
		again = "useradd --system --no-create-home --shell /usr/sbin/nologin" + homeGroup(t)
	}
	if uid := filesOwner(t); uid > 0 && t.key() == "user" {
		x.Undo = "userdel " + sh(name)
		return x.Do(fmt.Sprintf("Make %s again, with the number that the site's files bear, as one that nobody can log in as. If the site is gone for good, put %s aside instead", name, t.d.place.File),
			"%s --uid %d %s", again, uid, sh(name))
	}
	return x.Tell("%s names an account that is gone. Make it again, with the number that the site's files bear (ls -ln): %s %s; or name the one that the site has now. As the web server's user its scripts could read the files of the other sites", t.d.place, again, sh(name))
}

// homeGroup is the option of useradd(8) for an account's own group: that of the pool where it is there, else one of the account's name.
func homeGroup(t *poolTrouble) string {
	users, err := t.f.Users(t.ctx)
	if group := t.d.pool.Get("group").Text; err == nil && group != "" {
		if gid, ok := users.GID(group); ok && gid != 0 {
			return " --gid " + sh(group)
		}
	}
	return " --user-group"
}

// otherAccounts says that this machine finds accounts elsewhere than in its files: LDAP, sssd, winbind (nsswitch.conf(5)).
func otherAccounts(r sysinfo.Root) bool {
	_, sources := lookedUpIn(r, "passwd")
	return containsAny(sources, "sss", "ldap", "winbind", "nis")
}

// noRoot gives a pool that is told to run as root an account of its own name, where there is one, or the web server's.
func noRoot(t *poolTrouble, x Fix) Fix {
	pool := t.d.pool
	users, err := t.f.Users(t.ctx)
	if err != nil {
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
		if at := v.Place; at.Known() && (v.Text == "root" || v.Text == "0") {
			undo = append(undo, setLine(t.root, at, configLine(t.root, at)))
			x = x.Do("PHP-FPM runs no scripts as root: name "+who, "%s", setLine(t.root, at, key+" = "+who))
		}
	}
	x.Undo = undoAll(undo)
	return x
}

// otherStrangers corrects what else of a pool names a user or group that this machine does not have: PHP-FPM stops at the first.
func otherStrangers(t *poolTrouble, x Fix) Fix {
	users, err := t.f.Users(t.ctx)
	if err != nil {
		return x
	}
	meant := otherAccounts(t.root) || ownAccounts(t)
	for _, key := range []string{"user", "group", "listen.owner", "listen.group"} {
		v := t.d.pool.Get(key)
		at := v.Place
		_, isUser := users.Creds(v.Text)
		_, isGroup := users.GID(v.Text)
		if runsAs(key) && meant {
			continue // a directory may know it, or it has to come back
		}
		if !v.Set() || at == t.d.place || v.Text == "" || strings.Trim(v.Text, "0123456789") == "" || strings.HasSuffix(key, "group") && isGroup || !strings.HasSuffix(key, "group") && isUser {
			continue
		}
		x.Undo = undoAll([]string{x.Undo, setLine(t.root, at, configLine(t.root, at))})
		x = x.Do("And "+key+", which names nobody either", "%s", setLine(t.root, at, key+" = "+webUser(t.ctx, t.f)))
	}
	return x
}
