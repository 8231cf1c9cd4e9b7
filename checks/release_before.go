package checks

import (
	"path"
	"strings"
	"time"

	"fix502/sysinfo"
)

// goBack adds the way back to a sentence's worth of steps: where the link to an app's release (current) was switched within the hour before the first of
// its failures, and not one of them is older, the release before is likely to have none. Whether one may go back, which the database may not allow, only a
// person can say.
func goBack(f *sysinfo.Facts, l *live, u sysinfo.Unit, x Fix) Fix {
	first := l.firstFailure()
	if u.Name == "" || l.unheard || first.IsZero() {
		return x
	}
	r, parts, since, again := f.Host.Root, programParts(u), u.Since, u.Command("restart")
	if file, touch := touched(f, l, u); file != "" { // its master was started long ago, and starts anew in its own place
		parts, again = []string{vassalFolder(f, file) + "/."}, touch
		if i, err := r.Stat(file); err == nil && i.ModTime.After(since) {
			since = i.ModTime
		}
	}
	for _, name := range parts {
		link, to, other := formerRelease(r, name, true)
		if link == "" {
			continue
		}
		i, err := r.Lstat(link)
		after := first.Sub(i.ModTime)
		if err != nil || after < -time.Second || after > time.Hour || since.Before(i.ModTime.Add(-time.Second)) { // the log has whole seconds
			return x
		}
		folder := formerFolder(link, to, other, strings.TrimPrefix(name, link))
		when := "in the same second"
		if after >= time.Second {
			when = lasting(after.Truncate(time.Second)) + " later"
		}
		return x.Tell("%s has led to %s since %s, and the first of these failures came %s. The release before lies beside it: if the code cannot be mended at once, and the new one has not changed the database, go back with ln -sfn %s %s && %s",
			link, to, i.ModTime.Format("2006-01-02 15:04:05"), when, sh(folder), sh(link), again)
	}
	return x
}

// formerFolder is where a link would lead to the release before, written as it leads to the one of now; rest is what stands behind the link.
func formerFolder(link, to, other, rest string) string {
	folder := strings.TrimSuffix(other, strings.TrimSuffix(rest, "/."))
	if !path.IsAbs(to) {
		folder = path.Join(path.Dir(to), path.Base(folder))
	}
	return folder
}

// releaseMove is a link to a release that was led to another one.
type releaseMove struct {
	link, to, former string
	at               time.Time
}

// movedRelease is the link on the way to a folder that was led to another release in the ten minutes before a moment, with a former one beside it.
func movedRelease(r sysinfo.Root, dir string, before time.Time) (releaseMove, bool) {
	name := path.Clean(dir) + "/."
	link, to, other := formerRelease(r, name, true)
	if link == "" {
		return releaseMove{}, false
	}
	i, err := r.Lstat(link)
	if err != nil || i.ModTime.After(before) || before.Sub(i.ModTime) > minutesBefore {
		return releaseMove{}, false
	}
	return releaseMove{link, to, formerFolder(link, to, other, strings.TrimPrefix(name, link)), i.ModTime}, true
}

// firstFailure is the time of the oldest line of the kind of failure that this hop has now; zero without one.
func (l *live) firstFailure() time.Time {
	var first, last sysinfo.LogLine
	for _, line := range l.lines() {
		if last.Time.Before(line.Time) {
			last = line
		}
	}
	for _, line := range l.lines() {
		if line.Kind == last.Kind && (first.Time.IsZero() || line.Time.Before(first.Time)) {
			first = line
		}
	}
	for _, g := range l.past { // it keeps the latest lines only
		if g.Kind == last.Kind && g.First.Before(first.Time) {
			return g.First
		}
	}
	return first.Time
}

// programParts are the paths by which a unit comes to its app's code: its folder, and what its command names.
func programParts(u sysinfo.Unit) []string {
	var out []string
	if u.Folder() != "" {
		out = append(out, u.Folder()+"/.")
	}
	for w := range strings.FieldsSeq(u.Exec) {
		if _, value, ok := strings.Cut(w, "="); ok {
			w = value
		}
		if path.IsAbs(w) {
			out = append(out, w, w+"/.")
		}
	}
	return out
}
