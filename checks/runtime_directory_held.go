package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// clearedByItsService: systemd holds a socket for a service, and the socket lies in the RuntimeDirectory of that service: each stop and each
// restart takes the file away, and the .socket unit listens on without one (systemd.exec(5)).
func clearedByItsService(ctx context.Context, f *sysinfo.Facts, l *live, s sysinfo.Socket) *Finding {
	held, ok := f.SocketUnit(l.Hop)
	if owner, known := f.OwnerOf(ctx, s); !ok || !known || owner.PID != 1 || f.Host.Root.Exists(l.Unix) {
		return nil
	}
	u, _ := f.Unit(ctx, held.Service) // unknown: it has no folder
	dir := strings.TrimPrefix(strings.TrimPrefix(path.Dir(l.Unix), "/var"), "/run/")
	line, set := setBy(f, u, "RuntimeDirectory")
	if !set || !slices.Contains(strings.Fields(u.Props["RuntimeDirectory"]), dir) || u.Props["RuntimeDirectoryPreserve"] == "yes" {
		return nil
	}
	x := Fix{Title: "Let a stop of " + unitWord(held.Service) + " keep the folder of its socket", Risk: Medium}
	x = daemonReload(dropIn(x, held.Service, "Leave the folder alone", "Service", "RuntimeDirectoryPreserve=yes"))
	found := &Finding{Status: l.broken(), Confidence: 0.97, Where: line.Place, Fix: madeAnew(x, held), Covers: []ID{"socket-file-deleted"},
		Summary: fmt.Sprintf("%s listens on %s, but its file is gone: each stop of %s clears %s", held.Unit, l.Unix, unitWord(held.Service), path.Dir(l.Unix)),
		Evidence: []Evidence{lineOf(f.Host.Root, line.Place), {Source: "ss -lx", Text: "LISTEN " + s.Path + " by systemd (pid 1)"},
			{Source: "ls " + l.Unix, Text: "No such file or directory"}}}
	return withLine(found, l, connectKinds...)
}
