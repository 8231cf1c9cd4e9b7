package checks

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"fix502/sysinfo"
)

// leftSocket: a killed process left the file of its socket behind, and the program does not take an address that is there
// (Node, Python's socketserver and others do not; gunicorn, uWSGI and PHP-FPM do).
func leftSocket(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit) *obstacle {
	if l.Unix == "" || l.reach.Listener != nil || l.reach.File == nil || l.reach.File.Mode&fs.ModeSocket == 0 || u.Name == "" {
		return nil
	}
	lines, err := f.Journal(ctx, u.Name)
	if err != nil {
		return nil
	}
	for _, line := range reversed(lines[max(0, len(lines)-60):]) {
		if !containsAny(line.Text, "EADDRINUSE", "ddress already in use") {
			continue
		}
		return &obstacle{says: fmt.Sprintf("a process that was killed left its socket %s behind, and the program does not take a place that looks taken", l.Unix),
			evidence: []Evidence{{Source: u.Log(), Text: strings.TrimSpace(line.Text), Time: line.Time}, {Source: "ss -lx", Text: "nobody listens on " + l.Unix}},
			clear:    func(x Fix) Fix { return x.Do("Take the file away: nobody listens on it", "rm %s", sh(l.Unix)) }}
	}
	return nil
}

// barredSocket: the service's user may not make a socket in the folder where it is told to.
func barredSocket(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit) *obstacle {
	if l.Unix == "" || l.reach.Listener != nil || u.Name == "" || u.Manager != "" || !fails(u) {
		return nil
	}
	at, told := toldSocket(f, l, u)
	dir := path.Dir(l.Unix)
	if _, err := f.Host.Root.Stat(dir); !told || err != nil || makes(f, u, dir) {
		return nil
	}
	return shutOut(ctx, f, u, &obstacle{where: at, evidence: []Evidence{lineOf(f.Host.Root, at)}}, dir, 3)
}
