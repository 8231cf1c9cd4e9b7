package checks

import (
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// uwsgiLeft is an app of Debian's uwsgi service that is not linked into apps-enabled: the service runs, or says so, and
// this app is not among its children. The socket of each is /run/uwsgi/app/NAME/socket.
func uwsgiLeft(f *sysinfo.Facts, l *live, out *Finding) bool {
	dir, ok := strings.CutPrefix(strings.Replace(l.Unix, "/var/run/", "/run/", 1), "/run/uwsgi/app/")
	name, _, _ := strings.Cut(dir, "/")
	if !ok || name == "" {
		return false
	}
	for _, ext := range []string{".ini", ".yaml", ".xml", ".json"} {
		link, file := path.Join("/etc/uwsgi/apps-enabled", name+ext), path.Join("/etc/uwsgi/apps-available", name+ext)
		if f.Host.Root.Exists(link) || !f.Host.Root.Exists(file) {
			continue
		}
		out.Summary = fmt.Sprintf("uwsgi does not run the app %s: it is in apps-available and not in apps-enabled", name)
		out.Where = sysinfo.Place{File: file}
		out.Evidence = append(out.Evidence, Evidence{Source: "ls -l " + link, Text: "no such file"})
		out.Fix = Fix{Title: "Enable the app", Risk: Medium, Undo: fmt.Sprintf("rm %s && systemctl restart uwsgi", sh(link))}.
			Do("Link it", "ln -sfn %s %s", sh(file), sh(link)).
			Do("Start uwsgi with it", "systemctl restart uwsgi && sleep 2")
		return true
	}
	return false
}
