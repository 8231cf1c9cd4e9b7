package checks

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// movedLooks and movedDeep bound the search for a file that was moved: how many folders are read, how deep below where it began.
const (
	movedLooks = 400
	movedDeep  = 5
)

// homesOf are where admins keep what no package brings; the search goes on there when nothing near has the file.
var homesOf = []string{"/opt", "/srv", "/usr/local"}

// commonName is a name that files of many programs have: alone it says nothing.
var commonName = whenAsked(`(?i)^(?:index|main|app|server|start|run|config|settings|wsgi|asgi|manage|__init__|package|default|local|env|cert|key|ca|fullchain|privkey|chain|test|common|base)(?:\.\w+)?$`)

// movedTo is where a file went that is gone from its place: below the nearest folder that is still there, then in the folders around it, then where
// admins keep their own, the only one with as many of the same last names in its path. Empty where there is none, or nothing but a common name speaks for it.
func movedTo(r sysinfo.Root, gone string) string {
	if !path.IsAbs(gone) || r.Exists(gone) {
		return ""
	}
	var begin []string
	for dir := path.Dir(path.Clean(gone)); strings.Count(dir, "/") > 1 || len(begin) == 0 && dir != "/"; dir = path.Dir(dir) {
		if r.Exists(dir) {
			begin = append(begin, dir)
		}
	}
	left := movedLooks
	for _, dir := range append(begin, homesOf...) {
		found := filesCalled(r, dir, path.Base(gone), movedDeep, &left)
		slices.SortStableFunc(found, func(a, b string) int { return sameTail(gone, b) - sameTail(gone, a) })
		switch {
		case len(found) == 0:
			continue
		case len(found) > 1 && sameTail(gone, found[0]) == sameTail(gone, found[1]),
			sameTail(gone, found[0]) == 1 && commonName.MatchString(path.Base(gone)):
			return ""
		}
		return found[0]
	}
	return ""
}

// sameTail is how many of the last names of two paths are the same.
func sameTail(a, b string) int {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(x) && n < len(y) && x[len(x)-1-n] == y[len(y)-1-n] {
		n++
	}
	return n
}

// filesCalled are the files of a name below a folder; links, packages of Node and repositories are not gone into.
func filesCalled(r sysinfo.Root, dir, name string, deep int, left *int) []string {
	if *left--; *left < 0 || deep < 0 {
		return nil
	}
	names, err := r.ReadDir(dir)
	if err != nil {
		return nil
	}
	var out []string
	for _, n := range names {
		file := path.Join(dir, n)
		i, err := r.Lstat(file)
		switch {
		case err != nil || n == "node_modules" || n == ".git" || n == "__pycache__":
		case i.Mode.IsDir():
			out = append(out, filesCalled(r, file, name, deep-1, left)...)
		case n == name && i.Mode&fs.ModeType == 0:
			out = append(out, file)
		}
	}
	return out
}
