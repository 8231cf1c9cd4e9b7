package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

// noWay: the folder or program that a unit names is not there, or its user may not get to it.
func noWay(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, name, key string, bits uint16) *obstacle {
	if !path.IsAbs(name) {
		return nil
	}
	l, set := setBy(f, u, key)
	o := &obstacle{where: sysinfo.Place{File: u.Fragment}}
	if set {
		o.where, o.evidence = l.Place, []Evidence{unitLineSays(f, l)}
	}
	if _, err := f.Host.Root.Stat(name); err != nil {
		return gone(f, u, o, l, name)
	}
	if i, err := f.Host.Root.Stat(name); err == nil && strings.HasPrefix(key, "ExecStart") && i.Mode.Perm()&0o111 == 0 {
		o.where, o.says = sysinfo.Place{File: name}, name+" is not executable"
		o.clear = func(x Fix) Fix {
			x.Undo = "chmod -x " + sh(name)
			return x.Do("Let it be run", "chmod +x %s", sh(name))
		}
		return o
	}
	return shutOut(ctx, f, u, o, name, bits)
}

// gone: something on the way is missing. A link that leads nowhere is set to the newest folder beside its old target that
// has what the service needs; a folder that was moved is named by its new name.
func gone(f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, l sysinfo.UnitLine, name string) *obstacle {
	missing, rest := firstMissing(f.Host.Root, name)
	if missing == "" {
		return nil
	}
	o.says = missing + " does not exist"
	if link, to := danglingOn(f.Host.Root, name); link != "" {
		if right := programHere(f.Host.Root, name); right != "" && link == name && strings.HasPrefix(l.Key, "ExecStart") {
			o.where, o.says = sysinfo.Place{File: link}, fmt.Sprintf("the link %s leads to %s, which does not exist", link, missing)
			o.evidence = append(o.evidence, Evidence{Source: "ls -l " + link, Text: link + " -> " + to})
			o.clear = func(x Fix) Fix {
				x.Undo = fmt.Sprintf("ln -sfn %s %s", sh(to), sh(link))
				return x.Do(fmt.Sprintf("Let it lead to %s, which is here (or bring %s back, and skip this)", right, missing), "ln -sfn %s %s", sh(right), sh(link))
			}
			return o
		}
		return danglingRelease(f, u, o, link, to, missing, rest)
	}
	if o := backToRelease(f, o, name); o != nil {
		return o
	}
	if other, say := nodeHere(f.Host.Root, missing, rest); other != "" && wholePath(missing).MatchString(l.Value) {
		return anotherNode(f, u, o, missing, other, say)
	}
	near := beside(f, u, missing, rest, missing)
	other := near.path
	named := l.Known() && wholePath(missing).MatchString(l.Value)
	if l.Key != "WorkingDirectory" && (other == "" || !named) {
		return program(f, o, l, name)
	}
	if !near.sure || !named {
		if other != "" {
			other += "?"
		}
		o.clear = func(x Fix) Fix {
			return x.Tell("Bring %s back; or name another folder in %s that has what the service needs%s", missing, u.Fragment, bracketed(other))
		}
		return o
	}
	if strings.HasPrefix(path.Base(other), path.Base(missing)+".") { // moved aside: .old, .bak
		o.clear = func(x Fix) Fix {
			x.Undo = fmt.Sprintf("mv -nT %s %s", sh(missing), sh(other))
			return x.Do(fmt.Sprintf("Put it back: it was moved to %s", other), "mv -nT %s %s", sh(other), sh(missing))
		}
		return o
	}
	o.clear = func(x Fix) Fix { return rename(f, u, x, missing, other) }
	return o
}

// danglingRelease: a link on the way leads to nothing. It is set to the newest release that has what the service needs.
func danglingRelease(f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, link, to, missing, rest string) *obstacle {
	o.where = sysinfo.Place{File: link}
	o.says = fmt.Sprintf("the link %s leads to %s, which does not exist", link, to)
	o.evidence = append(o.evidence, Evidence{Source: "ls -l " + link, Text: link + " -> " + to})
	near := beside(f, u, missing, rest, link)
	if release := newestBeside(f.Host.Root, missing, strings.TrimPrefix(rest, "/")); near.path == "" && release != "" && ofReleases(link, missing) {
		near = neighbour{release, rest != ""}
	}
	other := near.path
	if other == "" {
		return nil
	}
	if !path.IsAbs(to) {
		other = path.Join(path.Dir(to), path.Base(other))
	}
	o.clear = func(x Fix) Fix {
		if !near.sure {
			return x.Tell("Bring %s back; or let the link %s lead to another folder that has what the service needs (%s?)", missing, link, near.path)
		}
		x.Undo = fmt.Sprintf("ln -sfn %s %s", sh(to), sh(link))
		return x.Do(fmt.Sprintf("Let the link lead to %s, the newest that is there and has what the service needs (or bring %s back, and skip this)", other, path.Base(to)), "ln -sfn %s %s", sh(other), sh(link))
	}
	return o
}

// rename has a unit name another folder, wherever it named the one that is gone.
func rename(f *sysinfo.Facts, u sysinfo.Unit, x Fix, missing, other string) Fix {
	say := fmt.Sprintf("Name %s instead, which is there and has what the service needs (or bring the old one back, and skip this)", other)
	var undo []string
	for _, l := range f.UnitLines(u) {
		if wholePath(missing).MatchString(configLine(f.Host.Root, l.Place)) {
			edit, back := replacePath(f.Host.Root, l.Place, missing, other)
			x = x.Do(say, "%s", edit)
			undo, say = append(undo, back), "The same here"
		}
	}
	if len(undo) == 0 { // a command that goes on over several lines
		x = x.Tell("Name %s instead of %s in %s, if it is what the service needs; or bring %s back", other, missing, u.Fragment, missing)
	}
	x.Undo = undoAll(append([]string{"systemctl daemon-reload"}, undo...))
	return daemonReload(x)
}

// program: the program was moved to another of the usual folders, or its name is misspelt.
func program(f *sysinfo.Facts, o *obstacle, l sysinfo.UnitLine, name string) *obstacle {
	if !strings.HasPrefix(l.Key, "ExecStart") || !strings.HasPrefix(l.File, "/etc/") || !strings.Contains(configLine(f.Host.Root, l.Place), name) { // %h/bin/app, or in a line below
		return nil
	}
	var others []string
	for _, dir := range []string{"/usr/local/bin", "/usr/bin", "/usr/sbin", "/usr/local/sbin", "/opt/" + path.Base(name) + "/bin"} {
		others = append(others, path.Join(dir, path.Base(name)))
	}
	if names, err := f.Host.Root.ReadDir(path.Dir(name)); err == nil { // a slip of the pen
		if meant := spelling.Closest(path.Base(name), names); meant != "" && len(path.Base(name)) > 4 {
			others = append(others, path.Join(path.Dir(name), meant))
		}
	}
	for _, other := range append(others, movedTo(f.Host.Root, name)) {
		if other == name || other == "" || !f.Host.Root.Exists(other) {
			continue
		}
		o.clear = func(x Fix) Fix {
			x.Undo = replace(f.Host.Root, l.Place, other, name) + "; systemctl daemon-reload"
			return daemonReload(x.Do(fmt.Sprintf("Name %s, the one that is here", other), "%s", replace(f.Host.Root, l.Place, name, other)))
		}
		return o
	}
	o.clear = func(x Fix) Fix {
		return x.Tell("Bring %s back (from the last deploy, a backup, or the package that had it), or name at %s what should run", name, l.Place)
	}
	return o
}
