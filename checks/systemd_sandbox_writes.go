package checks

import (
	"context"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// mostFolders is how many folders a line of a drop-in may name.
const mostFolders = 12

// writesInto are the folders that a service writes into, as their owner tells: in its working folder, where that is not its user's own, and
// those that bear its name among the logs, the data and the caches. A wall around the whole system (ProtectSystem=strict) closes them all, and
// the program complains of one at a time.
func writesInto(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, who string) []string {
	users, err := f.Users(ctx)
	if err != nil || who == "" || who == "root" {
		return nil
	}
	root := f.Host.Root
	theirs := func(dir string) bool {
		i, err := root.Lstat(dir)
		return err == nil && i.Mode.IsDir() && users.Name(i.UID) == who && plainPath.MatchString(dir) && !theSystems(dir) && !strayLink(root, dir)
	}
	var out []string
	for _, top := range []string{"/var/log", "/var/lib", "/var/cache", "/run"} {
		for _, name := range slices.Compact([]string{unitWord(u.Name), who}) {
			if dir := path.Join(top, name); theirs(dir) && !slices.Contains(out, dir) {
				out = append(out, dir)
			}
		}
	}
	home := path.Clean(u.Folder())
	if !path.IsAbs(home) || theSystems(home) || theirs(home) { // its own code is not to be opened as well
		return out
	}
	names, _ := root.ReadDir(home) // one that cannot be read names nothing
	for _, name := range names {
		if dir := path.Join(home, name); theirs(dir) {
			out = append(out, dir)
		}
	}
	return out[:min(len(out), mostFolders)]
}

// poolsWrite are the folders of sites that belong to the users as whom their pools run, as a unit names them: what a wall around the whole system lets no
// script write. They lie in a site's root or in the folder around it (public/../var), at most one deeper (wp-content/uploads).
func poolsWrite(ctx context.Context, f *sysinfo.Facts, p *sysinfo.FPM) []string {
	users, err := f.Users(ctx)
	if err != nil {
		return nil
	}
	r := f.Host.Root
	var out []string
	for _, pool := range p.Config.Pools {
		at, _ := pool.Listen()
		who := pool.Get("user").Text
		look := func(dir string) bool {
			i, err := r.Lstat(dir)
			theirs := err == nil && i.Mode.IsDir() && who != "" && who != "root" && users.Name(i.UID) == who && plainPath.MatchString(dir) && !theSystems(dir) && !letsWrite(f, p.Unit, dir)
			if theirs && !slices.ContainsFunc(out, func(o string) bool { return inside(dir, o[1:]) }) {
				out = append(out, "-"+dir)
			}
			return theirs
		}
		for _, s := range askers(ctx, f)[poolKey(f, at.Path, at.Port)] {
			for _, home := range []string{s.Root, path.Dir(path.Clean(s.Root))} {
				if !path.IsAbs(home) || theSystems(home) || strings.Count(home, "/") < 2 || look(home) {
					continue
				}
				names, _ := r.ReadDir(home) // one that cannot be read names nothing
				for _, name := range names[:min(len(names), 100)] {
					if dir := path.Join(home, name); !look(dir) {
						below, _ := r.ReadDir(dir) // a file, mostly
						for _, n := range below[:min(len(below), 100)] {
							look(path.Join(dir, n))
						}
					}
				}
			}
		}
	}
	return out[:min(len(out), mostFolders)]
}

// letsWrite says that a service may write a folder in spite of its walls.
func letsWrite(f *sysinfo.Facts, u sysinfo.Unit, dir string) bool {
	if openedBy(inForce(f.UnitLines(u)), []string{"ReadWritePaths", "BindPaths"}, dir) {
		return true
	}
	for key, base := range map[string]string{"RuntimeDirectory": "/run", "StateDirectory": "/var/lib", "CacheDirectory": "/var/cache", "LogsDirectory": "/var/log"} {
		for name := range strings.FieldsSeq(u.Props[key]) {
			name, _, _ = strings.Cut(name, ":")
			if inside(dir, path.Join(base, name)) {
				return true
			}
		}
	}
	return false
}

// wholeWall says that a line makes the whole system read-only for a service.
func wholeWall(l sysinfo.UnitLine) bool {
	return l.Key == "ProtectSystem" && l.Value == "strict" || l.Key == "DynamicUser" && truly(l.Value)
}
