package checks

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

var (
	moduleObject = whenAsked(`(?:^|\s)([A-Za-z_][\w.]*):([A-Za-z_]\w*)(?:\s|$)`) // mian:app, and no address
	noAttribute  = whenAsked(`(?:Failed to find attribute|has no attribute) '(\w+)'`)
	appObject    = whenAsked(`(?m)^(?:async )?(?:def |class )?(app|application|api|wsgi|asgi|server)\b\s*(?:=|\(|:)`)
	noSuchBind   = whenAsked(`(?:Invalid address|Cannot assign requested address|EADDRNOTAVAIL)\D*?(\d+\.\d+\.\d+\.\d+)?`)
)

// pythonName: the command names a module or an object of the app that is written otherwise: mian:app, main:application. The
// right one is in the app's folder.
func pythonName(f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine, found *Finding) bool {
	l, ok := setBy(f, u, "ExecStart")
	if !ok || !strings.HasPrefix(l.File, "/etc/") || u.Manager != "" {
		return false
	}
	target := moduleObject.FindStringSubmatch(configLine(f.Host.Root, l.Place))
	if target == nil {
		return false
	}
	right := target[1] + ":" + target[2]
	dir := u.Folder()
	for _, line := range reversed(lines[max(0, len(lines)-60):]) {
		if m := missingPython.FindStringSubmatch(line.Text); m != nil && m[1] == target[1] && right == target[1]+":"+target[2] {
			names, _ := f.Host.Root.ReadDir(dir) // not there: no other name
			var modules []string
			for _, n := range names {
				if stem, py := strings.CutSuffix(n, ".py"); py {
					modules = append(modules, stem)
				}
			}
			if meant := spelling.Closest(m[1], modules); meant != "" {
				right = meant + ":" + target[2]
			} else if meant := onlyWith(f, dir, modules, target[2]); meant != "" && renamed(f, dir, target[1], meant) {
				right = meant + ":" + target[2]
			} else if meant != "" {
				found.Summary += fmt.Sprintf("; %s.py is not in %s, and %s.py has an object %s: whether that is the app a person has to know", target[1], dir, meant, target[2])
			}
		}
		if m := noAttribute.FindStringSubmatch(line.Text); m != nil && m[1] == target[2] {
			b, _ := f.Host.Root.ReadFile(path.Join(dir, strings.ReplaceAll(target[1], ".", "/")+".py")) // not there: no other name
			var have []string
			for _, o := range appObject.FindAllStringSubmatch(string(b), -1) {
				if !slices.Contains(have, o[1]) {
					have = append(have, o[1])
				}
			}
			if len(have) == 1 {
				right = target[1] + ":" + have[0]
			}
		}
	}
	was := target[1] + ":" + target[2]
	if right == was {
		return false
	}
	found.Where = l.Place
	found.Summary += fmt.Sprintf("; its command names %s, and the app is %s", was, right)
	found.Evidence = append([]Evidence{unitLineSays(f, l)}, found.Evidence...)
	x := Fix{Title: "Name the app as it is written", Risk: Low, Undo: replace(f.Host.Root, l.Place, right, was) + "; systemctl daemon-reload"}
	x = daemonReload(x.Do("Name "+right, "%s", replace(f.Host.Root, l.Place, was, right)))
	found.Fix = x.Do("Forget the failed starts", "systemctl reset-failed %s", sh(unitWord(u.Name))).Do("Start it anew", "%s%s", u.Command("restart"), warmUp(u))
	return true
}

// renamed says that a module is another one under a new name: as people call the program of an app, a longer or shorter form of the old
// name, or the very file from which Python compiled the old one (PEP 552: time and size of the source stand in the compiled file).
func renamed(f *sysinfo.Facts, dir, old, now string) bool {
	if slices.Contains([]string{"app", "main", "application", "wsgi", "asgi", "server", "web", "site", "run", "index", "api"}, now) || strings.Contains(now, old) || strings.Contains(old, now) {
		return true
	}
	i, err := f.Host.Root.Stat(path.Join(dir, now+".py"))
	compiled, _ := f.Host.Root.Glob(path.Join(dir, "__pycache__", old+".cpython-*.pyc")) // none is common
	for _, file := range compiled {
		b, err2 := f.Host.Root.ReadFile(file)
		if err == nil && err2 == nil && len(b) > 16 && binary.LittleEndian.Uint32(b[4:]) == 0 && int64(binary.LittleEndian.Uint32(b[8:])) == i.ModTime.Unix() && int64(binary.LittleEndian.Uint32(b[12:])) == i.Size {
			return true
		}
	}
	return false
}

// onlyWith is the only module of a folder that has an object of a name at its top level.
func onlyWith(f *sysinfo.Facts, dir string, modules []string, object string) string {
	makes := regexp.MustCompile(`(?m)^(?:async )?(?:def |class )?` + regexp.QuoteMeta(object) + `\b\s*(?:=[^=]|\(|:)`)
	found := ""
	for _, m := range modules[:min(len(modules), 100)] {
		b, err := f.Host.Root.ReadFile(path.Join(dir, m+".py"))
		if err != nil || !makes.Match(b) || strings.Contains(m, "conf") {
			continue
		}
		if found != "" {
			return ""
		}
		found = m
	}
	return found
}

// otherBind: the app is told to listen at an address that this machine does not have, where the gateway asks another one.
func otherBind(f *sysinfo.Facts, l *live, u sysinfo.Unit, lines []sysinfo.JournalLine, found *Finding) bool {
	if l.Unix != "" || len(l.Addrs) == 0 || !l.Addrs[0].IsLoopback() || u.Manager != "" {
		return false
	}
	for _, line := range reversed(lines[max(0, len(lines)-60):]) {
		if !noSuchBind.MatchString(line.Text) {
			continue
		}
		for _, word := range regexp.MustCompile(`\d+\.\d+\.\d+\.\d+`).FindAllString(line.Text, -1) {
			a, err := netip.ParseAddr(word)
			at := namedIn(f, u, word)
			if err != nil || a.IsLoopback() || a.IsUnspecified() || !at.Known() {
				continue
			}
			found.Where = at
			found.Summary += fmt.Sprintf("; this machine does not have the address %s", word)
			found.Evidence = append([]Evidence{lineOf(f.Host.Root, at)}, found.Evidence...)
			x := Fix{Title: "Let it listen where " + l.From + " asks", Risk: Low, Undo: setLine(f.Host.Root, at, configLine(f.Host.Root, at))}
			x = x.Do("Name the address that "+l.From+" asks", "%s", replace(f.Host.Root, at, word, l.Addrs[0].String()))
			x.Steps = append(x.Steps, daemonReload(Fix{}).Steps...)
			found.Fix = x.Do("Forget the failed starts", "systemctl reset-failed %s", sh(unitWord(u.Name))).Do("Start it anew", "%s%s", u.Command("restart"), warmUp(u))
			return true
		}
	}
	return false
}

// namedIn is the line of a unit's files, or of a file that its command names, which says a word.
func namedIn(f *sysinfo.Facts, u sysinfo.Unit, word string) sysinfo.Place {
	files := append([]string{u.Fragment}, u.DropIns...)
	for _, l := range f.UnitLines(u) {
		for w := range strings.FieldsSeq(l.Value) {
			if file := strings.TrimPrefix(w, "-"); path.IsAbs(file) && path.Ext(file) != "" {
				files = append(files, file)
			} else if path.Ext(w) != "" && u.Folder() != "" {
				files = append(files, path.Join(u.Folder(), w))
			}
		}
	}
	for _, file := range files {
		b, err := f.Host.Root.ReadFile(file)
		if err != nil || len(b) > 64<<10 || inside(file, "/usr") {
			continue
		}
		at := sysinfo.Place{File: file}
		for line := range strings.Lines(string(b)) {
			if at.Line++; strings.Contains(line, word) && !strings.HasPrefix(strings.TrimSpace(line), "#") {
				return at
			}
		}
	}
	return sysinfo.Place{}
}
