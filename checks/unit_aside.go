package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// unitAside: the file by which a service listened there was put aside in systemd's folder: a unit's own, or a drop-in, without which the service runs as
// its package has it, at another address.
func unitAside(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) bool {
	const folder = "/etc/systemd/system"
	r, opens := f.Host.Root, opener(l)
	var kept sysinfo.Place
	for _, pattern := range []string{folder + "/*.service.d/*.conf.*", folder + "/*.service.*"} {
		files, _ := r.Glob(pattern) // none is common
		for _, file := range files {
			if !asideName.MatchString(file) || r.Exists(strings.TrimSuffix(file, path.Ext(file))) || !rootsWay(r, file) {
				continue
			}
			for at, line := range linesIn(r, file) {
				if !opens(line) || strings.HasPrefix(strings.TrimSpace(line), "#") {
					continue
				}
				if kept.Known() && kept.File != file {
					return false // which of them was the last one, nobody knows
				}
				kept = at
			}
		}
	}
	if !kept.Known() {
		return false
	}
	back := strings.TrimSuffix(kept.File, path.Ext(kept.File))
	service := path.Base(back)
	if dir := path.Base(path.Dir(back)); dir != "system" {
		service = strings.TrimSuffix(dir, ".d")
	}
	name := sh(unitWord(service))
	start, stop := "systemctl restart "+name, "systemctl restart "+name
	if path.Dir(back) == folder {
		start, stop = "systemctl enable --now "+name, "systemctl disable --now "+name
	}
	found.Where, found.Confidence = sysinfo.Place{File: kept.File}, 0.95
	found.Summary += fmt.Sprintf("; %s, by which %s listened there, was put aside: systemd reads no file of that name", kept.File, unitWord(service))
	found.Evidence = append([]Evidence{lineOf(r, kept)}, found.Evidence...)
	if u, ok := f.Unit(ctx, service); ok && u.Load != "not-found" {
		found.Evidence = append(found.Evidence, unitSays(u))
	}
	found.Fix = Fix{Title: "Give the file its name back", Risk: Low, Undo: fmt.Sprintf("mv -nT %s %s; systemctl daemon-reload; %s", sh(back), sh(kept.File), stop)}.
		Do("Systemd reads it again", "mv -nT %s %s && systemctl daemon-reload", sh(kept.File), sh(back)).
		Do("Start "+unitWord(service)+" with it", "%s && sleep 2", start)
	return true
}
