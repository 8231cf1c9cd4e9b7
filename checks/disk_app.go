package checks

import (
	"context"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// appSpace is a file for which an app had no room, as its last words say, and the unit that ended by that.
type appSpace struct {
	file  string
	unit  sysinfo.Unit
	words Evidence
	guess bool // only root may read its last words
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
			out = append(out, saidNoRoom(ctx, f, u)...)
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

// saidNoRoom are the files for which a program had no room. Python names none when a write fails: then those count that its sources and
// settings name, and a filesystem that is full is the one that it meant.
func saidNoRoom(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) []appSpace {
	lines, err := f.Words(ctx, u)
	if err != nil && f.Host.UID != 0 {
		return wantsRoom(f, u)
	}
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
			out = append(out, appSpace{file: file, unit: u, words: Evidence{Source: l.Source, Text: strings.TrimSpace(l.Text), Time: l.Time}})
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// endedWithoutRoom are the services that end themselves and whose programs name a file where there is no room, when only root may read why.
func endedWithoutRoom(ctx context.Context, f *sysinfo.Facts, s *filesystem) []Evidence {
	var out []Evidence
	for _, a := range appsWithoutRoom(ctx, f) {
		if a.guess && s.on(f.Host.Root, a.file) && !slices.Contains(out, a.words) {
			out = append(out, a.words)
		}
	}
	return out
}

// wantsRoom are the files that the program of a service which ends itself names.
func wantsRoom(f *sysinfo.Facts, u sysinfo.Unit) []appSpace {
	if u.Result != "exit-code" {
		return nil
	}
	var out []appSpace
	for _, script := range namedFile.FindAllString(u.Exec, -1) {
		if theSystems(script) || strayLink(f.Host.Root, script) {
			continue
		}
		if b, err := f.Host.Root.ReadFile(script); err == nil && len(b) < 64<<10 {
			for _, file := range filesNamed(string(b)) {
				out = append(out, appSpace{file, u, unitSays(u), true})
			}
		}
	}
	return out[:min(len(out), 64)]
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
