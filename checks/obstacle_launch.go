package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

var (
	// shellSaid is how a shell names the line of a script at which it fails: bash says "start.sh: line 7: …", dash "start.sh: 7: …".
	shellSaid = whenAsked(`^(\S+): (?:line )?(\d+): (.+)$`)
	sourcing  = whenAsked(`(?:^|[;&{(]|\b(?:then|do|else)\b)\s*(?:\.|source)\s+["']?([^\s"';&)}]+)`)

	noSuchFolder = whenAsked(`^cd: (?:can't cd to )?([^:]+)(?:: No such file or directory)?$`)
	noValue      = whenAsked(`^(\w+): (?:unbound variable|parameter not set)`)
	noSuchFile   = whenAsked(`^(?:\.: )?(?:cannot open |can't open '?)?(/[^:']+)'?(?:: cannot execute)?: No such file`)
	badSyntax    = whenAsked(`(?i)syntax error|unexpected|Bad substitution`)
	noCommand    = whenAsked(`: (?:command )?not found$`)
)

// A launcher is a shell script that a unit starts, and the files of settings that it sources.
type launcher struct {
	script  string
	sources []sysinfo.Place // where it names each file
	files   []string        // the files, one for each place
}

// launchers are the shell scripts of a unit's own.
func launchers(f *sysinfo.Facts, u sysinfo.Unit) []launcher {
	var out []launcher
	for _, script := range scripts(f, u) {
		l, folder := launcher{script: script}, u.Folder()
		for at, line := range linesIn(f.Host.Root, script) {
			if m := sourcing.FindStringSubmatch(line); m != nil && !strings.ContainsAny(m[1], "$*`") {
				file := m[1]
				if !path.IsAbs(file) {
					file = path.Join("/", folder, file)
				}
				l.sources, l.files = append(l.sources, at), append(l.files, file)
			}
			if dir, ok := strings.CutPrefix(strings.TrimSpace(line), "cd "); ok && path.IsAbs(strings.Trim(dir, `"'`)) {
				folder = strings.Trim(dir, `"'`)
			}
		}
		out = append(out, l)
	}
	return out
}

// neverCame says that what starts a program of the admin's failed before the program was there: a script at a line of its own, or env and the shell, which found no
// such program (status 127, env(1), sh(1)).
func neverCame(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) bool {
	return u.CodeKind == "exited" && u.ExitCode == 127 || launchFails(ctx, f, u) != nil
}

// meant is the file that a shell names in its words: the script, or what it sources.
func (l launcher) meant(name string) string {
	for _, file := range append([]string{l.script}, l.files...) {
		if file == name || !path.IsAbs(name) && path.Base(file) == path.Base(name) {
			return file
		}
	}
	return ""
}

// launchFails: the script that starts the app fails at a line of its own, or of the settings that it sources, before the app is there.
func launchFails(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if !fails(u) {
		return nil
	}
	all := launchers(f, u)
	for _, l := range all {
		for i, file := range l.files {
			if o := windowsSettings(f, l.sources[i], file); o != nil {
				return o
			}
		}
	}
	lines, err := f.Words(ctx, u)
	if err != nil || len(all) == 0 {
		return nil
	}
	for _, said := range reversed(recent(lines)) {
		m := shellSaid.FindStringSubmatch(strings.TrimSpace(said.Text))
		if m == nil {
			continue
		}
		for _, l := range all {
			if file := l.meant(m[1]); file != "" {
				n, _ := strconv.Atoi(m[2]) // digits
				o := &obstacle{where: sysinfo.Place{File: file, Line: n}, evidence: []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}}}
				return l.fails(f, u, o, m[3])
			}
		}
	}
	return nil
}

// fails tells what a shell's words mean at a place; nil where that is another's to tell, or the line was corrected since.
func (l launcher) fails(f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, words string) *obstacle {
	r := f.Host.Root
	line := configLine(r, o.where)
	o.evidence = append(o.evidence, lineOf(r, o.where))
	switch {
	case noValue.MatchString(words):
		return l.unset(f, o, noValue.FindStringSubmatch(words)[1])
	case o.where.File != l.script && noCommand.MatchString(words):
		return unquoted(f, o, line)
	case strings.HasPrefix(words, "cd: "):
		m := noSuchFolder.FindStringSubmatch(words)
		if m == nil || r.Exists(m[1]) {
			return nil
		}
		o.says = fmt.Sprintf("its script goes to %s, which is not there", m[1])
		return l.elsewhere(f, u, o, m[1], true)
	case sourcing.MatchString(line):
		m := noSuchFile.FindStringSubmatch(words)
		if m == nil || r.Exists(m[1]) {
			return nil
		}
		o.says = fmt.Sprintf("%s, from which its script takes its settings, is not there", m[1])
		return l.settingsGone(f, u, o, m[1])
	case noSuchFile.MatchString(words):
		m := noSuchFile.FindStringSubmatch(words)
		if r.Exists(m[1]) {
			return nil
		}
		o.says = fmt.Sprintf("%s, which its script calls, is not there", m[1])
		return l.elsewhere(f, u, o, m[1], false)
	case badSyntax.MatchString(words) && !strings.HasPrefix(words, "warning:"):
		o.says = "the shell cannot read a line of it: " + shorten(words)
		o.clear = func(x Fix) Fix {
			return x.Tell("Correct %s: the shell reads no further (bash -n %s shows what it cannot read)", o.where, sh(o.where.File))
		}
		return o
	}
	return nil
}

// elsewhere lets a line of the script name what lies beside the folder or program that is gone.
func (l launcher) elsewhere(f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, gone string, folder bool) *obstacle {
	r := f.Host.Root
	at := l.names(r, gone)
	if at.Known() && at != o.where {
		o.where, o.evidence = at, append(o.evidence, lineOf(r, at))
	}
	v := u // the app is what the script ends with
	v.Exec = strings.TrimPrefix(l.last(r), "exec ")
	if folder {
		v.Exec = strings.ReplaceAll(" "+v.Exec, " ./", " "+gone+"/")
	}
	missing, rest := firstMissing(r, gone)
	to := ""
	if missing != "" {
		if near := beside(f, v, missing, rest, missing); near.sure {
			to = near.path + rest
		}
	}
	if to == "" && !folder {
		to = programHere(r, gone)
	}
	if to == "" || !at.Known() {
		what := "the folder of the app"
		if !folder {
			what = "the program that should run, or install it"
		}
		o.clear = func(x Fix) Fix { return x.Tell("Let %s name %s: %s is not there", o.where, what, gone) }
		return o
	}
	o.clear = func(x Fix) Fix {
		edit, undo := replacePath(r, at, gone, to)
		x.Undo = undo
		return x.Do(fmt.Sprintf("Name %s, which is here", to), "%s", edit)
	}
	return o
}

// names is the last line of the script, or of what it sources, that has a path: it may come from a variable.
func (l launcher) names(r sysinfo.Root, name string) (at sysinfo.Place) {
	for p, line := range linesIn(r, append(slices.Clone(l.files), l.script)...) {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") && wholePath(name).MatchString(" "+line) {
			at = p
		}
	}
	return at
}

// last is the script's last command.
func (l launcher) last(r sysinfo.Root) (last string) {
	for _, line := range linesIn(r, l.script) {
		if s := strings.TrimSpace(line); s != "" && s[0] != '#' {
			last = s
		}
	}
	return last
}
