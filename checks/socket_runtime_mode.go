package checks

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// runtimeModeFix: systemd makes the folder of the socket, and is told to let nobody else in.
func runtimeModeFix(ctx context.Context, f *sysinfo.Facts, l *live, d sysinfo.Info, who string) (sysinfo.Place, Fix, bool) {
	u := f.AppFor(ctx, l.Hop).Unit
	line, ok := setBy(f, u, "RuntimeDirectoryMode")
	if !ok || u.Manager != "" || madeFor(f, u, d.Path) != d.Path {
		return sysinfo.Place{}, Fix{}, false
	}
	x := Fix{Title: "Let " + who + " enter " + d.Path, Risk: Low}
	if i, err := f.Host.Root.Stat(l.Unix); err != nil || i.Mode.Perm()&0o002 != 0 {
		return line.Place, letThrough(x, u, d, who), true
	}
	x = daemonReload(unitSet(f, u, x, "Let systemd make the folder so that others may pass through", "Service", "RuntimeDirectoryMode", "0755"))
	return line.Place, x.Do("The same for the folder that is there now", "chmod 0755 %s", sh(d.Path)), true
}

// letThrough lets the gateway's user into a folder that keeps the socket in it from all others: that one is open to whoever gets there, as
// gunicorn's are. systemd sets the folder's mode anew at each start, so the way is opened after that.
func letThrough(x Fix, u sysinfo.Unit, d sysinfo.Info, who string) Fix {
	through := fmt.Sprintf("setfacl -m u:%s:x %s || chmod o+x %s", sh(who), sh(d.Path), sh(d.Path))
	x = daemonReload(dropIn(x, u.Name, "Let the gateway's user, and nobody else, pass through whenever systemd has made the folder", "Service", "ExecStartPre=+/bin/sh -c "+strconv.Quote(through)))
	x.Undo += fmt.Sprintf("; setfacl -x u:%s %s || chmod %04o %s", sh(who), sh(d.Path), d.Mode.Perm(), sh(d.Path))
	return x.Do("The same for the folder that is there now", "%s", through)
}

// makes says that a folder is one that systemd makes for a service whenever it starts, or lies in one.
func makes(f *sysinfo.Facts, u sysinfo.Unit, dir string) bool { return madeFor(f, u, dir) != "" }

// madeFor is the folder that systemd makes whenever a service starts, the one in question or above it. What lies in it the app made itself.
func madeFor(f *sysinfo.Facts, u sysinfo.Unit, dir string) (out string) {
	for _, line := range f.UnitLines(u) {
		for name := range strings.FieldsSeq(line.Value) {
			name, _, _ = strings.Cut(name, ":")
			if made := path.Join("/run", name); line.Key == "RuntimeDirectory" && inside(dir, made) && len(made) > len(out) {
				out = made
			}
		}
	}
	return out
}
