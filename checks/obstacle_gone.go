package checks

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// firstMissing is the first part of a path that is not there, with its links followed, and what comes behind it.
func firstMissing(r sysinfo.Root, name string) (missing, rest string) {
	steps, err := r.Walk(name)
	if err == nil || len(steps) == 0 {
		return "", ""
	}
	if real, _ := danglingOn(r, name); real != "" {
		to, _ := r.Readlink(real) // danglingOn has read it
		if !path.IsAbs(to) {
			to = path.Join(path.Dir(real), to)
		}
		return to, strings.TrimPrefix(name, real)
	}
	at := "/"
	for part := range strings.SplitSeq(strings.Trim(name, "/"), "/") {
		if at = path.Join(at, part); !r.Exists(at) {
			return at, strings.TrimPrefix(name, at)
		}
	}
	return "", ""
}

// danglingOn is the link on the way to a path that leads to nothing.
func danglingOn(r sysinfo.Root, name string) (link, to string) {
	at := "/"
	for part := range strings.SplitSeq(strings.Trim(name, "/"), "/") {
		at = path.Join(at, part)
		if to, err := r.Readlink(at); err == nil && !r.Exists(at) {
			return at, to
		}
	}
	return "", ""
}

// beside is the newest neighbour of a folder that is gone which has what the unit needs in it.
func beside(f *sysinfo.Facts, u sysinfo.Unit, missing, rest string) string {
	r := f.Host.Root
	names, err := r.ReadDir(path.Dir(missing))
	if err != nil {
		return ""
	}
	var like []sysinfo.Info
	for _, n := range names {
		file := path.Join(path.Dir(missing), n)
		i, err := r.Stat(file)
		if err != nil || rest == "" && !i.Mode.IsDir() || !r.Exists(path.Join(file, rest)) || !hasFiles(r, u, path.Join(file, rest)) || !alike(path.Base(missing), n) {
			continue
		}
		i.Path = file
		like = append(like, i)
	}
	if len(like) == 0 {
		return ""
	}
	return slices.MaxFunc(like, func(a, b sysinfo.Info) int {
		return cmp.Or(a.ModTime.Compare(b.ModTime), strings.Compare(a.Path, b.Path))
	}).Path
}

// hasFiles says that the files which a unit names without a folder lie in one: server.js in the release.
func hasFiles(r sysinfo.Root, u sysinfo.Unit, dir string) bool {
	for w := range strings.FieldsSeq(u.Exec) {
		if !strings.HasPrefix(w, "-") && !path.IsAbs(w) && path.Ext(w) != "" && !strings.ContainsAny(w, ":=") && strings.Trim(w, "0123456789.") != "" && !r.Exists(path.Join(dir, w)) {
			return false
		}
	}
	return true
}

// alike says that two names are of a kind: releases by number or date, or one that begins as the other does.
func alike(a, b string) bool {
	number := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return -1
			}
			return r
		}, s)
	}
	return strings.HasPrefix(a, b) || strings.HasPrefix(b, a) || number(a) == number(b)
}
