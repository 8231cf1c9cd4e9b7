package checks

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
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
	if !strings.HasPrefix(u.Manager, "supervisorctl") || u.Keeper != "" || u.StatusText != "" || !u.Told {
		return
	}
	found.Summary += fmt.Sprintf("; supervisord runs, and does not know %s of %s", unitWord(u.Name), u.Fragment)
	x := Fix{Title: "Let supervisord take up " + unitWord(u.Name), Risk: Low, Undo: "supervisorctl stop " + sh(unitWord(u.Name))}
	if at, line := includeOf(f, u.Fragment); at.Known() && line != "" {
		found.Where = at
		found.Summary += ": it reads other files"
		found.Evidence = append([]Evidence{lineOf(f.Host.Root, at)}, found.Evidence...)
		x.Undo += "; " + setLine(f.Host.Root, at, configLine(f.Host.Root, at))
		x = x.Do("Name its file as well", "%s", setLine(f.Host.Root, at, line))
	}
	found.Fix = x.Do("Let supervisord read its files, and start this program", "%s && sleep 2", takenUp(unitWord(u.Name)))
}

// includeOf is the line by which supervisord would read a file, and does not, and how it has to be; what it reads now stays. A value goes
// on in the lines below that are indented.
func includeOf(f *sysinfo.Facts, file string) (at sysinfo.Place, line string) {
	for _, main := range []string{"/etc/supervisor/supervisord.conf", "/etc/supervisord.conf"} {
		w, ok := lastLineWith(f, main, includeFiles, ";", "#")
		if !ok {
			continue
		}
		all := w.match[1]
		for next := w.place; ; {
			next.Line++
			text := rawLine(f.Host.Root, next)
			if strings.TrimSpace(text) == "" || strings.TrimLeft(text, " \t") == text {
				break
			}
			all += " " + strings.TrimSpace(text)
		}
		for p := range strings.FieldsSeq(all) {
			if !path.IsAbs(p) {
				p = path.Join(path.Dir(main), p)
			}
			if ok, _ := path.Match(p, file); ok {
				return sysinfo.Place{}, ""
			}
		}
		return w.place, strings.TrimSpace("files = " + strings.TrimSpace(w.match[1]) + " " + wanted(f, file))
	}
	return sysinfo.Place{}, ""
}

// wanted is how the include line names a file: by its folder's pattern where it is alone there, for other files there may be off on purpose.
func wanted(f *sysinfo.Facts, file string) string {
	names, _ := f.Host.Root.ReadDir(path.Dir(file)) // it was read before
	if slices.ContainsFunc(names, func(n string) bool { return path.Ext(n) == path.Ext(file) && n != path.Base(file) }) {
		return file
	}
	return path.Join(path.Dir(file), "*"+path.Ext(file))
}

// keeperFiles are the files in supervisord's folders that are short enough to be a program's: of each its name and text.
func keeperFiles(f *sysinfo.Facts) map[string]string {
	all, _ := sysinfo.Memo(f, "files of supervisord's", func() (map[string]string, error) {
		out := map[string]string{}
		for _, dir := range []string{"/etc/supervisor/conf.d", "/etc/supervisord.d", "/etc/supervisor.d"} {
			names, _ := f.Host.Root.ReadDir(dir) // none is common
			for _, n := range names {
				if b, err := f.Host.Root.ReadFile(path.Join(dir, n)); err == nil && len(b) <= 64<<10 {
					out[path.Join(dir, n)] = string(b)
				}
			}
		}
		return out, nil
	})
	return all
}

// leftOut: a file beside those that supervisord reads has a program for the address where nobody listens, and is not read: it has
// another ending, or its section is misspelt. Only the page of this run is worth the search: there may be thousands of dead hops.
func leftOut(f *sysinfo.Facts, l *live, found *Finding) bool {
	if !l.hit {
		return false
	}
	all, opens := keeperFiles(f), opener(l)
	for _, file := range slices.Sorted(maps.Keys(all)) {
		if !wantedIn(opens, all[file]) {
			continue
		}
		w, ok := lastLineWith(f, file, programSection, ";", "#")
		switch {
		case ok && w.match[1] != "program" && spelling.Closest(w.match[1], []string{"program"}) != "":
			found.Summary += fmt.Sprintf("; supervisord knows no [%s:…], and so not the program %s", w.match[1], w.match[2])
			takeUp(f, found, w.match[2], w.place, replace(f.Host.Root, w.place, "["+w.match[1]+":", "[program:"), replace(f.Host.Root, w.place, "[program:", "["+w.match[1]+":"))
			return true
		case ok && path.Ext(file) != ".conf" && path.Dir(file) == "/etc/supervisor/conf.d" && endingLost(f, file, w.match[2], found):
			return true
		}
	}
	return false
}

// endingLost: the name of a program's file does not end in .conf.
func endingLost(f *sysinfo.Facts, file, program string, found *Finding) bool {
	stem := strings.TrimSuffix(file, path.Ext(file))
	back := strings.TrimSuffix(stem, ".conf") + ".conf"
	if at, _ := includeOf(f, file); !at.Known() || f.Host.Root.Exists(back) {
		return false
	}
	found.Summary += fmt.Sprintf("; %s has the program %s, and supervisord reads files that end in .conf", file, program)
	edit, undo := fmt.Sprintf("mv -nT %s %s", sh(file), sh(back)), fmt.Sprintf("mv -nT %s %s", sh(back), sh(file))
	takeUp(f, found, program, sysinfo.Place{File: file}, edit, undo)
	if asideName.MatchString(file) {
		found.Confidence = 0.93
		found.Fix.Steps = append([]Step{{Say: "Somebody may have put the file aside on purpose: ask, or look at its age, before you give it its name back"}}, found.Fix.Steps...)
	}
	return true
}

// wantedIn says that a line of a text lets a program listen where a hop asks.
func wantedIn(opens func(string) bool, text string) bool {
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(line, "=")
		if key = strings.TrimSpace(key); (key == "command" || key == "environment") && opens(value) {
			return true
		}
	}
	return false
}

// opensFor says that a command names the port or the socket of a hop as one to listen at: -b 127.0.0.1:3000, --port 3000, PORT=3000.
func opensFor(l *live, command string) bool { return opener(l)(command) }

// opener is opensFor for many commands.
func opener(l *live) func(command string) bool {
	if l.Unix != "" {
		return func(command string) bool { return strings.Contains(command, l.Unix) }
	}
	port := regexp.MustCompile(fmt.Sprintf(`(?i)(:|port["'\s=:]+|-[pb][\s=]+)%d(\D|$)`, l.Port))
	return func(command string) bool { return l.Port != 0 && port.MatchString(command) }
}

func takeUp(f *sysinfo.Facts, found *Finding, program string, at sysinfo.Place, edit, undo string) {
	found.Where, found.Confidence = at, 0.96
	if at.Line > 0 {
		found.Evidence = append([]Evidence{lineOf(f.Host.Root, at)}, found.Evidence...)
	}
	found.Fix = Fix{Title: "Let supervisord read it", Risk: Low, Undo: fmt.Sprintf("supervisorctl stop %s; %s", sh(program), undo)}.
		Do("Correct it", "%s", edit).
		Do("Let supervisord read its files, and start this program", "%s && sleep 2", takenUp(program))
}
