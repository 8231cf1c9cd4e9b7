package checks

import (
	"context"
	"path"
	"strings"

	"fix502/sysinfo"
)

var (
	ownModule  = whenAsked(`Cannot find module '((?:\.{1,2})?/[^']+)'`)
	requiredBy = whenAsked(`^- (/\S+)$`)
)

// ownModuleBarred: Node does not say that it may not read a file of the app's, it says that there is none: root deployed it, and kept it
// to itself.
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
		file := m[1]
		for _, l := range lines[n:min(n+3, len(lines))] {
			if by := requiredBy.FindStringSubmatch(strings.TrimSpace(l.Text)); by != nil && !path.IsAbs(file) {
				file = path.Join(path.Dir(by[1]), file)
			}
		}
		for _, end := range []string{"", ".js", ".cjs", ".mjs", ".json", "/index.js"} {
			if path.IsAbs(file) && path.Ext(file+end) != "" && f.Host.Root.Exists(file+end) {
				o := &obstacle{where: sysinfo.Place{File: file + end}, evidence: []Evidence{{Source: lines[n].Source, Text: strings.TrimSpace(lines[n].Text), Time: lines[n].Time}}}
				return shutOut(ctx, f, u, o, file+end, 4)
			}
		}
		return nil
	}
	return nil
}
