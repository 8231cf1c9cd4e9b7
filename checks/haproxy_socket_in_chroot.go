package checks

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
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
			x := showFolder(ctx, f, g, path.Dir(l.Unix))
			found.Fix = x.Tell("Simpler for good: let the app listen on a port of 127.0.0.1 and write that into %s", l.Where)
			return found
		}),
	}
}

// showFolder mounts a folder inside of HAProxy's chroot, now and at each boot, and sees to it that it stays the same folder: systemd removes the
// RuntimeDirectory of a service that stops and makes another one at its start, and the mount would go on showing the former (systemd.exec(5)).
func showFolder(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, dir string) Fix {
	there := path.Join(g.Chroot, dir)
	x := Fix{Title: "Show HAProxy the folder of the socket", Risk: Low}
	away := ""
	if u, ok := makesFolder(ctx, f, dir); ok && u.Props["RuntimeDirectoryPreserve"] != "yes" {
		x = daemonReload(dropIn(x, u.Name, "Let each stop of "+unitWord(u.Name)+" leave its folder, or HAProxy goes on seeing the one that was removed", "Service", "RuntimeDirectoryPreserve=yes"))
		away = "; " + x.Undo
	}
	if all, err := mounts(f); err == nil && slices.ContainsFunc(all, func(m sysinfo.Filesystem) bool { return m.Dir == there }) {
		x = x.Do("Take away what is mounted there: a folder that was removed since", "umount %s", sh(there))
	}
	x.Undo = "umount " + sh(there) + away
	x = x.Do("Make the folder inside the chroot", "mkdir -p %s", sh(there)).
		Do("Let it be the same as the one outside, now", "mount --bind %s %s", sh(dir), sh(there))
	if boundAtBoot(g.Root, there) {
		return x
	}
	line := fmt.Sprintf("%s %s none bind,nofail,x-systemd.after=network.target 0 0", dir, there)
	x.Undo = fmt.Sprintf("umount %s; %s%s", sh(there), dropLine(g.Root, fstab, line), away)
	return x.Do("and after each boot", "%s", addLine(g.Root, fstab, line))
}

// makesFolder is the unit that makes a folder below /run at its start, and removes it at its stop.
func makesFolder(ctx context.Context, f *sysinfo.Facts, dir string) (sysinfo.Unit, bool) {
	units, _ := f.Units(ctx) // unknown: nobody's
	for _, name := range slices.Sorted(maps.Keys(units)) {
		for _, made := range strings.Fields(units[name].Props["RuntimeDirectory"]) {
			if u := units[name]; u.Name == name && inside(strings.TrimPrefix(dir, "/var"), path.Join("/run", made)) {
				return u, true
			}
		}
	}
	return sysinfo.Unit{}, false
}

// shownSince is when the folder of a socket was written into /etc/fstab, so that HAProxy sees it inside its chroot: zero where it is not.
func shownSince(f *sysinfo.Facts, l *live) time.Time {
	g := l.Site.Gateway
	if l.Unix == "" || g.Chroot == "" {
		return time.Time{}
	}
	if boundAtBoot(f.Host.Root, path.Join(g.Chroot, path.Dir(l.Unix))) {
		if i, err := f.Host.Root.Stat(fstab); err == nil {
			return endOfSecond(i.ModTime)
		}
	}
	return time.Time{}
}

const fstab = "/etc/fstab"

// boundAtBoot says that a folder is mounted somewhere else, too, at each boot.
func boundAtBoot(r sysinfo.Root, there string) bool {
	for _, line := range linesIn(r, fstab) {
		if w := strings.Fields(line); len(w) > 3 && w[1] == there && strings.Contains(w[3], "bind") {
			return true
		}
	}
	return false
}
