package checks

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// checkHelper: the checks go to a port of their own (check port), which systemd opens for a script that says whether the app is ready, and the program of that
// script's service is not there: systemd takes the connection and has nobody to answer it.
func checkHelper(ctx context.Context, f *sysinfo.Facts, l *live, srv haproxy.Server, found *Finding) (Fix, bool) {
	port, err := strconv.Atoi(srv.Full.After("port"))
	if err != nil || port == l.Port || !l.reach.Local {
		return Fix{}, false
	}
	held, _, ok := f.HeldBy(port)
	file := path.Join("/etc/systemd/system", held.Service)
	if !ok || held.Service == "" || !f.Host.Root.Exists(file) {
		return Fix{}, false
	}
	for _, line := range reversed(f.UnitLines(sysinfo.Unit{Name: held.Service, Fragment: file})) {
		program := strings.TrimLeft(firstWord(line.Value), "-@+!:")
		if line.Key != "ExecStart" || !path.IsAbs(program) {
			continue
		}
		if f.Host.Root.Exists(program) {
			return Fix{}, false
		}
		found.Where, found.Confidence = line.Place, 0.97
		found.Summary += fmt.Sprintf("; the checks ask at port %d, where %s starts %s, and that is not there", port, held.Unit, program)
		found.Evidence = append(found.Evidence, lineOf(l.Site.Gateway.Root, srv.At("port")), unitLineSays(f, line))
		x := Fix{Title: "Let the program of the check be found", Risk: Low}
		to := movedTo(f.Host.Root, program)
		if to == "" {
			return x.Tell("Bring %s back, or name at %s what answers the check; until then the check can go to the app itself (take check port out of the server's line)", program, line.Place), true
		}
		edit, undo := replacePath(f.Host.Root, line.Place, program, to)
		x.Undo = undo + "; systemctl daemon-reload"
		x = daemonReload(x.Do(fmt.Sprintf("It is %s now", to), "%s", edit))
		x = x.Do("Give the checks time to pass", "sleep 6")
		x.settles = true
		return x, true
	}
	return Fix{}, false
}
