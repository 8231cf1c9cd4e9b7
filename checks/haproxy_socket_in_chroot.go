package checks

import (
	"context"
	"fmt"
	"path"
	"strings"
	"syscall"
	"time"

	"fix502/sysinfo"
)

// haproxySocketInChroot: the socket is there for everybody but HAProxy, which has locked itself into a folder.
func haproxySocketInChroot() Check {
	return Check{
		ID: "haproxy-socket-in-chroot", Title: "HAProxy finds sockets inside its chroot", Topic: Platform,
		Means: `HAProxy lives in a chroot (/var/lib/haproxy on Debian): after its start it sees that folder as /. A socket in the configuration is looked for
below it, and its log socket too. Everything looks right from outside, and HAProxy answers 503 at once. Let the app listen on a port of 127.0.0.1, or
put its socket below the chroot.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			g := l.Site.Gateway
			if g.Chroot == "" || g.Chroot == "/" || l.Unix == "" || l.reach.Err != nil || l.reach.Errno != syscall.ENOENT {
				return nil
			}
			outside, err := g.Root.Stat(l.Unix)
			if err != nil {
				return nil
			}
			found := &Finding{Status: l.broken(), Confidence: 0.97, Where: l.Where, Covers: []ID{"socket-file-deleted", "socket-path-mismatch", "upstream-port-nothing-listening", "upstream-returned-5xx"},
				Summary:  fmt.Sprintf("HAProxy is locked into %s and looks for %s there; the socket is outside", g.Chroot, l.Unix),
				Evidence: []Evidence{passLine(l), {Source: "ls " + path.Join(g.Chroot, l.Unix), Text: "No such file or directory"}, {Source: "ls " + l.Unix, Text: "there: " + outside.Mode.String()}}}
			h, ok := g.Extra.(*sysinfo.HAProxy)
			if !ok {
				return found
			}
			line, ok := h.Config.Global().Get("chroot")
			if !ok {
				return found
			}
			at := line.Place
			found.Evidence = append(found.Evidence, lineOf(g.Root, at))
			inside := path.Join(g.Chroot, path.Dir(l.Unix))
			mount := fmt.Sprintf("%s %s none bind,nofail,x-systemd.after=network.target 0 0", path.Dir(l.Unix), inside)
			x := Fix{Title: "Show HAProxy the folder of the socket", Risk: Low, Undo: fmt.Sprintf("umount %s; %s", sh(inside), dropLine(g.Root, "/etc/fstab", mount))}
			x = x.Do("Make the folder inside the chroot", "mkdir -p %s", sh(inside)).
				Do("Let it be the same as the one outside, now", "mount --bind %s %s", sh(path.Dir(l.Unix)), sh(inside)).
				Do("and after each boot", "%s", addLine(g.Root, "/etc/fstab", mount))
			found.Fix = x.Tell("Simpler for good: let the app listen on a port of 127.0.0.1 and write that into %s", l.Where)
			return found
		}),
	}
}

// shownSince is when the folder of a socket was written into /etc/fstab, so that HAProxy sees it inside its chroot: zero where it is not.
func shownSince(f *sysinfo.Facts, l *live) time.Time {
	g := l.Site.Gateway
	if l.Unix == "" || g.Chroot == "" {
		return time.Time{}
	}
	inside := path.Join(g.Chroot, path.Dir(l.Unix))
	for _, line := range linesIn(f.Host.Root, "/etc/fstab") {
		if w := strings.Fields(line); len(w) > 3 && w[1] == inside && strings.Contains(w[3], "bind") {
			if i, err := f.Host.Root.Stat("/etc/fstab"); err == nil {
				return endOfSecond(i.ModTime)
			}
		}
	}
	return time.Time{}
}
