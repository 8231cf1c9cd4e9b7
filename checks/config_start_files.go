package checks

import (
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

// makeFolder makes a folder that is gone, one in /run also for the next boot.
func (t *confError) makeFolder(r sysinfo.Root, x Fix, dir string) (Fix, bool) {
	dir = path.Clean(dir)
	if !strings.HasPrefix(dir, "/run/") && !strings.HasPrefix(dir, "/var/run/") {
		x.Undo = "rmdir " + sh(dir)
		return x.Do("Make the folder again", "mkdir -p %s", sh(dir)), true
	}
	return madeAtBoot(r, x, dir, "root root"), true
}

// nameConfig has the unit name the configuration that is there, or puts the file back under the name that the unit says.
func (t *confError) nameConfig(g *sysinfo.Gateway, x Fix, file string) (Fix, bool) {
	r := g.Root
	there := g.Config
	if there == file {
		there = usualConfig(g)
	}
	if line := configLine(r, t.place); strings.Contains(line, there) || strings.HasPrefix(line, "EXTRAOPTS") { // Debian's, beside CONFIG: one file more
		there = ""
	}
	if there != "" && there != file && r.Exists(there) && strings.HasPrefix(t.place.File, "/etc/") {
		t.config, x.Undo = there, replace(r, t.place, there, file)+"; systemctl daemon-reload"
		return daemonReload(x.Do("Name the file that is there: "+there, "%s", replace(r, t.place, file, there))), true
	}
	names, _ := r.ReadDir(path.Dir(file)) // a folder that is gone has none
	var like, renamed []string
	for _, n := range names {
		if path.Base(file) == ordinal.ReplaceAllString(n, "") && n != path.Base(file) {
			renamed = append(renamed, path.Join(path.Dir(file), n))
		}
		if strings.HasPrefix(n, path.Base(file)+".") || strings.EqualFold(n, path.Base(file)) || spelling.Closest(path.Base(file), []string{n}) != "" {
			like = append(like, n)
		}
	}
	if len(renamed) == 1 && strings.HasPrefix(t.place.File, "/etc/") {
		x.Undo = replace(r, t.place, renamed[0], file) + "; systemctl daemon-reload"
		return daemonReload(x.Do("It was renamed: name "+renamed[0], "%s", replace(r, t.place, file, renamed[0]))), true
	}
	if len(like) != 1 {
		return x.Tell("Put %s back from a backup, or name the file that is there in %s", file, t.place), true
	}
	other := path.Join(path.Dir(file), like[0])
	x.Undo = "rm " + sh(file)
	return x.Do("Give it the file under the name that it looks for", "cp -anT %s %s", sh(other), sh(file)), true
}

// ordinal is what a file's name begins with so that a folder's files are read in that order.
var ordinal = whenAsked(`^\d+[-_.]`)

// usualConfig is where a gateway of a kind has its configuration, unless that is the sample that its package came with.
func usualConfig(g *sysinfo.Gateway) string {
	file := map[string]string{"varnish": "/etc/varnish/default.vcl", "haproxy": "/etc/haproxy/haproxy.cfg", "caddy": "/etc/caddy/Caddyfile"}[g.Kind]
	b, err := g.Root.ReadFile(file)
	if err != nil || containsAny(string(b), "This is an example VCL file for Varnish", "The Caddyfile is an easy way to configure your Caddy web server") {
		return ""
	}
	return file
}
