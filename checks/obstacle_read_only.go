package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// readOnlyFS are the forms in which programs name the file that a filesystem does not take: Python's and gunicorn's, Node's, Ruby's, Go's and C's.
var readOnlyFS = []pattern{
	whenAsked(`(?i)read-only file system(?:[:,]? (?:\w+ )?| @ \w+ - )['"]?([\w./][^'":\s]*)`),
	whenAsked(`'([^']+)' isn't writable.*\bRead-only file system`),
	whenAsked(`(?i)(/[^\s'"]+)['"]?: read-only file system`),
}

// notWritten is the file of which a program says so, as seen from its folder; empty where it says nothing of the kind.
func notWritten(u sysinfo.Unit, text string) string {
	if !takesNoWrites.MatchString(text) {
		return ""
	}
	for _, form := range reversed(readOnlyFS) {
		if m := form.FindStringSubmatch(text); m != nil && (path.IsAbs(m[1]) || u.Folder() != "") {
			if path.IsAbs(m[1]) {
				return path.Clean(m[1])
			}
			return path.Join(u.Folder(), m[1])
		}
	}
	return ""
}

// readOnlyFor: systemd makes the place read-only for the service, where it has to write; or it is so for everybody.
func readOnlyFor(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, file string) *obstacle {
	dir := path.Dir(file)
	if !f.Host.Root.Exists(dir) {
		return nil
	}
	if o := mountedReadOnly(ctx, f, o, file); o != nil {
		return o
	}
	l, ok := veil(f, u, file, "read-only file system")
	if ok && inEverybodys(file) {
		return o.givenTemp(f, u, l)
	}
	if !ok || theSystems(dir) {
		return nil
	}
	o.veil, o.where, o.says = true, l.Place, fmt.Sprintf("%s=%s makes %s read-only for it", l.Key, l.Value, dir)
	o.evidence = append(o.evidence, unitLineSays(f, l))
	o.clear = func(x Fix) Fix {
		who, _ := servedBy(ctx, f, u)
		users, err := f.Users(ctx)
		if i, err2 := f.Host.Root.Stat(dir); err != nil || err2 != nil || !plainPath.MatchString(dir) || strayLink(f.Host.Root, dir) || !ownPlace(f, u, i, who, users) && (who == "root" || users.Name(i.UID) != who) {
			return x.Tell("%s is not known to be this service's own: see why it writes there. If it should, admit that folder and no other: ReadWritePaths=-%s in a drop-in (systemctl edit %s)", dir, systemdWord(dir), unitWord(u.Name))
		}
		dirs := []string{"-" + dir}
		if wholeWall(l) {
			for _, d := range writesInto(ctx, f, u, who) {
				if !inside(d, dir) && !letsWrite(f, u, d) {
					dirs = append(dirs, "-"+d)
				}
			}
		}
		add := []string{"ReadWritePaths=" + strings.Join(dirs, " ")}
		if l.Value == "strict" && u.Props["PrivateTmp"] != "yes" && !strings.Contains(u.Exec, "/tmp/") {
			add = append(add, "PrivateTmp=yes") // strict closes /tmp as well, which most programs need
		}
		return daemonReload(dropIn(x, u.Name, "Let it write there, and nowhere else", "Service", add...))
	}
	return o
}

// systemdWord is a path as systemd reads it in a list.
func systemdWord(name string) string {
	if plainPath.MatchString(name) {
		return name
	}
	return strconv.Quote(strings.ReplaceAll(name, "%", "%%"))
}

// mountedReadOnly: the filesystem below takes no writes, from anybody.
func mountedReadOnly(ctx context.Context, f *sysinfo.Facts, o *obstacle, file string) *obstacle {
	m, ok := mountedAt(f, file)
	if !ok || !slices.Contains(m.Options, "ro") || slices.Contains([]string{"squashfs", "iso9660", "erofs", "overlay"}, m.Kind) {
		return nil
	}
	o.where, o.says = sysinfo.Place{File: m.Dir}, fmt.Sprintf("%s can only be read (it is mounted ro), and it writes %s", m.Dir, file)
	o.evidence = append(o.evidence, Evidence{Source: "findmnt " + m.Dir, Text: "mounted read-only (ro)"})
	at, inTable := fstabLine(f, m.Dir)
	if w := strings.Fields(configLine(f.Host.Root, at)); inTable && len(w) > 3 && slices.Contains(strings.Split(w[3], ","), "ro") {
		o.where = at
		o.evidence = append(o.evidence, lineOf(f.Host.Root, at))
		o.clear = func(x Fix) Fix {
			return x.Tell("%s says that nobody writes there. If the service should: write rw there instead of ro, and mount -o remount,rw %s; else name another place in its settings", at, m.Dir)
		}
		return o
	}
	o.clear = func(x Fix) Fix { return madeWritable(ctx, f, x, m.Dir) }
	return o
}
