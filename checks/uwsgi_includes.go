package checks

import (
	"path"

	"fix502/sysinfo"
)

// takenHarakiri finds uWSGI's limit in a file that the app's own file takes over, and other apps may as well (ini = /etc/uwsgi/common.ini).
func takenHarakiri(f *sysinfo.Facts, l *live, u sysinfo.Unit) (timeLimit, bool) {
	for _, own := range uwsgiFiles(f, l, u) {
		for _, name := range reversed(takenBy(f.Host.Root, own, path.Join("/", u.Folder()))) { // the last one counts
			if w, ok := lastLineWith(f, name, harakiriLine, "#", ";"); ok {
				return limitAt(w)
			}
		}
	}
	return timeLimit{}, false
}
