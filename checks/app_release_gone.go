package checks

import (
	"context"
	"fmt"
	"path"
	"strings"
	"time"

	"fix502/sysinfo"
)

// ownPath is a path in what a program says.
var ownPath = whenAsked(`/(?:[\w.@+-]+/)+[\w.@+-]+`)

// releaseGone: an app that goes on from a release that was deleted under it: what it has loaded works, and what it loads
// only now is not found. The link that it was started by leads to another one by now.
func releaseGone(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) bool {
	if u.Name == "" || !u.Running() || u.Manager != "" {
		return false
	}
	r := f.Host.Root
	gone, says := goneFrom(ctx, f, l, u)
	link, now := leadsBeside(r, u, gone)
	if link == "" {
		return false
	}
	found.Where, found.Confidence = execPlace(f, u), 0.95
	found.Summary += fmt.Sprintf(": it was started from %s, which is gone, and cannot load what it had not loaded yet; %s leads to %s now", gone, link, now)
	found.Evidence = append(found.Evidence, says, Evidence{Source: "readlink " + link, Text: now})
	x := Fix{Title: "Start the app from the release that is there", Risk: Low}
	found.Fix = x.Tell("Restart it at the end of each deploy, before old releases are deleted").Do("Start it anew", "%s%s", u.Command("restart"), warmUp(u))
	return true
}

// goneFrom is a folder that is not there and that a running app works in, or names among its words of this minute.
func goneFrom(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit) (string, Evidence) {
	if l.reach.Owner != nil {
		dir, err := f.Host.Root.Readlink(fmt.Sprintf("/proc/%d/cwd", l.reach.Owner.PID))
		if gone, deleted := strings.CutSuffix(dir, " (deleted)"); err == nil && deleted {
			return gone, Evidence{Source: fmt.Sprintf("readlink /proc/%d/cwd", l.reach.Owner.PID), Text: dir}
		}
	}
	lines, _ := f.Words(ctx, u)
	for _, line := range reversed(latest(lines)) {
		for _, word := range ownPath.FindAllString(line.Text, 10) {
			dir := path.Dir(path.Clean(word))
			for !f.Host.Root.Exists(dir) && f.Host.Now().Sub(line.Time) < time.Minute {
				if up := path.Dir(dir); f.Host.Root.Exists(up) {
					return dir, Evidence{Source: line.Source, Text: strings.TrimSpace(line.Text), Time: line.Time}
				}
				dir = path.Dir(dir)
			}
		}
	}
	return "", Evidence{}
}

// leadsBeside is a link on the way to what a unit starts, or to its folder, that leads to another folder beside one that is gone.
func leadsBeside(r sysinfo.Root, u sysinfo.Unit, gone string) (link, now string) {
	if gone == "" {
		return "", ""
	}
	for _, word := range append(strings.Fields(u.Exec), u.Folder()) {
		at := "/"
		for part := range strings.SplitSeq(strings.Trim(word, "/"), "/") {
			if !path.IsAbs(word) {
				break
			}
			at = path.Join(at, part)
			to, err := r.Readlink(at)
			if err == nil && !path.IsAbs(to) {
				to = path.Join(path.Dir(at), to)
			}
			if err == nil && path.Dir(path.Clean(to)) == path.Dir(gone) && path.Clean(to) != gone && r.Exists(at) {
				return at, path.Clean(to)
			}
		}
	}
	return "", ""
}
