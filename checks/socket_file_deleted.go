package checks

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"syscall"
	"time"

	"fix502/sysinfo"
)

// orphaned says that somebody listens on this path, but the file at the path is gone or another one.
func orphaned(l *live) (sysinfo.Socket, bool) {
	if l.Unix == "" || l.reach.Err != nil || l.reach.Listener != nil || len(l.reach.Others) == 0 ||
		l.reach.Errno != syscall.ENOENT && l.reach.Errno != syscall.ECONNREFUSED {
		return sysinfo.Socket{}, false
	}
	return l.reach.Others[0], true
}

// socketFileDeleted: the daemon listens, but its file was removed from under it.
func socketFileDeleted() Check {
	return Check{
		ID: "socket-file-deleted", Title: "Every listening socket still has its file", Topic: Upstreams,
		After: []ID{"private-tmp-socket", "runtime-directory-removed"},
		Means: `The program listens and its service is active, but the socket's file was deleted: by a cleaner of /tmp, a deploy script, somebody's
rm. Nobody can find the way to a socket without a file. Restart the program, which makes the file again; a reload does not, PHP-FPM
keeps the old socket over a reload.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			s, ok := orphaned(l)
			if !ok || seenOutside(f, l) || privateTmp(ctx, f, l, s) != "" || clearedByItsService(ctx, f, l, s) != nil || directoryRemover(ctx, f, l) != "" {
				return nil
			}
			if u := appUnit(ctx, f, l); u.Restarts > 0 && f.Host.Now().Sub(u.Since) < 5*time.Second {
				return nil // it comes and goes: its next start takes the former one's file away
			}
			x := Fix{Title: "Restart the program, so that it makes its socket again", Risk: Medium}
			owner, known := f.OwnerOf(ctx, s)
			evidence := []Evidence{{Source: "ss -lx", Text: "LISTEN " + s.Path + by(ctx, f, procOrNil(owner, known), 0)}, {Source: "ls " + l.Unix, Text: "No such file or directory"}}
			if held, ok := f.SocketUnit(l.Hop); ok && owner.PID == 1 {
				x = madeAnew(x, held)
			} else if u := serviceOf(ctx, f, l, owner); known && u.Name != "" {
				x = x.Do("Restart, not reload: a reload keeps the old socket", "%s%s", u.Command("restart"), warmUp(u))
				evidence = append(evidence, unitSays(u))
			} else if p, _ := f.PoolOf(ctx, l.Hop); p != nil {
				x = fpmRestart(p, x)
			} else if u := f.AppFor(ctx, l.Hop).Unit; u.Running() { // who holds the socket only root sees
				x = x.Do("Restart, not reload: a reload keeps the old socket", "%s%s", u.Command("restart"), warmUp(u))
			} else {
				x = x.Tell("Restart the program that listens on %s", s.Path)
			}
			x = x.Tell("Then find what deletes it: a cron job, a deploy script, tmpfiles.d rules for %s", path.Dir(l.Unix))
			found := &Finding{Status: l.broken(), Confidence: 0.96, Where: l.Where, Evidence: evidence, Fix: x,
				Summary: fmt.Sprintf("somebody listens on %s, but its file is gone", l.Unix)}
			if u := f.AppFor(ctx, l.Hop).Unit; strings.Contains(u.Exec, "gunicorn") && onlyRootReads(ctx, f, u) {
				found.Confidence = 0.6
				found.Fix = found.Fix.Tell("Or gunicorn took it away itself, for it could not load the app: %s says so, to root alone", u.Log())
			}
			return withLine(found, l, connectKinds...)
		}),
	}
}

// seenOutside says that the socket's file is there all the same, and only the gateway's own view of the files lacks it.
func seenOutside(f *sysinfo.Facts, l *live) bool {
	i, err := f.Host.Root.Stat(l.Unix)
	return err == nil && !l.Site.Gateway.Foreign && l.reach.Errno == syscall.ENOENT && i.Mode&fs.ModeSocket != 0
}

func procOrNil(p sysinfo.Proc, ok bool) *sysinfo.Proc {
	if !ok {
		return nil
	}
	return &p
}
