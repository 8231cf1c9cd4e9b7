package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

var (
	takenForModule = whenAsked(`treated as an ES module because it has a '\.js' file extension and '(/[^']+/package\.json)' contains "type": "module"`)
	moduleAt       = whenAsked(`at file://(/\S+?\.js):\d+`)
	typeModule     = whenAsked(`"type"\s*:\s*"module"`)
)

// moduleKind: a script of the older kind (require) is taken for one of the newer, for the nearest package.json above it says so: its own, or one of a folder
// further up that another tool has put there (nodejs.org, "Determining module system").
func moduleKind(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	said, at := lastSaid(recent(lines), takenForModule), lastSaid(recent(lines), moduleAt)
	if err != nil || said == nil || at == nil || !fails(u) {
		return nil
	}
	r := f.Host.Root
	file, script := path.Clean(takenForModule.FindStringSubmatch(said.Text)[1]), path.Clean(moduleAt.FindStringSubmatch(at.Text)[1])
	w, ok := lastLineWith(f, file, typeModule)
	own := path.Join(path.Dir(script), "package.json")
	if !ok || own != file && r.Exists(own) {
		return nil
	}
	o := &obstacle{where: w.place, says: fmt.Sprintf("%s calls all scripts below it modules, and %s is none (it uses require)", file, script)}
	o.evidence = []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}, lineOf(r, w.place)}
	o.clear = func(x Fix) Fix {
		if own == file {
			x.Undo = replace(r, w.place, `"commonjs"`, `"module"`)
			return x.Do("Call its scripts what they are", "%s", replace(r, w.place, `"module"`, `"commonjs"`))
		}
		x.Undo = "rm " + sh(own)
		return x.Do("Give the app a package.json of its own, which says what its scripts are: the other one may be meant for others", "(set -C; echo '{\"type\": \"commonjs\"}' >%s)", sh(own))
	}
	return o
}
