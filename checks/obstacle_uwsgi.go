package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

var (
	goodbye     = whenAsked(`workers have been inactive for more than (\d+) seconds`)
	dieOnIdle   = whenAsked(`^\s*die-on-idle\s*[=:]`)
	noEncodings = whenAsked(`No module named 'encodings'`)
	homeLine    = whenAsked(`^\s*(?:virtualenv|venv|home|pyhome)\s*[=:]\s*(/\S+)`)
)

// uwsgiRefuses: uWSGI ends at its start over a line of its own file.
func uwsgiRefuses(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	m := uwsgiFile.FindStringSubmatch(u.Exec)
	lines, err := f.Words(ctx, u)
	if err != nil || m == nil || !strings.Contains(u.Exec, "uwsgi") || !path.IsAbs(m[1]) {
		return nil
	}
	for _, l := range reversed(recent(lines)) {
		said := Evidence{Source: l.Source, Text: strings.TrimSpace(l.Text), Time: l.Time}
		if gone := goodbye.FindStringSubmatch(l.Text); gone != nil {
			return uwsgiIdle(f, m[1], gone[1], said)
		}
		if w, ok := lastLineWith(f, m[1], homeLine, "#", ";"); noEncodings.MatchString(l.Text) && ok && !f.Host.Root.Exists(path.Join(w.match[1], "bin")) {
			return &obstacle{where: w.place, says: fmt.Sprintf("the virtual environment %s does not exist", w.match[1]), evidence: []Evidence{said, lineOf(f.Host.Root, w.place)}, clear: func(x Fix) Fix {
				if here := environmentBeside(f.Host.Root, w.match[1]); here != "" {
					x.Undo = replace(f.Host.Root, w.place, here, w.match[1])
					return x.Do("Name the virtual environment that is there", "%s", replace(f.Host.Root, w.place, w.match[1], here))
				}
				return x.Tell("Name the virtual environment that is there at %s; or make it anew (python3 -m venv %s) and install the app's packages in it, as the user who owns it", w.place, sh(w.match[1]))
			}}
		}
	}
	return nil
}

// environmentBeside is the only virtual environment of Python's in the folder of one that is gone (pyvenv.cfg marks it: PEP 405).
func environmentBeside(r sysinfo.Root, gone string) string {
	dir := path.Dir(path.Clean(gone))
	names, _ := r.ReadDir(dir) // not there: nothing is beside it
	found := ""
	for _, name := range names {
		env := path.Join(dir, name)
		if !r.Exists(env+"/pyvenv.cfg") || !r.Exists(env+"/bin/python") || !plainPath.MatchString(env) {
			continue
		}
		if found != "" {
			return ""
		}
		found = env
	}
	return found
}

// emperorShut: the folder of an Emperor's vassals is closed to the user that it runs as.
func emperorShut(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	dir := f.Emperor(u)
	lines, err := f.Words(ctx, u)
	if err != nil || dir == "" {
		return nil
	}
	said := lastSaid(recent(lines), emperorDenied)
	if said == nil {
		return nil
	}
	o := &obstacle{where: sysinfo.Place{File: dir}, evidence: []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}}}
	if o = shutOut(ctx, f, u, o, dir, 5); o == nil {
		return nil
	}
	i, err := f.Host.Root.Stat(dir)
	_, group := servedBy(ctx, f, u)
	if users, err2 := f.Users(ctx); err == nil && err2 == nil && i.UID == 0 && onlyRoots(f.Host.Root, dir) {
		o.clear = func(x Fix) Fix {
			x.Undo = fmt.Sprintf("chgrp %s %s && chmod %04o %s", sh(users.Group(i.GID)), sh(dir), i.Mode.Perm(), sh(dir))
			return x.Do("Let the Emperor's group read its own folder, and nobody else", "chgrp %s %s && chmod g+rx %s", sh(group), sh(dir), sh(dir))
		}
	}
	return o
}

var emperorDenied = whenAsked(`(?:chdir|opendir|glob|open)\(\)(?: error)?: Permission denied \[core/emperor\.c`)

// uwsgiIdle: uWSGI ended itself since nobody came for some time (die-on-idle). That is for an app that something starts again when
// somebody comes: an Emperor, a socket of systemd's.
func uwsgiIdle(f *sysinfo.Facts, file, seconds string, said Evidence) *obstacle {
	w, ok := lastLineWith(f, file, dieOnIdle, "#", ";")
	if !ok {
		return nil
	}
	return &obstacle{where: w.place, says: fmt.Sprintf("it ends itself when nobody comes for %s seconds, and nothing starts it again", seconds), evidence: []Evidence{said, lineOf(f.Host.Root, w.place)}, clear: func(x Fix) Fix {
		x.Undo = setLine(f.Host.Root, w.place, configLine(f.Host.Root, w.place))
		return x.Do("Let it stay when nobody comes", "%s", commentOut(f.Host.Root, w.place))
	}}
}

// pluginGone: uWSGI ended at its start because a plugin that it names is not installed.
func pluginGone(f *sysinfo.Facts, l *live, u sysinfo.Unit, lines []sysinfo.JournalLine, found *Finding) bool {
	if !strings.Contains(u.Exec, "uwsgi") {
		return false
	}
	for _, line := range reversed(recent(lines)) {
		m := pluginMissing.FindStringSubmatch(line.Text)
		if m == nil {
			continue
		}
		found.Summary += fmt.Sprintf("; uWSGI has no plugin %s here", m[1])
		found.Evidence = append([]Evidence{{Source: line.Source, Text: strings.TrimSpace(line.Text), Time: line.Time}}, found.Evidence...)
		setPlugin(f, l, u, found, m[1])
		return true
	}
	return false
}
