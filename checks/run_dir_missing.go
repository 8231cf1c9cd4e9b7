package checks

import (
	"context"
	"fmt"
	"path"

	"fix502/sysinfo"
)

// runDirMissing: /run is made anew at every boot; a folder made by hand is gone.
func runDirMissing() Check {
	return Check{
		ID: "run-dir-missing", Title: "The folders for sockets exist", Topic: Upstreams,
		Means: `/run is empty after every boot, and so is /tmp. A folder in it that was made by hand, or whose line in tmpfiles.d was lost, is
missing, and the program that wants to put its socket there cannot start. A test of the configuration does not notice. Make the
folder, and a line that makes it at every boot.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if found := appRunDir(ctx, f, l); found != nil {
				return found
			}
			d := fpmTrouble(ctx, f, l)
			if d == nil || d.cause != "run-dir-missing" {
				return nil
			}
			found := d.finding(ctx, f, l, fmt.Sprintf("%s cannot make its socket: the folder %s does not exist", d.fpm.Name(), d.dir))
			found.Where = d.pool.Get("listen").Place
			for _, p := range d.fpm.Config.Pools { // one that cannot listen keeps all of them down
				if at, ok := p.Listen(); ok && path.Dir(at.Path) == d.dir {
					found.Where = p.Get("listen").Place
					break
				}
			}
			found.Fix = fpmStart(d.fpm, dirAtBoot(ctx, f, d, found))
			return found
		}),
	}
}
