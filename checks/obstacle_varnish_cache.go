package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

var (
	noCacheFile  = whenAsked(`\(-sfile\) "(/[^"]+)" does not exist and could not be created`)
	varnishChild = whenAsked(`-j\s*unix,(?:\S*,)?user=([\w.-]+)`)
)

// cacheFolderGone: varnishd keeps its cache in a file (-s file), and the folder of that is not there. What lay there was a cache: an empty one will do.
func cacheFolderGone(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if !strings.HasPrefix(u.Name, "varnish") || !fails(u) {
		return nil
	}
	lines, _ := f.Journal(ctx, u.Name) // unreadable: nobody knows
	said := lastSaid(lastAttempt(lines), noCacheFile)
	exec, set := setBy(f, u, "ExecStart")
	if said == nil || !set {
		return nil
	}
	file := path.Clean(noCacheFile.FindStringSubmatch(said.Text)[1])
	dir := path.Dir(file)
	if f.Host.Root.Exists(dir) || theSystems(dir) || !strings.Contains(exec.Value, file) {
		return nil
	}
	o := &obstacle{where: exec.Place, says: dir + " does not exist, in which it is to keep its cache", evidence: []Evidence{{Source: u.Log(), Text: strings.TrimSpace(said.Text), Time: said.Time}, unitLineSays(f, exec)}}
	o.clear = func(x Fix) Fix {
		if mount := mountedAbove(f, dir); mount != "" && !isMounted(f, mount) {
			x.Undo = "umount " + sh(mount)
			return x.Do("Mount "+mount+" again, on which that folder lies", "mount %s && test -d %s", sh(mount), sh(dir))
		}
		x.Undo = fmt.Sprintf("rm -f %s && rmdir %s", sh(file), sh(dir))
		return x.Do("Make the folder, for the user that Varnish serves as", "%s", makeCacheFolder(ctx, f, u, exec.Value, dir))
	}
	return o
}

// makeCacheFolder is the command that makes it: varnishd itself is root, its child is whom -j names.
func makeCacheFolder(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, command, dir string) string {
	users, err := f.Users(ctx)
	if m := varnishChild.FindStringSubmatch(command); m != nil && err == nil {
		if c, ok := users.Creds(m[1]); ok {
			return fmt.Sprintf("install -d -o %s -g %s %s", sh(m[1]), sh(users.Group(c.GID)), sh(dir))
		}
	}
	return makeFolder(ctx, f, u, dir)
}
