package checks

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// Supervisord ends at its start over one wrong line of any program (supervisor/options.py): none of them runs then.
var (
	keeperError  = whenAsked(`^Error: (.+)$`)
	keeperFile   = whenAsked(`\(file: '([^']+)'\)|in (?:file )?'?(/[^\s':]+)'?`)
	keeperKey    = whenAsked(`section '?\[?([^\s'\]]+)`)
	keeperNoUser = whenAsked(`Invalid user name (\S+)`)
	keeperFormat = whenAsked(`for '(?:[^']*\.)?(\w+)' is badly formatted`)
	keeperMany   = whenAsked(`^\s*numprocs\s*=`)
	keeperNoDir  = whenAsked(`The directory named as part of the path (\S+) does not exist`)
)

// keeperRefuses: supervisord itself does not start, and says which line it does not take.
func keeperRefuses(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if u.Keeper == "" || u.Manager != "supervisorctl %s" {
		return nil
	}
	var said *sysinfo.JournalLine
	for _, unit := range supervisors() {
		lines, err := f.Journal(ctx, unit)
		for i := len(lines) - 1; err == nil && said == nil && i >= 0 && !strings.Contains(lines[i].Text, "supervisord started with pid"); i-- {
			if keeperError.MatchString(strings.TrimSpace(lines[i].Text)) {
				said = &lines[i]
			}
		}
	}
	if said == nil {
		return nil
	}
	text := strings.TrimPrefix(strings.TrimSpace(said.Text), "Error: ")
	o := &obstacle{says: "supervisord itself does not start: " + text, where: keeperPlace(f, u, text), evidence: []Evidence{{Source: "journalctl -u supervisor", Text: said.Text, Time: said.Time}}}
	o.clear = func(x Fix) Fix { return clearKeeper(ctx, f, u, o, text, x) }
	return o
}

// keeperPlace is the line that supervisord complains of: the setting with the value it names, in the file it names.
func keeperPlace(f *sysinfo.Facts, u sysinfo.Unit, text string) sysinfo.Place {
	file, value := u.Fragment, ""
	if m := keeperFile.FindStringSubmatch(text); m != nil {
		file = m[1] + m[2]
	}
	for _, re := range []pattern{keeperNoUser, keeperNoDir} {
		if m := re.FindStringSubmatch(text); m != nil {
			value = m[1]
		}
	}
	b, err := f.Host.Root.ReadFile(file)
	if err != nil {
		return sysinfo.Place{File: u.Fragment}
	}
	at, n := sysinfo.Place{File: file}, 0
	section := ""
	if m := keeperKey.FindStringSubmatch(text); m != nil {
		section = m[1]
	}
	for line := range strings.Lines(string(b)) {
		n++
		line = strings.TrimSpace(line)
		_, has, set := strings.Cut(line, "=")
		switch {
		case value != "" && set && strings.TrimSpace(has) == value:
			return sysinfo.Place{File: file, Line: n}
		case section != "" && line == "["+section+"]":
			at.Line = n
		case strings.Contains(text, "[line "+fmt.Sprintf("%2d", n)+"]"), strings.Contains(text, "[line "+strconv.Itoa(n)+"]"):
			at.Line = n
		}
	}
	return at
}

func clearKeeper(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, text string, x Fix) Fix {
	if o.where.Line > 0 {
		o.evidence = append(o.evidence, lineOf(f.Host.Root, o.where))
	}
	if m := keeperNoUser.FindStringSubmatch(text); m != nil && plainName(m[1]) == m[1] {
		x.Undo = "userdel " + sh(m[1])
		team := ""
		if users, err := f.Users(ctx); err == nil {
			if _, ok := users.GID(m[1]); ok {
				team = " --gid " + sh(m[1])
			}
		}
		return x.Do("Make the user again, as one that nobody can log in as", "useradd --system --no-create-home --shell /usr/sbin/nologin%s %s", team, sh(m[1]))
	}
	if m := keeperNoDir.FindStringSubmatch(text); m != nil && path.IsAbs(m[1]) {
		dir := path.Dir(path.Clean(m[1]))
		x.Undo = "rmdir " + sh(dir)
		return x.Do("Make the folder for its log again", "mkdir -p %s", sh(dir))
	}
	if m := keeperFormat.FindStringSubmatch(text); m != nil {
		if w, ok := lastLineWith(f, o.where.File, regexp.MustCompile(`^\s*`+regexp.QuoteMeta(m[1])+`\s*=.*%`), ";", "#"); ok {
			o.where = w.place
			file := sh(realFile(f.Host.Root, w.place.File))
			x.Undo = fmt.Sprintf("sed -i '%ds/%%%%/%%/g' %s", w.place.Line, file)
			return x.Do("A sign % by itself is written twice there", `sed -i '%ds/%%\([^(%%]\)/%%%%\1/g' %s`, w.place.Line, file)
		}
	}
	if strings.Contains(text, "numprocs > 1") {
		if w, ok := lastLineWith(f, o.where.File, keeperMany, ";", "#"); ok {
			o.where = w.place
			x.Undo = setLine(f.Host.Root, w.place, configLine(f.Host.Root, w.place))
			return x.Do("Start one: several need a name each, and cannot share a port", "%s", setLine(f.Host.Root, w.place, "numprocs=1"))
		}
	}
	if section := strangersSection(f, u, o.where.File); section != "" {
		aside := o.where.File + ".off"
		x.Undo = fmt.Sprintf("mv %s %s", sh(aside), sh(o.where.File))
		return x.Do(fmt.Sprintf("Set %s aside until %s is corrected: no program runs meanwhile for its sake", section, o.where.File), "mv %s %s", sh(o.where.File), sh(aside))
	}
	return x.Tell("Correct %s: %s", o.where, text)
}

// strangersSection is the only program of the file that supervisord complains of, when it is another one than the one in question:
// set aside, it harms nobody, for it does not run either.
func strangersSection(f *sysinfo.Facts, u sysinfo.Unit, file string) string {
	b, err := f.Host.Root.ReadFile(file)
	if err != nil || file == u.Fragment || !strings.Contains(file, "/conf.d/") && !strings.Contains(file, "supervisord.d/") || f.Host.Root.Exists(file+".off") {
		return ""
	}
	var sections []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "[") {
			sections = append(sections, strings.Trim(line, "[]"))
		}
	}
	if len(sections) != 1 || !strings.HasPrefix(sections[0], "program:") {
		return ""
	}
	return sections[0]
}
