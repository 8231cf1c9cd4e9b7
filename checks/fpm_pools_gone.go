package checks

import (
	"path"
	"strings"

	"fix502/sysinfo"
)

// bringPools: php-fpm.conf includes no pool. Either the line that includes them names a folder that is not there, or the pools
// were switched off by their names.
func bringPools(f *sysinfo.Facts, d *fpmDown, x Fix) Fix {
	root := f.Host.Root
	include := includeLine(root, d.fpm.Conf)
	old := configLine(root, include)
	for _, dir := range []string{path.Join(path.Dir(d.fpm.Conf), "pool.d"), path.Join(path.Dir(d.fpm.Conf), "php-fpm.d"), "/etc/php-fpm.d"} {
		pattern := path.Join(dir, "*.conf")
		names, _ := root.Glob(pattern) // not here: elsewhere
		if len(names) > 0 && include.Known() && value(old) != pattern {
			x.Undo = setLine(root, include, old)
			return x.Do("Include the pools from where they are", "%s", setLine(root, include, "include="+pattern))
		}
		all, _ := root.ReadDir(dir)
		for _, name := range all {
			file := path.Join(dir, name)
			stem, _, _ := strings.Cut(name, ".")
			if b, err := root.ReadFile(file); err == nil && listensAt(string(b), d.asked) && !root.Exists(path.Join(dir, stem+".conf")) {
				x.Undo = "mv " + sh(path.Join(dir, stem+".conf")) + " " + sh(file)
				return x.Do("Give the pool's file the name by which it is read: *.conf", "mv %s %s", sh(file), sh(path.Join(dir, stem+".conf")))
			}
		}
	}
	return x.Tell("No file that %s includes has a pool. Bring the pool's file back (from a backup, or the package's own: ls -la %s)", d.fpm.Conf, path.Dir(d.fpm.Conf))
}

// includeLine is the last line of php-fpm.conf that includes files.
func includeLine(r sysinfo.Root, conf string) sysinfo.Place {
	var last sysinfo.Place
	for at, line := range linesIn(r, conf) {
		if strings.HasPrefix(strings.ReplaceAll(strings.TrimSpace(line), " ", ""), "include=") {
			last = at
		}
	}
	return last
}

// listensAt says that a pool's file has a pool that listens at an address.
func listensAt(text, address string) bool {
	for line := range strings.Lines(text) {
		key, v, ok := strings.Cut(strings.TrimSpace(line), "=")
		if ok && strings.TrimSpace(key) == "listen" && strings.Trim(strings.TrimSpace(v), `"'`) == address {
			return true
		}
	}
	return false
}
