package checks

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
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

// neighbour is a folder or file beside one that is gone, as like it as a release is like another. It is sure where something
// that the unit needs was seen in it.
type neighbour struct {
	path string
	sure bool
}

// beside is the newest neighbour of a folder that is gone which lacks nothing that the unit is known to need; named is the
// path by which the unit calls that folder. One that is sure comes before one that is not.
func beside(f *sysinfo.Facts, u sysinfo.Unit, missing, rest, named string) neighbour {
	r := f.Host.Root
	names, err := r.ReadDir(path.Dir(missing))
	if err != nil {
		return neighbour{}
	}
	var best neighbour
	var newest sysinfo.Info
	var others []string // that have another name altogether, and all that the unit needs
	for _, n := range names {
		file := path.Join(path.Dir(missing), n)
		i, err := r.Stat(file)
		if err != nil || rest == "" && !i.Mode.IsDir() || !r.Exists(path.Join(file, rest)) {
			continue
		}
		if !alike(path.Base(missing), n) {
			if has, lacks := filesIn(r, u, named, file, rest); has && !lacks {
				others = append(others, file)
			}
			continue
		}
		has, lacks := filesIn(r, u, named, file, rest)
		sure := has || rest != ""
		if lacks || best.sure && !sure || best.path != "" && best.sure == sure && cmp.Or(i.ModTime.Compare(newest.ModTime), strings.Compare(file, best.path)) < 0 {
			continue
		}
		best, newest = neighbour{file, sure}, i
	}
	if own := path.Join(path.Dir(missing), unitWord(u.Name)); best.path == "" && slices.Contains(others, own) {
		return neighbour{own, true}
	}
	if best.path == "" && len(others) == 1 && strings.Count(path.Dir(missing), "/") > 1 { // in a folder of the app's own
		near := spelling.Distance(path.Base(missing), path.Base(others[0])) == 1 && !slipOf(path.Base(missing), path.Base(others[0])) // kunde-a and kunde-b are two
		return neighbour{others[0], !near}
	}
	return best
}

// fileWord is a word of gunicorn's command line that is a file, and no module.
var fileWord = whenAsked(`\.(?:py|ini|conf|cfg|toml|ya?ml|json|sock|log|pid|pem|key)$`)

// filesIn says whether a folder has files that a unit names, and whether it lacks any: server.js, bin/app of the folder that is
// gone, the module in front of gunicorn's colon.
func filesIn(r sysinfo.Root, u sysinfo.Unit, named, dir, rest string) (has, lacks bool) {
	gunicorn := strings.Contains(u.Exec, "gunicorn") // takes a module without a colon: shop.wsgi
	for w := range strings.FieldsSeq(u.Exec) {
		file := ""
		switch {
		case path.IsAbs(w) && inside(w, named):
			file = path.Join(dir, strings.TrimPrefix(w, named))
		case strings.HasPrefix(w, "-") || path.IsAbs(w) || strings.ContainsAny(w, "=") || strings.Trim(w, "0123456789.") == "":
			continue
		case strings.Contains(w, ":") || gunicorn && !strings.Contains(w, "/") && !fileWord.MatchString(w): // an address, or a module that may lie elsewhere too
			module, _, _ := strings.Cut(w, ":")
			module = path.Join(dir, rest, strings.ReplaceAll(module, ".", "/"))
			has = has || module != path.Join(dir, rest) && (r.Exists(module+".py") || r.Exists(path.Join(module, "__init__.py")))
			continue
		case path.Ext(w) != "":
			file = path.Join(dir, rest, w)
		default:
			continue
		}
		if !r.Exists(file) {
			return has, true
		}
		has = true
	}
	return has, false
}

// alike says that a name is of a kind with one that is gone: releases by number or date, or one that goes on behind it with a
// number or a sign.
func alike(gone, here string) bool {
	number := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return -1
			}
			return r
		}, s)
	}
	more, longer := strings.CutPrefix(here, gone)
	if longer && strings.Trim(more[:min(1, len(more))], "0123456789-_.~+@") == "" || slipOf(gone, here) {
		return true
	}
	return number(gone) == number(here) && (versionName.MatchString(gone) || releaseName.MatchString(gone) || number(gone) == "")
}

// versionName has a number that counts releases, and not the instances of an app: shop-1.4.2, shop-20261120, and not shop-2.
var versionName = whenAsked(`\d\.\d|\d{6}|[-_.][vr]\d`)

// slipOf says that of two names one is a slip of the other: a letter of a word left out, one too many, or in its neighbour's place.
// Two that have another letter there, or differ in a part of their own, mean two things.
func slipOf(a, b string) bool {
	if hidden := strings.TrimLeft(a, "._"); hidden != "" && hidden == strings.TrimLeft(b, "._") { // venv and .venv
		return true
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	letter := func(s string, at int) bool {
		return at >= 0 && at < len(s) && (s[at] >= 'a' && s[at] <= 'z' || s[at] >= 'A' && s[at] <= 'Z')
	}
	switch {
	case len(a) < 4:
		return false
	case len(b) == len(a)+1:
		return a[i:] == b[i+1:] && letter(b, i-1) && letter(b, i) && (letter(b, i+1) || i+1 == len(b))
	case len(a) == len(b) && i+1 < len(a):
		return a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:] && letter(a, i) && letter(a, i+1)
	}
	return false
}
