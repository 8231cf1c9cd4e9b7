package checks

import (
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// socketInFolderOfService: systemd makes the app's socket in a folder that it makes anew for the service at its start, gives to the service's user, and removes at its stop, the socket with it
// (RuntimeDirectory=, systemd.exec(5)). A gateway must not be led there: the socket unit takes the path back that the gateway asks for.
func socketInFolderOfService(f *sysinfo.Facts, l *live, app sysinfo.App, found *Finding) {
	file, unix := strings.CutPrefix(app.Addr, "unix:")
	held, ok := f.SocketUnit(&sysinfo.Hop{Unix: file})
	own := func(name string) bool {
		return slices.ContainsFunc(strings.Fields(app.Unit.Props["RuntimeDirectory"]), func(dir string) bool { return inside(sysinfo.InRun(name), "/run/"+dir) })
	}
	if !unix || !ok || held.Service != app.Unit.Name || app.Unit.Props["RuntimeDirectoryPreserve"] == "yes" || !own(file) || own(l.Unix) || !inside(sysinfo.InRun(l.Unix), "/run") {
		return
	}
	r := f.Host.Root
	for _, line := range held.Lines {
		if line.Key != "ListenStream" || line.Value != file || !strings.HasPrefix(line.File, "/etc/") {
			continue
		}
		found.Where = line.Place
		found.Summary += fmt.Sprintf(", in the folder that comes and goes with %s", unitWord(app.Unit.Name))
		found.Evidence = append(found.Evidence, lineOf(r, line.Place))
		edit, undo := replacePath(r, line.Place, file, l.Unix)
		x := Fix{Title: "Let systemd make the socket where " + l.From + " asks for it", Risk: Low, Undo: undo + "; systemctl daemon-reload"}
		found.Fix = madeAnew(daemonReload(x.Do("The folder of the other place is removed at each stop of the service, with the socket", "%s", edit)), held)
		return
	}
}
