package checks

import (
	"context"
	"fmt"
	"path"
	"slices"

	"fix502/sysinfo"
)

// unwritten is a file that PHP could not write, because its filesystem takes nothing (EROFS).
var unwritten = whenAsked(`\((/[^)\s]+)\): [Ff]ailed to open stream: Read-only file system`)

// walledIn: a script may not write, because the unit of its PHP-FPM makes the place read-only for it: a package's hardening, and an app that keeps
// its cache outside of /var. Only a folder of the pool's own user is admitted: there the modes allow what the wall forbids.
func walledIn(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken, found *Finding) {
	m := unwritten.FindStringSubmatch(line.own())
	if m == nil {
		return
	}
	p, pool := poolOf(ctx, f, s)
	if p == nil || !p.HasUnit {
		return
	}
	file := path.Clean(m[1])
	dir := path.Dir(file)
	if on, ok := mountedAt(f, file); ok && slices.Contains(on.Options, "ro") {
		return // for everybody
	}
	l, ok := veil(f, p.Unit, file, "read-only file system")
	if !ok {
		return
	}
	found.Where, found.Confidence = l.Place, 0.95
	found.Summary = fmt.Sprintf("%s=%s of %s lets PHP write nothing in %s: visitors see 500", l.Key, l.Value, p.Unit.Name, dir)
	found.Evidence = append(found.Evidence, unitLineSays(f, l))
	x := Fix{Title: "Let PHP write where the site needs it", Risk: Medium}
	users, err := f.Users(ctx)
	i, err2 := f.Host.Root.Stat(dir)
	who := pool.Get("user").Text
	if err != nil || err2 != nil || who == "" || who == "root" || users.Name(i.UID) != who || !plainPath.MatchString(dir) || strayLink(f.Host.Root, dir) {
		found.Fix = x.Tell("%s is not the folder of the user that the pool runs as: see why the script writes there. If it should, admit that folder and no other: ReadWritePaths=-%s in a drop-in (systemctl edit %s), then restart PHP-FPM", dir, systemdWord(dir), unitWord(p.Unit.Name))
		return
	}
	found.Fix = fpmRestart(p, daemonReload(dropIn(x, p.Unit.Name, "Let it write there, and nowhere else", "Service", "ReadWritePaths=-"+dir))) // a release's folder goes with the next one, and "-" lets all pools start without it
}
