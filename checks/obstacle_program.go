package checks

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// notFound are the words of env, shells and supervisord for a program that is not on this machine, or not where they look.
var notFound = []pattern{
	whenAsked(`\benv: ['"‘]?([\w./+-]+)['"’]?: No such file or directory`),
	whenAsked(`^\S+: (?:line )?\d+: (?:exec: )?([\w./+-]+): (?:command )?not found$`),
	whenAsked(`can't find command '([\w./+-]+)'`),
}

// endOfWindows is env's word for an interpreter whose name ends in a carriage return.
var endOfWindows = whenAsked(`\benv: ['"‘]?[\w./+-]+(?:\\r|\r)['"’]?: No such file`)

// programMissing: what starts the app, a script, its first line or env, calls a program that is not where they look for it.
func programMissing(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if !fails(u) {
		return nil
	}
	lines, _ := f.Words(ctx, u) // supervisord's word for its state may tell alone
	lines = slices.Clone(recent(lines))
	lines = append(lines, sysinfo.JournalLine{Text: u.StatusText, Source: u.Status()})
	for _, l := range reversed(lines) {
		if endOfWindows.MatchString(l.Text) {
			if o := noInterpreter(f, firstWord(u.Exec)); o != nil {
				return o
			}
		}
		for _, re := range notFound {
			m := re.FindStringSubmatch(strings.TrimSpace(l.Text))
			if m == nil {
				continue
			}
			o := &obstacle{where: execPlace(f, u), says: fmt.Sprintf("%s, which it calls, is not there", m[1]), evidence: []Evidence{{Source: l.Source, Text: strings.TrimSpace(l.Text), Time: l.Time}}}
			if at, missing, other, say := namesNode(f, u, path.Base(m[1])); missing != "" {
				o.where, o.evidence = at.Place, append(o.evidence, unitLineSays(f, at))
				return anotherNode(f, u, o, missing, other, say)
			}
			return callInstead(f, u, o, m[1])
		}
	}
	return nil
}

// callInstead names the program that is here where a missing one is called.
func callInstead(f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, missing string) *obstacle {
	right := programHere(f.Host.Root, missing)
	at, inUnit := calledAt(f, u, missing)
	if at.Known() {
		o.where = at
		o.evidence = append(o.evidence, lineOf(f.Host.Root, at))
	}
	if !at.Known() && u.Manager == "" {
		return nil // what calls it is not one of its own files, or was mended since
	}
	if right == "" || !at.Known() {
		o.clear = func(x Fix) Fix {
			return x.Tell("Install %s, or let %s call the program that should run", path.Base(missing), o.where)
		}
		return o
	}
	was, line := missing, configLine(f.Host.Root, at)
	for _, env := range []string{"/usr/bin/env " + missing, "/bin/env " + missing} {
		if strings.Contains(line, env) {
			was = env
			break
		}
	}
	o.clear = func(x Fix) Fix {
		edit, undo := replacePath(f.Host.Root, at, was, right)
		x.Undo = undo
		x = x.Do(fmt.Sprintf("Name %s, which is here", right), "%s", edit)
		if inUnit {
			x.Undo += "; systemctl daemon-reload"
			x = daemonReload(x)
		}
		return x
	}
	return o
}

// calledAt is the line that calls a program: of the unit, of a script that it starts, or the first of the program.
func calledAt(f *sysinfo.Facts, u sysinfo.Unit, word string) (at sysinfo.Place, inUnit bool) {
	for _, l := range reversed(f.UnitLines(u)) {
		if strings.HasPrefix(l.Key, "Exec") && wholePath(word).MatchString(" "+l.Value) && strings.HasPrefix(l.File, "/etc/") {
			return l.Place, true
		}
	}
	program, _, _ := strings.Cut(u.Exec, " ")
	for _, file := range append(scripts(f, u), program) {
		if strayLink(f.Host.Root, file) {
			continue
		}
		b, err := f.Host.Root.ReadFile(file)
		if err != nil || len(b) > 64<<10 || !bytes.HasPrefix(b, []byte("#!")) {
			continue
		}
		at := sysinfo.Place{File: file}
		for line := range strings.Lines(string(b)) {
			if at.Line++; wholePath(word).MatchString(" "+line) && (at.Line == 1 || !strings.HasPrefix(strings.TrimSpace(line), "#")) {
				return at, false
			}
		}
	}
	return sysinfo.Place{}, false
}

// programHere is a program of that name in one of the usual folders: Python and Node have more names than one.
func programHere(r sysinfo.Root, name string) string {
	names := []string{path.Base(name)}
	switch stem := strings.TrimRight(names[0], "0123456789."); stem {
	case "python":
		if strings.HasPrefix(names[0], "python2") { // what is written for it does not run in Python 3
			return ""
		}
		names = append(names, "python3")
	case "node", "nodejs":
		names = append(names, "node", "nodejs")
	}
	for _, n := range names {
		for _, dir := range []string{"/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"} {
			if file := path.Join(dir, n); file != name && r.Exists(file) {
				return file
			}
		}
	}
	return ""
}

// interpreterGone: the first line of a script names an interpreter that is not on this machine. The kernel says of the script itself,
// which is there, that it is not.
func interpreterGone(f *sysinfo.Facts, program string) *obstacle {
	b, err := f.Host.Root.ReadFile(program)
	line, _, _ := strings.Cut(string(b), "\n")
	words := strings.Fields(strings.TrimPrefix(line, "#!"))
	if err != nil || !strings.HasPrefix(line, "#!") || len(words) == 0 || !path.IsAbs(words[0]) || f.Host.Root.Exists(words[0]) {
		return nil
	}
	at := sysinfo.Place{File: program, Line: 1}
	o := &obstacle{where: at, says: fmt.Sprintf("the interpreter of %s, %s, does not exist", program, words[0]), evidence: []Evidence{lineOf(f.Host.Root, at)}}
	if !theSystems(path.Dir(words[0])) {
		env := path.Dir(path.Dir(words[0]))
		if link, to := danglingOn(f.Host.Root, words[0]); link != "" {
			o.evidence = append(o.evidence, Evidence{Source: "ls -l " + words[0], Text: link + " -> " + to})
		}
		if near := path.Join(path.Dir(program), path.Base(words[0])); f.Host.Root.Exists(near) { // it was moved as a whole
			o.clear = func(x Fix) Fix { return movedHere(x, path.Dir(words[0]), path.Dir(program)) }
			return o
		}
		o.clear = func(x Fix) Fix {
			return x.Tell("The virtual environment %s was made for a Python that is gone: make it anew (python3 -m venv --clear %s) and install the app's packages in it (pip install -r requirements.txt), as the user who owns it", env, sh(env))
		}
		return o
	}
	right := programHere(f.Host.Root, words[0])
	o.clear = func(x Fix) Fix {
		if right == "" {
			return x.Tell("Install %s, or name another interpreter at %s", words[0], at)
		}
		x.Undo = setLine(f.Host.Root, at, line)
		return x.Do(fmt.Sprintf("Name %s, which is here", right), "%s", replace(f.Host.Root, at, words[0], right))
	}
	return o
}

// movedHere lets the programs of a virtual environment that was moved name the interpreter that moved with them: pip writes its whole path into the
// first line of each.
func movedHere(x Fix, was, is string) Fix {
	if !plainPath.MatchString(was) || !plainPath.MatchString(is) {
		return x.Tell("The virtual environment was moved, and its programs name the place where it was: write %s for %s into their first lines", is, was)
	}
	lines := func(from, to string) string {
		return fmt.Sprintf("grep -lIZ '^#!%s/' %s/* | xargs -0r sed -i '1s#%s/#%s/#'", from, is, from, to)
	}
	x.Undo = lines(is, was)
	return x.Do("The virtual environment was moved with all that is in it: let the first lines of its programs name the place where it is", "%s", lines(was, is))
}
