package checks

import (
	"errors"
	"io/fs"
	"path"

	"fix502/sysinfo"
)

// settingsClosed says which file of an app's settings only root may read: whom the app asks stands there.
func settingsClosed(f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) {
	var files []string
	if root := l.Site.Root; path.IsAbs(root) && l.Scheme == "fastcgi" {
		files = append(files, path.Join(root, ".env"), path.Join(path.Dir(root), ".env"))
	}
	if u.Name != "" {
		for _, s := range settingFiles(f, u) {
			files = append(files, s.name)
		}
	}
	for _, name := range files {
		if _, err := f.Host.Root.ReadFile(name); errors.Is(err, fs.ErrPermission) {
			name = realFile(f.Host.Root, name)
			found.Summary += "; only root may read its settings in " + name
			found.Evidence = append(found.Evidence, Evidence{Source: name, Text: "could not be read: " + why(err)})
			x := Fix{Title: found.Fix.Title, Risk: found.Fix.Risk, Undo: found.Fix.Undo}
			x = x.Tell("The app's settings in %s tell whom it asks, its database for one: run fix502 again with sudo", name)
			x.Steps = append(x.Steps, found.Fix.Steps...)
			found.Fix = x
			return
		}
	}
}
