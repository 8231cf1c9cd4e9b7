package checks

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"fix502/sysinfo"
)

// uwsgiDangling: the link of an app in apps-enabled leads to a file that is not there any more; the only file of apps-available that no link leads to is meant.
func uwsgiDangling(f *sysinfo.Facts, l *live, out *Finding) bool {
	const enabled, available = "/etc/uwsgi/apps-enabled", "/etc/uwsgi/apps-available"
	r := f.Host.Root
	of, ok := strings.CutPrefix(sysinfo.InRun(l.Unix), "/run/uwsgi/app/")
	name, _, _ := strings.Cut(of, "/")
	link := path.Join(enabled, name+".ini")
	i, err := r.Lstat(link)
	if !ok || name == "" || err != nil || i.Mode&fs.ModeSymlink == 0 || r.Exists(link) {
		return false
	}
	led := map[string]bool{}
	links, _ := r.ReadDir(enabled) // Lstat has seen it
	for _, n := range links {
		led[realFile(r, path.Join(enabled, n))] = true
	}
	now := ""
	files, _ := r.ReadDir(available) // not there: no file
	for _, n := range files {
		if file := path.Join(available, n); path.Ext(n) == ".ini" && !led[file] && onlyRoots(r, file) {
			if now != "" {
				return false
			}
			now = file
		}
	}
	to, _ := r.Readlink(link) // it is one
	out.Where = sysinfo.Place{File: link}
	out.Summary = fmt.Sprintf("uwsgi does not run the app %s: its link in apps-enabled leads to %s, which does not exist", name, to)
	out.Evidence = append(out.Evidence, Evidence{Source: "ls -l " + link, Text: link + " -> " + to})
	x := Fix{Title: "Let the link lead to the app's file", Risk: Medium}
	if now == "" {
		out.Fix = x.Tell("Bring the file back, or let %s lead to the one that has the app's settings now; then: systemctl restart uwsgi", link)
		return true
	}
	x.Undo = fmt.Sprintf("ln -sfn %s %s", sh(to), sh(link))
	out.Fix = x.Do(fmt.Sprintf("Lead it to %s, the only file there that no link leads to", now), "ln -sfn %s %s", sh(now), sh(link)).
		Do("Start uwsgi with it", "systemctl restart uwsgi && sleep 2")
	return true
}
