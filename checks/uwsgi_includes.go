package checks

import (
	"path"
	"strings"

	"fix502/sysinfo"
)

// takenHarakiri finds uWSGI's limit in a file that the app's own file takes over, and other apps may as well (ini = /etc/uwsgi/common.ini).
func takenHarakiri(f *sysinfo.Facts, l *live, u sysinfo.Unit) (timeLimit, bool) {
	for _, own := range uwsgiFiles(f, l, u) {
		w, ok := lastLineWith(f, own, uwsgiTaken, "#", ";")
		if !ok {
			continue
		}
		_, name, _ := strings.Cut(w.match[0], "=")
		name = strings.ReplaceAll(strings.TrimSpace(name), "%d", path.Dir(own)+"/")
		if !path.IsAbs(name) {
			name = path.Join("/", u.Folder(), name)
		}
		if w, ok := lastLineWith(f, name, harakiriLine, "#", ";"); ok {
			return limitAt(w)
		}
	}
	return timeLimit{}, false
}
