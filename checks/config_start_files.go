package checks

import (
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

// makeFolder makes a folder that is gone, one in /run also for the next boot.
func (t *confError) makeFolder(x Fix, dir string) (Fix, bool) {
	dir = path.Clean(dir)
	if !strings.HasPrefix(dir, "/run/") && !strings.HasPrefix(dir, "/var/run/") {
		x.Undo = "rmdir " + sh(dir)
		return x.Do("Make the folder again", "mkdir -p %s", sh(dir)), true
	}
	conf := "/etc/tmpfiles.d/" + path.Base(dir) + "-run.conf"
	x.Undo = "rm " + sh(conf)
	return x.Do("A line that makes the folder at every boot: /run is empty then", "echo %s >%s", sh("d "+dir+" 0755 root root -"), sh(conf)).
		Do("Make it now", "systemd-tmpfiles --create %s", sh(conf)), true
}

// nameConfig has the unit name the configuration that is there, or puts the file back under the name that the unit says.
func (t *confError) nameConfig(g *sysinfo.Gateway, x Fix, file string) (Fix, bool) {
	r := g.Root
	if g.Config != file && r.Exists(g.Config) && strings.HasPrefix(t.place.File, "/etc/") {
		x.Undo = replace(r, t.place, g.Config, file) + "; systemctl daemon-reload"
		return x.Do("Name the file that is there: "+g.Config, "%s", replace(r, t.place, file, g.Config)).
			Do("Let systemd read it", "systemctl daemon-reload"), true
	}
	names, _ := r.ReadDir(path.Dir(file)) // a folder that is gone has none
	var like []string
	for _, n := range names {
		if strings.HasPrefix(n, path.Base(file)+".") || strings.EqualFold(n, path.Base(file)) || spelling.Closest(path.Base(file), []string{n}) != "" {
			like = append(like, n)
		}
	}
	if len(like) != 1 {
		return x.Tell("Put %s back from a backup, or name the file that is there in %s", file, t.place), true
	}
	other := path.Join(path.Dir(file), like[0])
	x.Undo = "rm " + sh(file)
	return x.Do("Give it the file under the name that it looks for", "cp -a %s %s", sh(other), sh(file)), true
}
