package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

var basedirLine = whenAsked(`open_basedir restriction in effect\. File\(([^()]+)\) is not within the allowed path\(s\): \(([^()]+)\)`)

// fencedIn: open_basedir keeps a script from a file of its own site, as after the site moved. What is another's stays closed.
func fencedIn(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken, found *Finding) {
	m := basedirLine.FindStringSubmatch(line.Text)
	if m == nil {
		return
	}
	file, allowed := path.Clean(m[1]), m[2]
	_, code := phpSays(line.Text)
	v, p, _ := phpSet(ctx, f, s, code.File, "open_basedir")
	if p == nil || !v.Set() || v.Text != allowed {
		return
	}
	found.Where, found.Confidence = sysinfo.Place(v.Place), 0.95
	found.Summary = fmt.Sprintf("open_basedir keeps PHP from %s: visitors see 500", file)
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, found.Where))
	x := Fix{Title: "Let the site's scripts read the site's own folder", Risk: Medium}
	home := ownHome(ctx, f, s)
	if home == "" || !inside(file, home) || !f.Host.Root.Exists(file) {
		found.Fix = x.Tell("%s is not in the site's own folder: see why the script wants it. If it should have it, add that folder, and no more, at %s, and restart PHP-FPM", file, found.Where)
		return
	}
	kept := []string{home}
	for dir := range strings.SplitSeq(allowed, ":") {
		if !inside(dir, home) { // what lies in it is allowed with it
			kept = append(kept, dir)
		}
	}
	fix, ok := setPHP(f, p, x, v, fmt.Sprintf("Add %s, where nothing but this site lives", home), strings.Join(kept, ":"))
	if !ok {
		fix = x.Tell("Add %s at %s, and restart PHP-FPM", home, found.Where)
	}
	found.Fix = fix
}

// ownHome is the folder that is a site's alone: its root, or the one above where no other site lives there and it is not the system's.
func ownHome(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) string {
	if s.Root == "" || theSystems(path.Clean(s.Root)) {
		return ""
	}
	home := path.Clean(s.Root)
	if up := path.Dir(home); !theSystems(up) && !othersLive(ctx, f, up, home) {
		home = up
	}
	return home
}
