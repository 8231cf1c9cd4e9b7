package checks

import (
	"path"
	"strings"

	"fix502/sysinfo"
)

// mainFileGone brings the gateway's own configuration back where the file is gone and one other in its folder is called after it: it was renamed, or that
// is its copy.
func (t *confError) mainFileGone(g *sysinfo.Gateway, x Fix) (Fix, bool) {
	file := t.place.File
	if file != g.Config || file == "" || g.Root.Exists(file) {
		return x, false
	}
	names, _ := g.Root.ReadDir(path.Dir(file)) // no folder has none
	stem := strings.TrimSuffix(path.Base(file), path.Ext(file))
	var like []string
	for _, name := range names {
		if full := path.Join(path.Dir(file), name); strings.HasPrefix(name, stem) && isFile(g.Root, full) && onlyRoots(g.Root, full) {
			like = append(like, full)
		}
	}
	if len(like) != 1 {
		x.Title, x.Undo = "Put "+g.Title()+"'s configuration back, then start it", ""
		return x.Tell("Put %s back: from a backup, or under the name that it has now (ls %s)", file, path.Dir(file)), true
	}
	x.Title, x.Undo = "Bring the file back under its own name, then start "+g.Title(), "rm "+sh(file)
	return x.Do("Look into "+like[0]+" first: it may be an old copy", "cp -an %s %s", sh(like[0]), sh(file)), true
}

func isFile(r sysinfo.Root, name string) bool {
	i, err := r.Stat(name)
	return err == nil && i.Mode.IsRegular()
}
