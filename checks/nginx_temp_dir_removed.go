package checks

import (
	"context"
	"fmt"
	"path"

	"fix502/sysinfo"
)

// removedTemp: a temporary directory was taken away under the nginx that runs, and visitors met it. nginx makes its directories when it reads
// its configuration, one level deep (ngx_create_paths in src/core/ngx_file.c), never while it runs. One that nobody missed is no trouble.
func removedTemp(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, d usedDir) *Finding {
	found := &Finding{Status: Warn, Confidence: 0.96, Where: sysinfo.Place{File: path.Clean(d.path)}, Summary: fmt.Sprintf("%s, where nginx keeps %s, was removed while nginx ran", path.Clean(d.path), d.why),
		Evidence: []Evidence{{Source: "ls -ld " + path.Clean(d.path), Text: "no such file or directory"}}}
	proveTemp(ctx, f, g, d, found)
	if found.Status != Fail {
		return nil
	}
	x := Fix{Title: "Let nginx make its directory again", Risk: Low}
	if up := path.Dir(path.Clean(d.path)); !g.Root.Exists(up) {
		x.Undo = "rmdir " + sh(up)
		x = x.Do("Make the folder above it", "mkdir -p %s", sh(up))
	}
	found.Fix = reload(ctx, f, g, x).Tell("Then find what removed it: a cleaning job, a script, rules of tmpfiles.d for %s", path.Dir(path.Clean(d.path)))
	return found
}
