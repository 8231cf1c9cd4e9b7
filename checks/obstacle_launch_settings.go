package checks

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// settingsGone puts the file of settings back from a copy, or names the one that it was renamed to.
func (l launcher) settingsGone(f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, file string) *obstacle {
	r := f.Host.Root
	v := u
	if b, err := r.ReadFile(l.script); err == nil {
		v.Exec = string(b) // the variables that it takes from there
	}
	copied, other := copyOf(r, file), renamedEnvironment(f, v, file)
	at := o.where
	o.clear = func(x Fix) Fix {
		switch {
		case copied != "":
			x.Undo = "rm " + sh(file)
			return x.Do(fmt.Sprintf("Put %s back from the copy beside it", path.Base(file)), "cp -anT %s %s", sh(copied), sh(file))
		case other != "":
			edit, undo := replacePath(r, at, file, other)
			x.Undo = undo
			return x.Do("Name the file of settings that lies there: "+other, "%s", edit)
		}
		return x.Tell("%s holds settings of the app (passwords, addresses): put it back from a backup or the last deploy, or correct its name at %s", file, at)
	}
	return o
}

// unset: the script takes a variable that nobody has given a value (set -u). A line of its settings that sets it may only be switched off.
func (l launcher) unset(f *sysinfo.Facts, o *obstacle, name string) *obstacle {
	r := f.Host.Root
	o.says = fmt.Sprintf("its script takes the variable %s, which nothing sets", name)
	if len(l.files) > 0 {
		o.where = sysinfo.Place{File: l.files[len(l.files)-1]}
	}
	for at, line := range linesIn(r, l.files...) {
		line = strings.TrimSpace(line)
		on := strings.TrimLeft(line, "#; ")
		m := anySetting.FindStringSubmatch(strings.TrimPrefix(on, "export "))
		switch {
		case m == nil || m[1] != name:
			continue
		case on == line:
			return nil // it was given one since
		}
		o.where, o.evidence = at, append(o.evidence, lineOf(r, at))
		o.clear = func(x Fix) Fix {
			x.Undo = setLine(r, at, line)
			return x.Do("Switch the line on that sets it", "%s", setLine(r, at, on))
		}
		return o
	}
	o.clear = func(x Fix) Fix {
		return x.Tell("Give %s its value again in %s, as it was before the last change: only the app's owner knows it", name, o.where)
	}
	return o
}

// unquoted: a value of several words stands in a file of settings without quotes, so that the shell takes the second for a command.
func unquoted(f *sysinfo.Facts, o *obstacle, line string) *obstacle {
	m := anySetting.FindStringSubmatch(strings.TrimPrefix(strings.TrimSpace(line), "export "))
	if m == nil || !strings.Contains(strings.TrimSpace(m[2]), " ") || strings.ContainsAny(m[2], "\"'`$\\#;&|<>()") {
		return nil
	}
	o.says = fmt.Sprintf("the value of %s has spaces and no quotes, and the shell takes what comes behind the first for a command", m[1])
	at, was := o.where, line
	o.clear = func(x Fix) Fix {
		x.Undo = setLine(f.Host.Root, at, was)
		return x.Do("Put the value in quotes", "%s", setLine(f.Host.Root, at, strings.Replace(was, m[2], `"`+strings.TrimSpace(m[2])+`"`, 1)))
	}
	return o
}

// windowsSettings: a sourced file has the line ends of Windows, and the shell makes them a part of every value.
func windowsSettings(f *sysinfo.Facts, at sysinfo.Place, file string) *obstacle {
	b, err := f.Host.Root.ReadFile(file)
	if err != nil || !bytes.Contains(b, []byte("\r\n")) {
		return nil
	}
	return &obstacle{where: sysinfo.Place{File: file}, says: file + " has the line ends of Windows, and the shell takes them for a part of every value",
		evidence: []Evidence{lineOf(f.Host.Root, at), {Source: file, Text: "lines end in \\r\\n"}},
		clear:    func(x Fix) Fix { return unixEnds(x, file) }}
}
