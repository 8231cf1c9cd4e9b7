package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

var (
	ownModule  = whenAsked(`Cannot find module '((?:\.{1,2})?/[^']+)'`)
	requiredBy = whenAsked(`(?:^- | imported from )(/\S+)$`)
)

// ownModuleBarred: Node does not say that it may not read a file of the app's, it says that there is none: root deployed it, and kept it
// to itself. Or its name begins with a capital letter here and there, which is one name elsewhere.
func ownModuleBarred(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	if err != nil || !fails(u) {
		return nil
	}
	lines = recent(lines)
	for n := len(lines) - 1; n >= 0; n-- {
		m := ownModule.FindStringSubmatch(lines[n].Text)
		if m == nil {
			continue
		}
		file, script := m[1], ""
		for _, l := range lines[n:min(n+3, len(lines))] {
			if by := requiredBy.FindStringSubmatch(strings.TrimSpace(l.Text)); by != nil {
				script = by[1]
				if !path.IsAbs(file) {
					file = path.Join(path.Dir(script), file)
				}
				break
			}
		}
		o := &obstacle{evidence: []Evidence{{Source: lines[n].Source, Text: strings.TrimSpace(lines[n].Text), Time: lines[n].Time}}}
		for _, end := range moduleEnds {
			if path.IsAbs(file) && path.Ext(file+end) != "" && f.Host.Root.Exists(file+end) {
				o.where = sysinfo.Place{File: file + end}
				return shutOut(ctx, f, u, o, file+end, 4)
			}
		}
		return otherCase(f, o, script, m[1], file)
	}
	return nil
}

// moduleEnds are what Node puts behind the name of a module that it looks for.
var moduleEnds = [...]string{"", ".js", ".cjs", ".mjs", ".json", "/index.js"}

// otherCase: the file is there, and its name has a capital letter where the script has a small one, or the other way round.
func otherCase(f *sysinfo.Facts, o *obstacle, script, word, file string) *obstacle {
	r := f.Host.Root
	names, err := r.ReadDir(path.Dir(file))
	if err != nil || script == "" || !path.IsAbs(file) {
		return nil
	}
	for _, n := range names {
		if len(n) < len(path.Base(file)) || !strings.EqualFold(n[:len(path.Base(file))], path.Base(file)) {
			continue
		}
		for _, end := range moduleEnds {
			if !strings.EqualFold(n, path.Base(file)+end) && (end != "/index.js" || !strings.EqualFold(n, path.Base(file))) {
				continue
			}
			meant := strings.TrimSuffix(word, path.Base(word)) + n[:len(path.Base(file))]
			w, ok := lastLineWith(f, script, wholeWord(word), "//")
			if !ok {
				return nil
			}
			o.where, o.says = w.place, fmt.Sprintf("%s asks for %s, and its file is called %s: Linux tells capital letters from small ones", path.Base(script), word, n)
			o.clear = func(x Fix) Fix {
				if !onlyRoots(r, script) {
					return x.Tell("Write %s at %s, as the user that the file belongs to", meant, w.place)
				}
				x.Undo = replace(r, w.place, meant, word)
				return x.Do("Call the file by its name", "%s", replace(r, w.place, word, meant))
			}
			return o
		}
	}
	return nil
}
