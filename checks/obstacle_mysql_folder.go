package checks

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// heldFiles are the settings of MySQL whose folders hold what nothing makes anew, and a file that shows that it lies there: an empty folder in
// the place of a lost one would be taken for a new database, or make the rest useless. All others name folders that may be empty.
var heldFiles = map[string]string{"datadir": "mysql", "innodb-data-home-dir": "ibdata1", "innodb-log-group-home-dir": "ib_logfile0", "innodb-undo-directory": "undo001", "aria-log-dir-path": "aria_log_control"}

// mysqlFolder is a folder that MySQL's settings name, by the line that names it: the folder itself, or that of a file.
type mysqlFolder struct {
	dir, key, value string
	at              sysinfo.Place
}

// mysqlNamed is the setting that names a file or one of the folders on the way to it.
func mysqlNamed(f *sysinfo.Facts, name string) (mysqlFolder, bool) {
	for dir := name; dir != "/" && path.IsAbs(dir); dir = path.Dir(dir) {
		found := mysqlFolder{dir: dir}
		found.at = lastSetting(f, refusals[0].files, func(section, line string) bool {
			key, value := mysqlLine(line)
			for one := range strings.SplitSeq(value, ":") { // tmpdir takes several
				if !strings.HasSuffix(key, "dir") && !strings.HasSuffix(key, "directory") && !strings.HasSuffix(key, "dir-path") { // it names a file
					one = path.Dir(one)
				}
				if ofServer(section) && path.IsAbs(one) && path.Clean(one) == dir {
					found.key, found.value = key, value
					return true
				}
			}
			return false
		})
		if found.at.Known() {
			return found, true
		}
	}
	return mysqlFolder{}, false
}

// mysqlLine takes a line of MySQL's settings apart: dashes and underscores are one in its name, and a comment or quotes are no part of its value.
func mysqlLine(line string) (key, value string) {
	key, value, _ = strings.Cut(withoutComment(line), "=")
	return strings.TrimPrefix(strings.ReplaceAll(strings.TrimSpace(key), "_", "-"), "loose-"), strings.Trim(strings.TrimSpace(value), `"'`)
}

// folderLost: a folder that its settings name (tmpdir, datadir, a log's, the socket's) is not there.
func folderLost(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, said Evidence, name string) *obstacle {
	n, ok := mysqlNamed(f, name)
	apart := u.Props["PrivateTmp"] == "yes" && (inside(name, "/tmp") || inside(name, "/var/tmp"))
	if !ok || f.Host.Root.Exists(n.dir) && !apart || theSystems(n.dir) && !(inside(n.dir, "/dev/shm") && n.dir != "/dev/shm") {
		return nil
	}
	o := &obstacle{where: n.at, says: fmt.Sprintf("the folder %s, which its %s names, does not exist", n.dir, n.key), evidence: []Evidence{said, lineOf(f.Host.Root, n.at)}}
	fleeting := lastsNot(ctx, f, n.dir)
	if fleeting {
		o.says += ": what lies there is gone after each boot"
	}
	o.clear = func(x Fix) Fix {
		inRun, ofRun := strings.CutPrefix(sysinfo.InRun(n.dir), "/run/")
		switch {
		case heldFiles[n.key] != "":
			return heldLost(ctx, f, u, x, n)
		case ofRun && u.Manager == "" && u.User != "":
			return madeAtStart(x, u, inRun)
		case n.key == "tmpdir" && (fleeting || apart):
			return lastingTemp(f, x, n, fmt.Sprintf(" (to have them in %s, a line of tmpfiles.d has to make that for mysql at each boot)", n.dir))
		case fleeting:
			who, group := servedBy(ctx, f, u)
			return madeAtBoot(f.Host.Root, x, n.dir, who+" "+group)
		}
		x.Undo = "rmdir " + sh(n.dir)
		return x.Do("Make the folder, for the user that the service runs as", "%s", makeFolder(ctx, f, u, n.dir))
	}
	return o
}

// lastsNot says that a folder lies, or would lie, where everything is gone after a boot: in memory, or in /tmp.
func lastsNot(ctx context.Context, f *sysinfo.Facts, dir string) bool {
	if inside(sysinfo.InRun(dir), "/run") || inside(dir, "/tmp") || inside(dir, "/dev/shm") {
		return true
	}
	steps, _ := f.Host.Root.Walk(dir) // it ends where nothing is there yet
	if len(steps) == 0 {
		return false
	}
	space, err := f.Host.Meters.Space(ctx, steps[len(steps)-1].Path)
	return err == nil && space.Type == "tmpfs"
}

// lastingTemp has MySQL make its temporary files where it does by itself: that folder is there after each boot.
func lastingTemp(f *sysinfo.Facts, x Fix, n mysqlFolder, note string) Fix {
	x.Undo = setLine(f.Host.Root, n.at, configLine(f.Host.Root, n.at))
	return x.Do("Let it make its temporary files in /tmp, as by itself"+note, "%s", replace(f.Host.Root, n.at, n.value, "/tmp"))
}

// heldLost is the way back of a folder that held what nothing makes anew.
func heldLost(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, x Fix, n mysqlFolder) Fix {
	mount, store := mountedAbove(f, n.dir), storedAt(f, n)
	if mount != "" || store == "" || ranSince(ctx, f, u, n.at.File) {
		return x.Tell("What lay in %s (%s) belongs to the database: bring the folder back with all that was in it, and do not start it on older data or an empty folder (findmnt %s; mount -a; is the volume attached?)", n.dir, n.key, sh(cmp.Or(mount, n.dir)))
	}
	x.Undo = setLine(f.Host.Root, n.at, configLine(f.Host.Root, n.at))
	return x.Do("Take the line out: the data are in "+store+" (or bring "+n.dir+" back with the data in it, and skip this)", "%s", commentOut(f.Host.Root, n.at))
}

// storedAt is the folder that holds what a setting named, without the line of a folder that is gone: that of another line, or of the data.
func storedAt(f *sysinfo.Facts, gone mysqlFolder) string {
	store, r, mark := "/var/lib/mysql", f.Host.Root, "/"+heldFiles[gone.key]
	for _, of := range []string{"datadir", gone.key} {
		lastSetting(f, refusals[0].files, func(section, line string) bool {
			if key, value := mysqlLine(line); ofServer(section) && key == of && path.Clean(value) != gone.dir && r.Exists(path.Clean(value)+mark) {
				store = path.Clean(value)
			}
			return false
		})
	}
	if !r.Exists(store + mark) {
		return ""
	}
	return store
}
