package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// noFolder: a folder of what a program writes is not there.
func noFolder(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, dir string) *obstacle {
	o.says = fmt.Sprintf("its folder %s does not exist", dir)
	at := namedIn(f, u, dir)
	if !at.Known() {
		at = saidIn(f, u, wholePath(dir)) // by what lies in it
	}
	if at.Known() {
		o.where = at
		o.evidence = append(o.evidence, lineOf(f.Host.Root, at))
	}
	o.clear = func(x Fix) Fix {
		if path.Dir(dir) == "/dev/shm" && u.Manager == "" && u.User != "" && (at.Known() || mayBeMade(ctx, f, u, dir)) { // its own settings name it
			who, group := servedBy(ctx, f, u)
			return madeAtBoot(f.Host.Root, x, dir, who+" "+group)
		}
		if theSystems(dir) || !mayBeMade(ctx, f, u, dir) {
			return x.Tell("%s is no folder of this service's own: see why it writes there; make it if it should, or name another place in its settings", dir)
		}
		if name, ok := strings.CutPrefix(sysinfo.InRun(dir), "/run/"); ok && u.Manager == "" && u.User != "" {
			return madeAtStart(x, u, name)
		}
		x.Undo = "rmdir " + sh(dir)
		x = x.Do("Make the folder, for the user that the service runs as", "%s", makeFolder(ctx, f, u, dir))
		if inside(dir, "/var/lib") {
			x = x.Tell("What lay in %s is not there again by that: bring it back from a backup if it is missed", dir)
		}
		return x
	}
	return o
}

// mayBeMade says that a folder would be the service's own: below what is its already, called after it, named by its unit, or a new one
// where services have theirs.
func mayBeMade(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, dir string) bool {
	steps, _ := f.Host.Root.Walk(dir) // it ends where nothing is there yet
	users, err := f.Users(ctx)
	if len(steps) == 0 || err != nil {
		return false
	}
	who, _ := servedBy(ctx, f, u)
	last := steps[len(steps)-1]
	return inWorkDir(f, u, dir) || bearsName(dir, u, who) || toldByRoot(f, u, dir) && !othersOn(steps, users, who) || ownPlace(f, u, last, who, users) || users.Name(last.UID) == who && last.UID != 0 && !sharedDir(last) && !inside(dir, "/home") ||
		slices.Contains([]string{"/var/log", "/var/lib", "/var/cache", "/run"}, path.Dir(dir)) || slices.Contains([]string{"/srv", "/opt"}, last.Path)
}

// noLog: a program may not make its log in the folder of everybody's logs, and need not: an empty one of its own is enough.
func noLog(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, file string) *obstacle {
	o = shutOut(ctx, f, u, o, path.Dir(file), 3)
	if o == nil {
		return nil
	}
	who, group := servedBy(ctx, f, u)
	o.clear = func(x Fix) Fix {
		x.Undo = "rm " + sh(file)
		return x.Do("Make the log, for the user that the service runs as", "install -o %s -g %s -m 640 /dev/null %s", sh(who), sh(group), sh(file))
	}
	return o
}
