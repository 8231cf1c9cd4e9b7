package sysinfo

import (
	"path"
	"strings"

	"fix502/sysinfo/late"
)

var (
	emperorFlag = late.New(`--emperor[= ](\S+)`)
	emperorLine = late.New(`(?m)^[ \t]*emperor[ \t]*[=:][ \t]*(\S+)`)
	readsIni    = late.New(`\[uWSGI\] getting (?:INI|YAML|XML|JSON) configuration from (\S+)`)
	ofVassal    = late.New(`\[emperor[^\]]*\] .*?(?:vassal|instance)\s+(\S+)`)
)

// Emperor is the folder whose files a service keeps as vassals, each a program of its own: a uWSGI that is an Emperor, by its command or by the file that its
// command names (uwsgi-docs, Emperor.rst). Empty for all others.
func (f *Facts) Emperor(u Unit) string {
	if !strings.Contains(u.Exec, "uwsgi") || u.Within() != "" {
		return ""
	}
	dir, _ := Memo(f, "vassals of "+u.Name+" "+u.Exec, func() (string, error) {
		if m := emperorFlag.FindStringSubmatch(u.Exec); m != nil {
			return m[1], nil
		}
		dir := ""
		for w := range strings.FieldsSeq(u.Exec) {
			if _, value, ok := strings.Cut(w, "="); ok && strings.HasPrefix(w, "-") {
				w = value
			}
			if ext := path.Ext(w); ext != ".ini" && ext != ".yaml" && ext != ".yml" {
				continue
			}
			for _, m := range emperorLine.FindAllStringSubmatch(f.smallFile(inFolder(u, w)), -1) {
				dir = m[1]
			}
		}
		return dir, nil
	})
	if base := path.Base(dir); strings.HasPrefix(base, "*") { // a pattern of files
		dir = path.Dir(dir)
	}
	if !path.IsAbs(dir) || strings.ContainsAny(dir, "*?[") {
		return ""
	}
	return path.Clean(dir)
}

// Within is the service that keeps a program of which systemd knows nothing, one of uWSGI's many apps; empty for all others.
func (u Unit) Within() string { return u.Props["within"] }

// KeptApp is a program of a uWSGI service that keeps many: file has its settings.
func KeptApp(keeper Unit, file string) Unit {
	return Unit{Name: "uwsgi:" + path.Base(file), Manager: "uwsgi %s", Load: "loaded", Active: "failed", Sub: "failed", Result: "exit-code", Fragment: file,
		Exec: "/usr/bin/uwsgi --ini " + file, User: keeper.User, Group: keeper.Group, Since: keeper.Since, StatusText: "kept by " + keeper.Word() + ", and not among the programs that run",
		Props: map[string]string{"within": keeper.Name, "WorkingDirectory": path.Dir(file)}}
}

// wordsWithin are those words of a uWSGI service that are of, or about, one of the programs that it keeps: a start says first which file it reads.
func wordsWithin(u Unit, lines []JournalLine) []JournalLine {
	file := path.Base(u.Fragment)
	its := map[int]bool{}
	for _, l := range lines {
		if m := readsIni.FindStringSubmatch(l.Text); m != nil && l.PID > 0 {
			its[l.PID] = path.Base(m[1]) == file // a number may be used again
		}
	}
	var out []JournalLine
	for _, l := range lines {
		if m := ofVassal.FindStringSubmatch(l.Text); its[l.PID] || m != nil && path.Base(m[1]) == file {
			out = append(out, l)
		}
	}
	return out
}
