package checks

import (
	"context"
	"path"
	"strings"

	"fix502/sysinfo"
)

// appSpace is a file for which an app had no room, as its last words say, and the unit that ended by that.
type appSpace struct {
	file  string
	unit  sysinfo.Unit
	words Evidence
}

// appsWithoutRoom are the apps of hops that nobody answers, whose program ended for want of room.
func appsWithoutRoom(ctx context.Context, f *sysinfo.Facts) []appSpace {
	out, _ := sysinfo.Memo(f, "apps-without-room", func() ([]appSpace, error) {
		all, _ := hops(ctx, f) // none is none
		seen := map[string]bool{}
		var out []appSpace
		for i := range all {
			l := &all[i]
			if l.Scheme == "fastcgi" || !l.reach.Broken() {
				continue
			}
			u := f.AppFor(ctx, l.Hop).Unit
			if u.Name == "" || seen[u.Name] || !fails(u) {
				continue
			}
			seen[u.Name] = true
			if a, ok := saidNoRoom(ctx, f, u); ok {
				out = append(out, a)
			}
		}
		return out, nil
	})
	return out
}

// dirsOfApps are the folders of those files.
func dirsOfApps(ctx context.Context, f *sysinfo.Facts) []usedDir {
	var out []usedDir
	for _, a := range appsWithoutRoom(ctx, f) {
		out = append(out, usedDir{path: path.Dir(a.file), why: "what " + unitWord(a.unit.Name) + " writes", who: unitWord(a.unit.Name)})
	}
	return out
}

func saidNoRoom(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) (appSpace, bool) {
	lines, _ := f.Words(ctx, u) // one that says nothing wants nothing
	for _, l := range reversed(latest(lines)) {
		if ofARequest.MatchString(l.Text) || !noRoom.MatchString(l.Text) {
			continue
		}
		if files := filesNamed(l.Text); len(files) > 0 {
			return appSpace{files[0], u, Evidence{Source: l.Source, Text: strings.TrimSpace(l.Text), Time: l.Time}}, true
		}
	}
	return appSpace{}, false
}
