package checks

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// ioHang: a program on the way waits for a disk that does not answer.
func ioHang() Check {
	return Check{
		ID: "io-hang", Title: "No program hangs on a disk", Topic: Server,
		Means: `A process in state D waits inside the kernel for a disk or a network mount, and nothing, not even kill -9, ends that. When PHP's or the
app's workers do, their pages never come. A dead NFS server is the usual reason, a dying disk the other; the kernel log says "blocked for
more than 120 seconds" or "server not responding".`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			procs, err := f.Procs(ctx)
			if err != nil {
				return nil, err
			}
			if found := deadMount(ctx, f); found != nil {
				return []Finding{*found}, nil
			}
			stuck := hanging(ctx, f, procs)
			if len(stuck) == 0 {
				return []Finding{{Status: Pass, Summary: fmt.Sprintf("none of %d processes hangs on a disk", len(procs))}}, nil
			}
			found := Finding{Status: Warn, Confidence: 0.9, Summary: fmt.Sprintf("%s: %s waits for a disk or a network mount", plural(len(stuck), "process hangs", "processes hang"), stuck[0].Name)}
			for _, p := range stuck[:min(len(stuck), 3)] {
				text := fmt.Sprintf("pid %d %s, state D", p.PID, p.Cmd)
				if in := waitChannel(f, fmt.Sprintf("/proc/%d", p.PID)); in != "" {
					text += ", in " + in
				}
				found.Evidence = append(found.Evidence, Evidence{Source: "ps", Text: text})
			}
			lines, _ := kernelLines(ctx, f, errlog.HungTask) // unreadable: the states say enough
			if n := len(lines); n > 0 {
				found.Evidence = append(found.Evidence, lines[n-1].evidence())
			}
			if line, ok := timesOut(ctx, f); ok {
				found.Status, found.Covers = Fail, []ID{"upstream-read-timeout", "fpm-workers-exhausted", "host-overloaded"}
				found.Evidence = append(found.Evidence, line.Evidence)
			}
			found.Fix = Fix{Title: "Bring the disk or mount back", Risk: High}.
				Tell("findmnt -t nfs,nfs4,cifs,fuse shows network mounts: ping their server; dmesg -T | tail shows a dying disk. When the server is back, the processes go on by themselves").
				Tell("If it stays away: umount -f -l MOUNT lets programs fail instead of wait")
			return []Finding{found}, nil
		},
	}
}

// hanging are the gateway's and the apps' processes that wait for a disk, now and a moment later: for an instant every
// process does.
func hanging(ctx context.Context, f *sysinfo.Facts, procs []sysinfo.Proc) []sysinfo.Proc {
	var first []sysinfo.Proc
	for _, p := range procs {
		if p.State == 'D' && p.Cmd != "" && serves(ctx, f, p) {
			first = append(first, p)
		}
	}
	if len(first) == 0 {
		return nil
	}
	select {
	case <-ctx.Done():
	case <-time.After(300 * time.Millisecond):
	}
	var out []sysinfo.Proc
	for _, p := range first {
		if stateNow(f, p.PID) == 'D' {
			out = append(out, p)
		}
	}
	return out
}

// stateNow is the state of a process at this moment (proc(5), /proc/pid/stat); 0 of one that is gone.
func stateNow(f *sysinfo.Facts, pid int) byte {
	b, _ := f.Host.Root.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if i := bytes.LastIndex(b, []byte(") ")); i > 0 && i+2 < len(b) {
		return b[i+2]
	}
	return 0
}

// serves says that a process belongs to the way of a request: a gateway, PHP-FPM, a database, or an app behind a hop.
func serves(ctx context.Context, f *sysinfo.Facts, p sysinfo.Proc) bool {
	for _, w := range []string{"nginx", "php-fpm", "apache2", "httpd", "haproxy", "mysqld", "mariadbd", "postgres", "redis-server", "memcached"} {
		if strings.HasPrefix(p.Name, w) {
			return true
		}
	}
	all, err := hops(ctx, f)
	if err != nil {
		return false
	}
	unit := f.UnitOf(p.PID)
	for _, l := range all {
		if o := l.reach.Owner; o != nil && (o.PID == p.PID || o.PID == p.PPID || unit != "" && unit == f.UnitOf(o.PID)) {
			return true
		}
	}
	return false
}

// deadMount finds a site whose files lie on a filesystem that does not answer.
func deadMount(ctx context.Context, f *sysinfo.Facts) *Finding {
	for _, s := range f.Sites(ctx) {
		err := s.Gateway.Root.Hung(s.Root)
		if err == nil {
			continue
		}
		found := &Finding{Site: s, Status: Warn, Confidence: 0.95, Where: s.Where, Summary: fmt.Sprintf("the files of %s are on a mount that does not answer", s.Name),
			Evidence: []Evidence{{Source: "stat " + s.Root, Text: err.Error()}}, Covers: []ID{"upstream-read-timeout", "fpm-workers-exhausted", "host-overloaded"}}
		if line, ok := timesOut(ctx, f); ok {
			found.Status = Fail
			found.Evidence = append(found.Evidence, line.Evidence)
		}
		found.Fix = Fix{Title: "Bring the mount back", Risk: High}.
			Tell("findmnt -T %s shows the mount and its server: ping it, look there first. When it is back, the waiting programs go on by themselves", s.Root).
			Tell("If it stays away: umount -f -l MOUNT lets programs fail instead of wait")
		return found
	}
	return nil
}
