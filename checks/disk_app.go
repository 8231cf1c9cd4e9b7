package checks

import (
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
)

// appSpace is a file for which an app may have had no room, the unit that ended by that, and what says so.
type appSpace struct {
	file  string
	unit  sysinfo.Unit
	words Evidence
}

// appsWithoutRoom are the apps of hops whose program ended for want of room, or says of the page that has just failed that it had none.
func appsWithoutRoom(ctx context.Context, f *sysinfo.Facts) []appSpace {
	out, _ := sysinfo.Memo(f, "apps-without-room", func() ([]appSpace, error) {
		var out []appSpace
		for _, u := range endedApps(ctx, f) {
			out = append(out, saidNoRoom(ctx, f, u)...)
		}
		all, _ := hops(ctx, f) // none is none
		for i := range all {
			l := &all[i]
			u := f.AppFor(ctx, l.Hop).Unit
			if l.Scheme == "fastcgi" || !l.hit || !u.Running() || slices.ContainsFunc(out, func(a appSpace) bool { return a.unit.Name == u.Name }) {
				continue
			}
			for _, a := range saidNoRoom(ctx, f, u) {
				if within(a.words.Time, l.answer.At, 2*time.Second) {
					out = append(out, a)
				}
			}
		}
		return out, nil
	})
	return out
}

// endedApps are the services of hops that nobody answers, which do not stay up.
func endedApps(ctx context.Context, f *sysinfo.Facts) []sysinfo.Unit {
	all, _ := hops(ctx, f) // none is none
	seen := map[string]bool{}
	var out []sysinfo.Unit
	for i := range all {
		l := &all[i]
		if l.Scheme == "fastcgi" || !l.reach.Broken() {
			continue
		}
		if u := f.AppFor(ctx, l.Hop).Unit; u.Name != "" && !seen[u.Name] && fails(u) {
			seen[u.Name] = true
			out = append(out, u)
		}
	}
	return out
}

// dirsOfApps are the folders of those files.
func dirsOfApps(ctx context.Context, f *sysinfo.Facts) []usedDir {
	var out []usedDir
	for _, a := range append(appsWithoutRoom(ctx, f), appsUnheard(ctx, f)...) {
		out = append(out, usedDir{path: path.Dir(a.file), why: "what " + unitWord(a.unit.Name) + " writes", who: unitWord(a.unit.Name)})
	}
	return out
}

// saidNoRoom are the files for which a program had no room. Python names none when a write fails: then those count that its sources and
// settings name, and a filesystem that is full is the one that it meant.
func saidNoRoom(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) []appSpace {
	lines, _ := f.Words(ctx, u) // one that says nothing wants nothing
	for _, l := range reversed(latest(lines)) {
		if ofARequest.MatchString(l.Text) || !noRoom.MatchString(l.Text) {
			continue
		}
		files := filesNamed(l.Text)
		if len(files) > 0 {
			files = files[:1]
		} else {
			files = filesOf(f, u, lines)
		}
		var out []appSpace
		for _, file := range files {
			out = append(out, appSpace{file, u, Evidence{Source: l.Source, Text: strings.TrimSpace(l.Text), Time: l.Time}})
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// filesOf are the files that an app's unit, its environment and the sources in its last words name.
func filesOf(f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine) []string {
	var text strings.Builder
	for _, l := range f.UnitLines(u) {
		text.WriteString(l.Value + "\n")
	}
	var sources []string
	for _, s := range settingFiles(f, u) {
		sources = append(sources, s.name)
	}
	for _, l := range recent(lines) {
		sources = append(sources, namedFile.FindAllString(l.Text, -1)...)
	}
	slices.Sort(sources)
	for _, name := range slices.Compact(sources) {
		if b, err := f.Host.Root.ReadFile(name); err == nil && len(b) < 64<<10 && (!theSystems(name) || inside(name, "/etc")) && !strayLink(f.Host.Root, name) {
			text.Write(b)
		}
	}
	files := filesNamed(text.String())
	slices.Sort(files)
	files = slices.Compact(files)
	return files[:min(len(files), 64)]
}
