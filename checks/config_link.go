package checks

import (
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// notOpened is the file that Apache and Caddy say they cannot read.
var notOpened = whenAsked(`(?:Could not open configuration file|cannot read) (/\S+?): (?:No such file|open /)`)

// lostLink mends a link among a gateway's files that leads nowhere: it is set to where its file went, and where that is
// not known, taken away.
func lostLink(g *sysinfo.Gateway, x Fix, link string) (Fix, bool) {
	if !path.IsAbs(link) || !leadsNowhere(g.Root, link) {
		return x, false
	}
	to, _ := g.Root.Readlink(link) // leadsNowhere has read it
	was := to
	if !path.IsAbs(was) {
		was = path.Join(path.Dir(link), was)
	}
	if now := nowCalled(g.Root, link, was); now != "" {
		x.Undo = fmt.Sprintf("ln -sfn %s %s", sh(to), sh(link))
		return x.Do(fmt.Sprintf("Set the link to %s: %s, where it leads, is gone, and this file is called after it and no link leads to it", now, was), "ln -sfn %s %s", sh(now), sh(link)), true
	}
	if guardFile.MatchString(path.Base(link)) {
		return guardLost(x, "the link "+link), true
	}
	x.Undo = fmt.Sprintf("ln -s %s %s", sh(to), sh(link))
	return x.Do(fmt.Sprintf("Take the link away: %s, where it leads, is gone", to), "rm %s", sh(link)), true
}

// nowCalled is where a file is now that a link led to: the only one of that name near, or in its folder the only one with a longer or
// shorter name to which no link beside this one leads.
func nowCalled(r sysinfo.Root, link, was string) string {
	if to := movedTo(r, was); to != "" && onlyRoots(r, to) {
		return to
	}
	names, _ := r.ReadDir(path.Dir(was)) // no folder has none
	var like []string
	for _, n := range names {
		if file := path.Join(path.Dir(was), n); longerOrShorter(n, path.Base(was)) && !asideName.MatchString(n) && isFile(r, file) && onlyRoots(r, file) && !linkedFrom(r, path.Dir(link), file) {
			like = append(like, file)
		}
	}
	if len(like) != 1 {
		return ""
	}
	return like[0]
}

// longerOrShorter says that one of two names goes on where the other ends, or begins with something more: shop and shop.example.
func longerOrShorter(a, b string) bool {
	end := func(s string) string { // what a file of settings is called by
		for _, e := range []string{".conf", ".cfg", ".caddy", ".caddyfile", ".vcl"} {
			s = strings.TrimSuffix(s, e)
		}
		return s
	}
	a, b = end(a), end(b)
	return len(a) > 1 && len(b) > 1 && (strings.HasPrefix(a, b) || strings.HasSuffix(a, b) || strings.HasPrefix(b, a) || strings.HasSuffix(b, a))
}

// linkedFrom says that a link of a folder leads to a file.
func linkedFrom(r sysinfo.Root, dir, file string) bool {
	names, _ := r.ReadDir(dir) // no folder has none
	for _, n := range names {
		to, err := r.Readlink(path.Join(dir, n))
		if err == nil && !path.IsAbs(to) {
			to = path.Join(dir, to)
		}
		if err == nil && path.Clean(to) == file {
			return true
		}
	}
	return false
}
