package checks

import (
	"context"
	"path"
	"strings"

	"fix502/sysinfo"
)

// runtimeModeFix: systemd makes the folder of the socket, and is told to let nobody else in.
func runtimeModeFix(ctx context.Context, f *sysinfo.Facts, l *live, d sysinfo.Info, who string) (sysinfo.Place, Fix, bool) {
	u := f.AppFor(ctx, l.Hop).Unit
	line, ok := setBy(f, u, "RuntimeDirectoryMode")
	if !ok || u.Manager != "" || !makes(f, u, d.Path) {
		return sysinfo.Place{}, Fix{}, false
	}
	x := Fix{Title: "Let " + who + " enter " + d.Path, Risk: Low}
	x = daemonReload(unitSet(f, u, x, "Let systemd make the folder so that others may pass through", "Service", "RuntimeDirectoryMode", "0755"))
	return line.Place, x.Do("The same for the folder that is there now", "chmod 0755 %s", sh(d.Path)), true
}

// makes says that a folder is one that systemd makes for a service whenever it starts.
func makes(f *sysinfo.Facts, u sysinfo.Unit, dir string) bool {
	for _, line := range f.UnitLines(u) {
		for name := range strings.FieldsSeq(line.Value) {
			name, _, _ = strings.Cut(name, ":")
			if line.Key == "RuntimeDirectory" && inside(dir, path.Join("/run", name)) {
				return true
			}
		}
	}
	return false
}
