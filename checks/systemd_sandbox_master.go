package checks

import (
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// notMapped are the words of a service that begins as root and may not become, or give to, another user: in a user namespace of its own
// (PrivateUsers) only root and nobody exist (chown(2), setgid(2): EINVAL).
var notMapped = whenAsked(`(?i)(?:chown|setgid|setuid|setgroups|initgroups|own(?:er|ing))\b.*(?:\(22: Invalid argument|\(22\)Invalid argument|Invalid argument(?: \(22\))?)`)

// masterWall is a setting that hides from a service's master, or makes read-only, what it opens as root: its log, its pid file, its sockets.
func masterWall(f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine) *wall {
	if l, ok := setBy(f, u, "PrivateUsers"); ok && truly(l.Value) && lastSaid(lines, notMapped) != nil {
		return &wall{setting: l.Key, better: "no", does: "leaves it no user but root and nobody, and its workers have users of their own"}
	}
	if l, ok := veil(f, u, "/tmp/x", "read-only file system"); ok && lastSaid(lines, lockUnmade) != nil {
		return &wall{setting: l.Key, add: []string{"PrivateTmp=yes"}, does: "leaves it no /tmp, where OPcache makes its lock"}
	}
	for _, line := range reversed(lines) {
		text := line.Text
		m := pathInWords.FindStringSubmatch(text)
		if m == nil || !f.Host.Root.Exists(path.Dir(m[1])) || !takesNoWrites.MatchString(text) && !f.Host.Root.Exists(m[1]) {
			continue
		}
		if l, ok := veil(f, u, m[1], text); ok {
			return veiledMaster(u, l, m[1])
		}
	}
	return nil
}

// veiledMaster says what the setting would have to be.
func veiledMaster(u sysinfo.Unit, l sysinfo.UnitLine, file string) *wall {
	w := &wall{setting: l.Key, does: "hides " + file + " from it"}
	switch {
	case l.Key == "ProtectSystem" || l.Key == "ProtectHome" && l.Value == "read-only":
		w.does = "lets it write no " + file
		w.add = []string{"ReadWritePaths=-/run -/var/log -/var/lib/php -/var/lib/nginx -/var/cache/nginx -" + path.Dir(file)}
	case l.Key == "ProtectHome":
		w.better = "read-only"
	case l.Key == "ReadOnlyPaths": // it says one place at a time: logs, pid files and sockets it has to write all
		w.does = "lets it write no " + file
		w.lifts = func(dir string) bool {
			return inside(file, dir) || inside("/run", dir) || inside("/var/log", dir) || inside("/var/lib", dir) || strings.HasPrefix(dir, "/run/")
		}
	default:
		w.lifts = func(dir string) bool { return inside(file, dir) }
	}
	return w
}

// homesByName is how many folders of logs a line may name; a host of many customers has them all in their homes.
const homesByName = 12

// admitLogs lets a gateway write its logs where its homes are only read: its master opens all of them before it serves anybody.
func (w *wall) admitLogs(g *sysinfo.Gateway) {
	logs := slices.Clone(g.Logs)
	for _, s := range g.Sites {
		logs = append(logs, s.Logs...)
	}
	var dirs []string
	for _, l := range logs {
		if dir := "-" + path.Dir(l.Path); (inside(l.Path, "/home") || inside(l.Path, "/root")) && plainPath.MatchString(l.Path) && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	switch {
	case len(dirs) > homesByName:
		w.better = "no"
	case len(dirs) > 0:
		w.better, w.add = "read-only", []string{"ReadWritePaths=" + strings.Join(dirs, " ")}
	}
}

// lockUnmade is what OPcache says of the lock that it makes in /tmp (zend_shared_alloc.c).
var lockUnmade = whenAsked(`Unable to create lock file: Read-only file system`)
