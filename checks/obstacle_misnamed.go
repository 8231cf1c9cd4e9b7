package checks

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
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
	other, sure := nameThere(r, file)
	if other == "" {
		return nil
	}
	o.says, o.where = fmt.Sprintf("%s does not exist, and %s does", file, other), l.Place
	o.evidence = append(o.evidence, unitLineSays(f, l))
	o.clear = func(x Fix) Fix {
		if !sure {
			return x.Tell("Bring %s back; or name at %s what should run, if that is %s", file, l.Place, other)
		}
		x.Undo = replace(r, l.Place, other, word) + "; systemctl daemon-reload"
		return daemonReload(x.Do("Name the file that is there", "%s", replace(r, l.Place, word, other)))
	}
	return o
}

// built are the folders in which a program lies behind its sources, or they behind it.
var built = []string{"dist", "build", "src", "out", "lib", "app", "bin", "public", "server"}

// nameThere is the file that is there instead of one that is not: of nearly its name, or of its name in a folder below. It is not sure
// where both names may be meant, as one and its plural.
func nameThere(r sysinfo.Root, file string) (other string, sure bool) {
	if entry := entryOf(r, file); entry != "" {
		return entry, true
	}
	names, _ := r.ReadDir(path.Dir(file)) // not there: no other name
	var same []string
	below := 0
	for _, n := range names {
		if n == path.Base(file) { // a link that leads nowhere
			continue
		}
		if path.Ext(n) == path.Ext(file) {
			same = append(same, n)
		}
		if in := path.Join(path.Dir(file), n, path.Base(file)); n != "node_modules" && r.Exists(in) {
			below++
			other, sure = in, below == 1 && (slices.Contains(built, n) || inside(file, "/etc"))
		}
	}
	near := meantName(path.Base(file), same)
	if near == "" {
		return other, sure
	}
	stem := func(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }
	longer, shorter := stem(near), stem(path.Base(file))
	if len(longer) < len(shorter) {
		longer, shorter = shorter, longer
	}
	return path.Join(path.Dir(file), near), !strings.HasPrefix(longer, shorter)
}
