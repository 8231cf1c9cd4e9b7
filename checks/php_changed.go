package checks

import (
	"fmt"
	"path"
	"slices"
	"time"

	"fix502/sysinfo"
)

const (
	minutesBefore = 10 * time.Minute // how long before a first failure a change of code is its likely reason
	scriptsLooked = 3000             // entries of a site's folders at the most
)

// writtenByApps are folders whose files an app writes itself, all the time.
var writtenByApps = whenAsked(`^(?:cache|tmp|temp|sessions?|uploads?|logs?|storage|node_modules|\..*)$`)

// changedScript is the PHP file below a folder that was written last before a moment, and no longer than ten minutes before it; empty when none was. Of a large
// site only the upper folders are looked at.
func changedScript(r sysinfo.Root, dir string, before time.Time) (file string, at time.Time) {
	left := scriptsLooked
	for todo := []string{path.Clean(dir)}; len(todo) > 0 && left > 0; {
		in := todo[0]
		todo = todo[1:]
		names, _ := r.ReadDir(in) // none to see
		slices.Sort(names)
		for _, name := range names {
			full := path.Join(in, name)
			i, err := r.Lstat(full)
			if left--; left < 0 || err != nil {
				break
			}
			switch {
			case i.Mode.IsDir() && !writtenByApps.MatchString(name):
				todo = append(todo, full)
			case i.Mode.IsRegular() && path.Ext(name) == ".php" && i.ModTime.After(at) && !i.ModTime.After(before) && before.Sub(i.ModTime) <= minutesBefore:
				file, at = full, i.ModTime
			}
		}
	}
	return file, at
}

// codeBeside are folders and files beside a site's own folder that say that the code of its app lies there.
func codeBeside() []string { return []string{"composer.json", "vendor", "src", "app", "lib"} }

// codeOf is the folder with a site's code: its own, or the one above where that is the public part of an app.
func codeOf(r sysinfo.Root, dir string) string {
	above := path.Dir(dir)
	if publicPart.MatchString(path.Base(dir)) && slices.ContainsFunc(codeBeside(), func(name string) bool { return r.Exists(path.Join(above, name)) }) {
		return above
	}
	return dir
}

var publicPart = whenAsked(`^(?:public|web|webroot|pub|www|htdocs|public_html|httpdocs)$`)

// blameChange points at what of a site changed last before its first crash: the one script that was written, or the link that was led to another release.
func blameChange(f *sysinfo.Facts, root sysinfo.Root, dir string, first time.Time, found *Finding) {
	if !path.IsAbs(dir) || first.IsZero() {
		return
	}
	before := first.Add(time.Second - 1) // PHP-FPM's log knows whole seconds
	file, at := changedScript(root, codeOf(root, dir), before)
	move, moved := movedRelease(root, dir, before)
	switch {
	case moved && !at.After(move.at):
		found.Where = sysinfo.Place{File: move.link}
		found.Summary += fmt.Sprintf("; %s was led to %s %s before the first crash", move.link, move.to, howLongBefore(first, move.at))
		found.Evidence = append(found.Evidence, changedAt(f, "ls -l "+move.link, move.link+" -> "+move.to+", changed at ", move.at))
		found.Fix = takeBack(found.Fix, fmt.Sprintf("The release before lies beside it: if the code cannot be mended at once, and the new one has not changed the database, go back with ln -sfn %s %s", sh(move.former), sh(move.link)))
	case file != "":
		found.Where = sysinfo.Place{File: file}
		found.Summary += fmt.Sprintf("; %s was written %s before the first crash", file, howLongBefore(first, at))
		found.Evidence = append(found.Evidence, changedAt(f, "ls -l "+file, "written at ", at))
		found.Fix = takeBack(found.Fix, fmt.Sprintf("%s is the newest script of the site: put its older version back, or rename it where the site does without it (a plugin)", file))
	}
}

func howLongBefore(first, at time.Time) string {
	if d := first.Sub(at); d >= time.Second {
		return Span(d)
	}
	return "just"
}

func changedAt(f *sysinfo.Facts, source, text string, at time.Time) Evidence {
	return Evidence{Source: source, Text: text + at.In(f.Host.Now().Location()).Format("15:04:05"), Time: at}
}

// takeBack puts the way back before the other steps.
func takeBack(after Fix, how string) Fix {
	x := Fix{Title: "Take back what changed", Risk: after.Risk, Undo: after.Undo, Workaround: after.Workaround}.Tell("%s", how)
	x.Steps = append(x.Steps, after.Steps...)
	return x
}
