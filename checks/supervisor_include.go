package checks

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

var (
	includeFiles   = whenAsked(`^\s*files\s*=\s*(.+)$`)
	programSection = whenAsked(`^\[(\w+):([\w.-]+)\]`)
)

// unknownToKeeper: supervisord runs and does not know a program whose file is there: nobody told it since, or it does not read the file.
func unknownToKeeper(f *sysinfo.Facts, u sysinfo.Unit, found *Finding) {
	if !strings.HasPrefix(u.Manager, "supervisorctl") || u.Keeper != "" || u.StatusText != "" {
		return
	}
	found.Summary += fmt.Sprintf("; supervisord runs, and does not know %s of %s", unitWord(u.Name), u.Fragment)
	x := Fix{Title: "Let supervisord take up " + unitWord(u.Name), Risk: Low, Undo: "supervisorctl stop " + sh(unitWord(u.Name))}
	if at, line := includeOf(f, u.Fragment); at.Known() && line != "" {
		found.Where = at
		found.Summary += ": it reads other files"
		found.Evidence = append([]Evidence{lineOf(f.Host.Root, at)}, found.Evidence...)
		x.Undo = setLine(f.Host.Root, at, configLine(f.Host.Root, at)) + "; supervisorctl update"
		x = x.Do("Name the folder of its file", "%s", setLine(f.Host.Root, at, line))
	}
	found.Fix = x.Do("Let supervisord read its files; it starts what is new", "supervisorctl update && sleep 2")
}

// includeOf is the line by which supervisord would read the folder of a file, and does not, and how it has to be.
func includeOf(f *sysinfo.Facts, file string) (at sysinfo.Place, line string) {
	for _, main := range []string{"/etc/supervisor/supervisord.conf", "/etc/supervisord.conf"} {
		w, ok := lastLineWith(f, main, includeFiles, ";", "#")
		if !ok {
			continue
		}
		for p := range strings.FieldsSeq(w.match[1]) {
			if !path.IsAbs(p) {
				p = path.Join(path.Dir(main), p)
			}
			if ok, _ := path.Match(p, file); ok {
				return sysinfo.Place{}, ""
			}
		}
		return w.place, "files = " + path.Join(path.Dir(file), "*"+path.Ext(file))
	}
	return sysinfo.Place{}, ""
}

// leftOut: a file beside those that supervisord reads has a program for the address where nobody listens, and is not read: it has
// another ending, or its section is misspelt.
func leftOut(f *sysinfo.Facts, l *live, found *Finding) bool {
	for _, dir := range []string{"/etc/supervisor/conf.d", "/etc/supervisord.d", "/etc/supervisor.d"} {
		names, _ := f.Host.Root.ReadDir(dir) // none is common
		for _, n := range names {
			file := path.Join(dir, n)
			b, err := f.Host.Root.ReadFile(file)
			if err != nil || len(b) > 64<<10 || !wantedIn(l, string(b)) {
				continue
			}
			w, ok := lastLineWith(f, file, programSection, ";", "#")
			switch {
			case ok && w.match[1] != "program" && spelling.Closest(w.match[1], []string{"program"}) != "":
				found.Summary += fmt.Sprintf("; supervisord knows no [%s:…], and so not the program %s", w.match[1], w.match[2])
				takeUp(f, found, w.place, replace(f.Host.Root, w.place, "["+w.match[1]+":", "[program:"), replace(f.Host.Root, w.place, "[program:", "["+w.match[1]+":"))
				return true
			case ok && path.Ext(n) != ".conf" && dir == "/etc/supervisor/conf.d":
				back := strings.TrimSuffix(file, path.Ext(n)) + ".conf"
				if strings.HasSuffix(strings.TrimSuffix(file, path.Ext(n)), ".conf") {
					back = strings.TrimSuffix(file, path.Ext(n))
				}
				if at, _ := includeOf(f, file); !at.Known() || f.Host.Root.Exists(back) {
					continue
				}
				found.Summary += fmt.Sprintf("; %s has the program %s, and supervisord reads files that end in .conf", file, w.match[2])
				takeUp(f, found, sysinfo.Place{File: file}, fmt.Sprintf("mv %s %s", sh(file), sh(back)), fmt.Sprintf("mv %s %s", sh(back), sh(file)))
				return true
			}
		}
	}
	return false
}

// wantedIn says that a text names the port or the socket of a hop.
func wantedIn(l *live, text string) bool {
	if l.Unix != "" {
		return strings.Contains(text, l.Unix)
	}
	return l.Port != 0 && wholePath(strconv.Itoa(l.Port)).MatchString(strings.NewReplacer(":", " ", "=", " ").Replace(text))
}

func takeUp(f *sysinfo.Facts, found *Finding, at sysinfo.Place, edit, undo string) {
	found.Where, found.Confidence = at, 0.96
	if at.Line > 0 {
		found.Evidence = append([]Evidence{lineOf(f.Host.Root, at)}, found.Evidence...)
	}
	found.Fix = Fix{Title: "Let supervisord read it", Risk: Low, Undo: undo + "; supervisorctl update"}.
		Do("Correct it", "%s", edit).
		Do("Let supervisord read its files; it starts what is new", "supervisorctl update && sleep 2")
}
