package checks

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// Exit codes by which systemd says that it could not enter the folder, or not start the program (systemd.exec(5)).
const (
	exitChdir = 200
	exitExec  = 203
)

// pathGone: the folder or the program that the unit names is not there any more: a deploy renamed its release and left the
// link to the former one, a package took its program along.
func pathGone(_ context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	key, file := "WorkingDirectory", ""
	switch {
	case u.CodeKind == "exited" && u.ExitCode == exitChdir:
	case u.CodeKind == "exited" && u.ExitCode == exitExec:
		key = "ExecStart"
	default:
		return nil
	}
	l, ok := setBy(f, u, key)
	if word := strings.Fields(strings.TrimLeft(l.Value, "-@:+!~")); ok && len(word) > 0 {
		file = path.Clean(word[0])
	}
	if o := gonePath(f, u, key, file, l.Place); o != nil {
		o.evidence = append([]Evidence{unitLineSays(f, l)}, o.evidence...)
		return o
	}
	return nil
}

// notSpawned is what supervisord writes when it cannot start a program.
var notSpawned = regexp.MustCompile(`couldn't (chdir to|exec) (\S+): ENOENT|can't find command '([^']+)'`)

// keptPathGone is the same for a program that supervisord keeps.
func keptPathGone(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Journal(ctx, u.Name)
	for i := len(lines) - 1; err == nil && i >= 0; i-- {
		m := notSpawned.FindStringSubmatch(lines[i].Text)
		if m == nil {
			continue
		}
		key := map[bool]string{true: "WorkingDirectory", false: "ExecStart"}[m[1] == "chdir to"]
		if o := gonePath(f, u, key, path.Clean(cmp.Or(m[2], m[3])), sysinfo.Place{File: u.Fragment}); o != nil {
			o.evidence = append([]Evidence{{Source: u.Log(), Text: lines[i].Text, Time: lines[i].Time}}, o.evidence...)
			return o
		}
		return nil
	}
	return nil
}

// gonePath is the obstacle that a missing folder or program is; nil when it is there.
func gonePath(f *sysinfo.Facts, u sysinfo.Unit, key, file string, said sysinfo.Place) *obstacle {
	at, to := firstGone(f.Host.Root, file)
	if at == "" {
		return nil
	}
	o := &obstacle{where: said}
	what := map[string]string{"ExecStart": "its program", "WorkingDirectory": "its folder"}[key]
	rest := strings.TrimPrefix(file, at)
	if to != "" {
		o.says = fmt.Sprintf("%s %s lies behind the link %s, which leads to %s, and that is gone", what, file, at, to)
		o.evidence = append(o.evidence, Evidence{Source: "ls -l " + at, Text: at + " -> " + to})
		o.clear = func(x Fix) Fix { return relink(f, x, at, to, rest) }
		return o
	}
	o.says = fmt.Sprintf("%s %s is not there", what, file)
	o.evidence = append(o.evidence, Evidence{Source: "ls -d " + at, Text: "no such file or directory"})
	o.clear = func(x Fix) Fix {
		beside := besides(f.Host.Root, at, rest)
		if key == "WorkingDirectory" && len(beside) == 1 && u.Manager == "" {
			return daemonReload(unitSet(f, u, x, fmt.Sprintf("%s is the only folder beside it: start there", beside[0]), "Service", key, path.Join(beside[0], rest)))
		}
		return x.Tell("Put %s back (from the last deploy, a backup, or the package that brought it), or name another at %s", file, said)
	}
	return o
}

// firstGone is the first part of a path that is not there; to is where it leads, when it is a link.
func firstGone(r sysinfo.Root, file string) (at, to string) {
	if !path.IsAbs(file) {
		return "", ""
	}
	for i := 1; i <= len(file); i++ {
		if i < len(file) && file[i] != '/' {
			continue
		}
		if r.Exists(file[:i]) {
			continue
		}
		to, err := r.Readlink(file[:i])
		if err != nil {
			return file[:i], ""
		}
		return file[:i], to
	}
	return "", ""
}

// besides are the folders that lie where one is missed and hold what it should hold, the youngest first.
func besides(r sysinfo.Root, gone, rest string) []string {
	names, err := r.ReadDir(path.Dir(gone))
	if err != nil {
		return nil
	}
	var out []string
	for _, n := range names {
		one := path.Join(path.Dir(gone), n)
		if i, err := r.Stat(one); err == nil && i.Mode.IsDir() && r.Exists(path.Join(one, rest)) {
			out = append(out, one)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int {
		x, _ := r.Stat(a) // both were there a moment ago
		y, _ := r.Stat(b)
		return y.ModTime.Compare(x.ModTime)
	})
	return out
}

// relink lets a link lead to the youngest of what lies where it led.
func relink(f *sysinfo.Facts, x Fix, link, to, rest string) Fix {
	full := to
	if !path.IsAbs(to) {
		full = path.Join(path.Dir(link), to)
	}
	all := besides(f.Host.Root, full, rest)
	if len(all) == 0 {
		return x.Tell("Let the link lead to what should run (ls -l %s shows what there is): ln -sfn FOLDER %s", path.Dir(full), link)
	}
	x.Undo = fmt.Sprintf("ln -sfn %s %s", sh(to), sh(link))
	if len(all) > 1 {
		x = x.Tell("%d releases lie in %s; this is the youngest. Take another if you know better", len(all), path.Dir(full))
	}
	return x.Do("Let the link lead to the release that is there", "ln -sfn %s %s", sh(all[0]), sh(link))
}
