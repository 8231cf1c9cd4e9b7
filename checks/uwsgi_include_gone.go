package checks

import (
	"fmt"
	"path"
	"regexp"

	"fix502/sysinfo"
)

var (
	uwsgiNoInclude = whenAsked(`realpath\(\) of (/\S+) failed: No such file`)
	uwsgiSections  = whenAsked(`^\s*\[uwsgi\]\s*$`)
)

// uwsgiIncludeGone: a file of uWSGI's takes in another one that is not there any more. The only other one in that folder which nobody takes in is meant.
func uwsgiIncludeGone(f *sysinfo.Facts, u sysinfo.Unit, files []string, gone string) *obstacle {
	r := f.Host.Root
	w := uwsgiLine(f, files, regexp.MustCompile(`^\s*(ini|inherit|include)\s*=\s*(?:\S*/)?`+regexp.QuoteMeta(path.Base(gone))+`\s*$`))
	if !w.place.Known() || r.Exists(gone) {
		return nil
	}
	o := &obstacle{where: w.place, says: fmt.Sprintf("%s, which it takes in, does not exist", gone), evidence: []Evidence{lineOf(r, w.place)}}
	now := ""
	names, _ := r.ReadDir(path.Dir(gone)) // gone as well
	for _, n := range names {
		other := path.Join(path.Dir(gone), n)
		if _, ok := lastLineWith(f, other, uwsgiSections); !ok || path.Ext(n) != path.Ext(gone) || takesOrListens(r, other) || other == w.place.File || strayLink(r, other) {
			continue
		}
		if now != "" {
			now = ""
			break
		}
		now = other
	}
	line := configLine(r, w.place)
	o.clear = func(x Fix) Fix {
		if now == "" || !wholePath(gone).MatchString(line) || f.Emperor(u) != "" || u.Within() != "" {
			return x.Tell("Bring %s back, or name at %s the file that has its settings now", gone, w.place)
		}
		edit, undo := replacePath(r, w.place, gone, now)
		x.Undo = undo
		return x.Do(fmt.Sprintf("Name %s, the only file of settings there that nobody takes in (or bring the old one back, and skip this)", now), "%s", edit)
	}
	return o
}

// takesOrListens says that a file is an app's own: it has another one read, or has a socket.
func takesOrListens(r sysinfo.Root, file string) bool {
	for _, line := range linesIn(r, file) {
		if uwsgiTaken.MatchString(line) || vassalSocket.MatchString(line) {
			return true
		}
	}
	return false
}
