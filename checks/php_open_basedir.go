package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

var basedirLine = whenAsked(`open_basedir restriction in effect\. File\(([^()]+)\) is not within the allowed path\(s\): \(([^()]+)\)`)

// fencedIn: open_basedir keeps a script from a file of its own site, as after the site moved. What is another's stays closed.
func fencedIn(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken, found *Finding) {
	m := basedirLine.FindStringSubmatch(line.own())
	if m == nil {
		return
	}
	file, allowed := path.Clean(m[1]), m[2]
	_, code := phpSays(line.Text)
	v, p, _ := phpSet(ctx, f, s, code.File, "open_basedir")
	if p == nil || !v.Set() || v.Text != allowed {
		return
	}
	found.Where, found.Confidence = v.Place, 0.95
	found.Summary = fmt.Sprintf("open_basedir keeps PHP from %s: visitors see 500", file)
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, found.Where))
	x := Fix{Title: "Let the site's scripts read their own library", Risk: Medium}
	home, dir := ownHome(ctx, f, s), path.Dir(file)
	if home == "" || !inside(dir, home) || dir == home || !f.Host.Root.Exists(file) || !asksByName(f, code, file) || sharedINI(p, v) {
		found.Fix = x.Tell("See why %s wants %s: a request may have named it, and then this limit did its work. If the script should have it, add that folder (%s), and no more, at %s, and restart PHP-FPM", code, file, dir, found.Where)
		return
	}
	fix, ok := setPHP(f, p, x, v, fmt.Sprintf("Add %s, which %s names", dir, code), allowed+":"+dir)
	if !ok {
		fix = x.Tell("Add %s at %s, and restart PHP-FPM", dir, found.Where)
	}
	found.Fix = fix
}

// asksByName says that the line of a script names the file by letters, so that no visitor chose it; hidden files are nobody's library.
func asksByName(f *sysinfo.Facts, code sysinfo.Place, file string) bool {
	name := path.Base(file)
	line := configLine(f.Host.Root, code)
	return !strings.HasPrefix(name, ".") && strings.Contains(line, "/"+name) && !containsAny(line, "$_GET", "$_POST", "$_REQUEST", "$_COOKIE", "$_SERVER")
}

// sharedINI says that a setting stands where it holds for several pools.
func sharedINI(p *sysinfo.FPM, v phpfpm.Value) bool {
	return len(p.Config.Pools) > 1 && path.Ext(v.Place.File) == ".ini" && path.Base(v.Place.File) != ".user.ini"
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
