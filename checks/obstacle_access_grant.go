package checks

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// ofAllApps are folders that hold the apps of many users, and that every distribution lets everybody pass through (FHS 3.0, 0755).
var ofAllApps = []string{"/opt", "/srv", "/var", "/var/www", "/var/lib", "/usr/local"}

// letIn gives a service's group what it needs: in the whole of the app's own folder, and elsewhere in one step only, and there
// only in what is the service's own. Of all the rest a person decides.
func letIn(f *sysinfo.Facts, u sysinfo.Unit, x Fix, b barred, who, group string, users *sysinfo.Users) Fix {
	file := sh(b.Path)
	certbot := inside(b.Path, "/etc/letsencrypt") && b.need&2 == 0
	if b.Path == "/root" && b.need == 1 && onItsWay(f, u, b.Path) { // not to be opened to everybody, whatever lies in it
		if !f.Host.Root.Exists("/usr/bin/setfacl") {
			return x.Tell("Move what it needs to a folder of its own outside of root's home, /srv or /opt, and name that in its unit (setfacl, from the package acl, could let %s alone pass through /root)", who)
		}
		x.Undo = also(x.Undo, fmt.Sprintf("setfacl -x u:%s /root", sh(who)))
		return x.Do("Allow passing through, not listing, for this user alone; better is a folder of its own outside of root's home", "setfacl -m u:%s:x /root", sh(who))
	}
	if b.Mode.IsDir() && b.need == 1 && (certbot || (inside(b.Path, "/root") || inside(b.Path, "/home") || slices.Contains(ofAllApps, b.Path)) && onItsWay(f, u, b.Path)) {
		x.Undo = also(x.Undo, fmt.Sprintf("setfacl -x u:%s %s || chmod o-x %s", sh(who), file, file))
		return x.Do("Allow passing through, not listing, for this user only", "setfacl -m u:%s:x %s || chmod o+x %s", sh(who), file, file)
	}
	if users.Group(b.GID) == "ssl-cert" && uint16(b.Mode.Perm()>>3)&7&b.need == b.need { // Debian's group for those who may read keys
		if strings.Contains(lastCommand(x), "usermod") {
			return x
		}
		x.Undo = also(x.Undo, "gpasswd -d "+sh(who)+" ssl-cert")
		return x.Do("Let its user into the group that may read keys", "usermod -aG ssl-cert %s", sh(who))
	}
	if !certbot && !ownPlace(f, u, b.Info, who, users) || theSystems(b.Path) && b.need&2 != 0 {
		return x.Tell("%s (%s) is not this service's alone: see why the service needs it. If it should have it, let its user %s %s it; else name another place in the app's settings", b.Path, modeText(b.Info, users), who, verb(b.Info, b.need))
	}
	if number := strconv.Itoa(b.UID); b.Mode.IsDir() && users.Name(b.UID) == number { // -R goes through no link (chown(1), -P); no undo: what was the user's before would go with the rest
		return x.Do(fmt.Sprintf("No user has the number %s any more, %s's before, most likely: give what it left to %s", number, who, who), "chown -R --from=%s %s %s", number, sh(who), file)
	}
	return toGroup(f, u, x, b, who, group, users)
}

// toGroup gives a step on the way to a service's group: in the service's own folder with all that is in it.
func toGroup(f *sysinfo.Facts, u sysinfo.Unit, x Fix, b barred, who, group string, users *sysinfo.Users) Fix {
	file, mode, all, depth := sh(b.Path), "g+rX", "", " -maxdepth 0"
	if b.need&2 != 0 {
		mode = "g+rwX"
	}
	if b.Mode.IsDir() && (inWorkDir(f, u, b.Path) || b.need&2 == 0 && inside(b.Path, "/etc") && ownKey(b.Info, u, who)) { // its settings are many, and it names one at a time
		all, depth, b.files = "-R ", "", nil
	}
	if all != "" {
		x.Undo = also(x.Undo, rightsBack(f.Host.Root, b.Path, users))
	}
	c, known := users.Creds(who)
	swaps := !known || theirsToSwap(f.Host.Root, b.Path, c)
	for _, i := range append([]sysinfo.Info{b.Info}, b.files...) {
		if i.Path != b.Path {
			file += " " + sh(i.Path)
		}
		back := fmt.Sprintf("chgrp %s %s; chmod %04o %s", sh(users.Group(i.GID)), sh(i.Path), i.Mode.Perm(), sh(i.Path))
		if swaps {
			back = notLinks(sh(i.Path)+depth, users.Group(i.GID), fmt.Sprintf("%04o", i.Mode.Perm()))
		}
		if all == "" {
			x.Undo = also(x.Undo, back)
		}
	}
	if swaps {
		say := fmt.Sprintf("Give %s to the service's group, and let the group use it", b.Path)
		if len(b.files) > 0 {
			say += "; what is as closed beside it, too"
		}
		return x.Do(say, "%s", notLinks(file+depth, group, mode))
	}
	say := fmt.Sprintf("Give %s to the service's group", b.Path)
	if b.Mode.IsDir() {
		say += fmt.Sprintf(" (if all in it was %s's before, chown -R %s is the better way)", who, who)
	}
	return x.Do(say, "chgrp %s%s %s", all, sh(group), file).
		Do("Let the group use it", "chmod %s%s %s", all, mode, file)
}

// notLinks gives files to a group whose user may put a link in the place of one: neither chgrp nor chmod is led by it.
func notLinks(files, group, mode string) string {
	return fmt.Sprintf("find %s ! -type l -execdir chgrp -h %s {} + -execdir chmod %s {} +", files, sh(group), mode)
}

// theirsToSwap says that a user may put a link in a file's place: a folder on its way is his to write to.
func theirsToSwap(r sysinfo.Root, name string, c sysinfo.Creds) bool {
	steps, _ := r.Walk(name) // what is there is what can be judged
	return slices.ContainsFunc(steps, func(i sysinfo.Info) bool {
		return i.Mode.IsDir() && c.May(i, 2) && (i.Mode&fs.ModeSticky == 0 || i.UID == c.UID)
	})
}

// lastCommand is the command of the last step.
func lastCommand(x Fix) string {
	if len(x.Steps) == 0 {
		return ""
	}
	return x.Steps[len(x.Steps)-1].Command
}

// also puts the way back from a later step before that of the earlier ones; empty: there is none.
func also(undo, step string) string {
	if undo == "" || step == "" {
		return step + undo
	}
	return step + "; " + undo
}
