package checks

import (
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// ownPlace says that a file or folder may be given to a service's group: it lies in the service's folder or in one that systemd
// makes for it, or it is root's and bears the service's name. What another person has, and the system's own, never is.
func ownPlace(f *sysinfo.Facts, u sysinfo.Unit, i sysinfo.Info, who string, users *sysinfo.Users) bool {
	owner := users.Name(i.UID)
	if ownKey(i, u, who) {
		return true
	}
	if theSystems(i.Path) || i.Mode&fs.ModeSticky != 0 || i.UID != 0 && owner != who && owner != strconv.Itoa(i.UID) {
		return false
	}
	if inWorkDir(f, u, i.Path) || inUsersFolder(f, i, who, users) || bearsName(i.Path, u, who) && (i.UID == 0 || owner == strconv.Itoa(i.UID)) {
		return true
	}
	for key, top := range map[string]string{"RuntimeDirectory": "/run", "StateDirectory": "/var/lib", "CacheDirectory": "/var/cache", "LogsDirectory": "/var/log"} {
		for name := range strings.FieldsSeq(u.Props[key]) {
			name, _, _ = strings.Cut(name, ":")
			if inside(i.Path, path.Join(top, name)) {
				return true
			}
		}
	}
	return false
}

// ownKey says that a file of root's below /etc is a service's own to read: it lies in the folder there that bears its name, or among the
// keys in one that bears the name of its user, which is nobody else's.
func ownKey(i sysinfo.Info, u sysinfo.Unit, who string) bool {
	if !inside(i.Path, "/etc") || strings.Count(i.Path, "/") < 2 || i.UID != 0 || i.GID != 0 || who == "root" {
		return false
	}
	rest, keys := strings.CutPrefix(i.Path, "/etc/ssl/")
	return bearsName(i.Path, u, who) || keys && strings.HasPrefix(rest, who+"/")
}

// theSystems says that a path is the machine's or shared by many, whatever a program says of it.
func theSystems(name string) bool {
	for _, dir := range []string{"/etc", "/proc", "/sys", "/dev", "/usr", "/boot", "/root", "/bin", "/sbin", "/lib", "/lib64"} {
		if inside(name, dir) {
			return true
		}
	}
	return strings.Count(name, "/") < 2 || name == "/" || path.Dir(name) == "/var" || path.Dir(name) == "/home"
}

// inUsersFolder says that a file of root's lies in a folder of the service's user, who could put another in its place: a deploy or an editor
// that ran as root left it. What runs as a web server's account may be one app of many, each with files of its own.
func inUsersFolder(f *sysinfo.Facts, i sysinfo.Info, who string, users *sysinfo.Users) bool {
	dir, err := f.Host.Root.Lstat(path.Dir(i.Path))
	return err == nil && i.UID == 0 && i.Mode.IsRegular() && dir.UID != 0 && users.Name(dir.UID) == who && dir.Mode&fs.ModeSticky == 0 && !slices.Contains(webUsers[:], who)
}

// inWorkDir says that a path lies in the folder that a unit names as its own, or in that of its releases.
func inWorkDir(f *sysinfo.Facts, u sysinfo.Unit, name string) bool {
	dir := u.Folder()
	for _, d := range []string{dir, realFile(f.Host.Root, dir), homeOfReleases(f, u)} {
		if path.IsAbs(d) && !theSystems(path.Clean(d)) && inside(name, d) {
			return true
		}
	}
	return false
}

// homeOfReleases is the folder of an app that is deployed the way Capistrano and Deployer do it: the unit works in its link "current", which leads
// to one of releases/, and what all releases share lies beside them. Empty of any other.
func homeOfReleases(f *sysinfo.Facts, u sysinfo.Unit) string {
	for dir := path.Clean(u.Folder()); strings.Count(dir, "/") > 1; dir = path.Dir(dir) { // WorkingDirectory=/srv/shop/current/backend
		top, release := path.Dir(dir), realFile(f.Host.Root, dir)
		if i, err := f.Host.Root.Lstat(dir); err == nil && i.Mode&fs.ModeSymlink != 0 && inside(release, top) && ofReleases(dir, release) && !slices.Contains(ofAllApps, top) {
			return top
		}
	}
	return ""
}

// bearsName says that a folder of /srv, /opt, /run or /etc, or one a level below the others', is named after a service or its user:
// /run/shop, /var/log/shop/app.log.
func bearsName(name string, u sysinfo.Unit, who string) bool {
	parts := strings.Split(strings.Trim(name, "/"), "/")
	if !slices.Contains([]string{"run", "srv", "opt", "etc"}, parts[0]) {
		parts = parts[1:]
	}
	if len(parts) < 2 {
		return false
	}
	word, _, _ := strings.Cut(unitWord(u.Name), "@")
	stem := strings.TrimSuffix(parts[1], path.Ext(parts[1]))
	return stem == word || stem == who
}

// onItsWay says that a unit names something in a folder.
func onItsWay(f *sysinfo.Facts, u sysinfo.Unit, dir string) bool {
	named := u.Exec + " " + u.Props["WorkingDirectory"] + "/"
	for _, l := range f.UnitLines(u) {
		named += " " + l.Value + "/"
	}
	return strings.Contains(named, strings.TrimSuffix(dir, "/")+"/")
}
