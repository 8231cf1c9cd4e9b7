package checks

import (
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

// misnamed: a file of the app's that its command names is gone, and one with nearly that name lies there, or it lies in a folder
// below: index.js in dist.
func misnamed(f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, file string) *obstacle {
	r := f.Host.Root
	l, ok := setBy(f, u, "ExecStart")
	word := file
	if ok && !strings.Contains(configLine(r, l.Place), file) {
		word = strings.TrimPrefix(file, strings.TrimSuffix(u.Folder(), "/")+"/")
	}
	if !ok || r.Exists(file) || ownFile(file) || !wholePath(word).MatchString(configLine(r, l.Place)) || !strings.HasPrefix(l.File, "/etc/") {
		return nil
	}
	names, _ := r.ReadDir(path.Dir(file)) // not there: no other name
	other := ""
	var same []string
	for _, n := range names {
		if path.Ext(n) == path.Ext(file) {
			same = append(same, n)
		}
		if in := path.Join(path.Dir(file), n, path.Base(file)); n != "node_modules" && r.Exists(in) {
			other = in
		}
		if n == path.Base(file)+".old" || n == path.Base(file)+".bak" || n == path.Base(file)+".orig" {
			back := path.Join(path.Dir(file), n)
			o.says, o.where = file+" was moved to "+back, l.Place
			o.clear = func(x Fix) Fix {
				x.Undo = fmt.Sprintf("mv %s %s", sh(file), sh(back))
				return x.Do("Put it back", "mv %s %s", sh(back), sh(file))
			}
			return o
		}
	}
	if near := spelling.Closest(path.Base(file), same); near != "" {
		other = path.Join(path.Dir(file), near)
	}
	if other == "" {
		return nil
	}
	o.says, o.where = fmt.Sprintf("%s does not exist, and %s does", file, other), l.Place
	o.evidence = append(o.evidence, unitLineSays(f, l))
	o.clear = func(x Fix) Fix {
		x.Undo = replace(r, l.Place, other, word) + "; systemctl daemon-reload"
		return daemonReload(x.Do("Name the file that is there", "%s", replace(r, l.Place, word, other)))
	}
	return o
}
