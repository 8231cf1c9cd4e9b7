package checks

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// ownFolders are the folders that systemd makes for a service before it starts it: the line of the unit that names them, where they are, and
// the exit code by which systemd says that it could not (systemd.exec(5), "Sandboxing" and "Process Exit Codes").
var ownFolders = map[int]struct{ key, base string }{
	233: {"RuntimeDirectory", "/run"},
	238: {"StateDirectory", "/var/lib"},
	239: {"CacheDirectory", "/var/cache"},
	240: {"LogsDirectory", "/var/log"},
	241: {"ConfigurationDirectory", "/etc"},
}

// exitCredentials is the code for a secret that could not be handed to the service.
const exitCredentials = 243

// noOwnFolder: in the place of a folder that systemd makes for the service there is a file, or a link that leads nowhere.
func noOwnFolder(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, step int) *obstacle {
	r, own := f.Host.Root, ownFolders[step]
	for _, l := range reversed(f.UnitLines(u)) {
		if l.Key != own.key || l.Specified() {
			continue
		}
		for word := range strings.FieldsSeq(l.Value) {
			name, _, _ := strings.Cut(word, ":") // behind it, links to it
			dir := path.Join(own.base, name)
			i, err := r.Lstat(dir)
			if err != nil || i.Mode.IsDir() {
				continue
			}
			o := &obstacle{where: sysinfo.Place{File: dir}, evidence: []Evidence{unitLineSays(f, l), {Source: "ls -ld " + dir, Text: i.Mode.String() + " " + dir}}}
			if i.Mode&fs.ModeSymlink != 0 {
				o.says = fmt.Sprintf("%s is a link, and systemd takes none for the folder of %s", dir, own.key)
				o.where = l.Place
				o.clear = func(x Fix) Fix { return behindLink(ctx, f, u, x, dir, own.key, l.Value, word) }
				return o
			}
			o.says = fmt.Sprintf("%s wants the folder %s, and a file is in its place", own.key, dir)
			o.clear = func(x Fix) Fix { return setAside(r, x, "Move the file aside; systemd makes the folder itself", dir) }
			return o
		}
	}
	return nil
}

// behindLink lets systemd leave a folder alone that lies behind a link: the app finds it by itself. Where the link leads nowhere, a disk that is not mounted is
// the likeliest reason, and an empty folder in its place would hide that.
func behindLink(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, x Fix, dir, key, value, word string) Fix {
	r := f.Host.Root
	if link, to := danglingOn(r, dir); link != "" {
		if !path.IsAbs(to) {
			to = path.Join(path.Dir(link), to)
		}
		if at, point := mountFor(r, to); point != "" {
			x = x.Do(fmt.Sprintf("Mount what %s says belongs there", at), "mount %s", sh(point))
		} else {
			x = x.Tell("If %s is on a disk that is not mounted, mount that first (lsblk, /etc/fstab), and skip the next step", to).
				Do("If it is gone for good: make it anew, empty", "mkdir -p %s && %s", sh(path.Dir(to)), makeFolder(ctx, f, u, to))
		}
	}
	lines := []string{key + "="}
	if rest := strings.Fields(value); len(rest) > 1 {
		lines = append(lines, key+"="+strings.Join(slices.DeleteFunc(rest, func(w string) bool { return w == word }), " "))
	}
	return daemonReload(dropIn(x, u.Name, "Let systemd leave that folder alone: the app finds it behind the link", "Service", lines...))
}

// mountFor is the line of /etc/fstab whose mount point a path is in, the root's own left out.
func mountFor(r sysinfo.Root, name string) (sysinfo.Place, string) {
	for at, line := range linesIn(r, "/etc/fstab") {
		w := strings.Fields(withoutComment(line))
		if len(w) > 1 && strings.HasPrefix(w[1], "/") && w[1] != "/" && inside(name, w[1]) {
			return at, w[1]
		}
	}
	return sysinfo.Place{}, ""
}

// noCredential: a secret that systemd hands to the service is not at the path which the unit names.
func noCredential(f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	r := f.Host.Root
	for _, l := range f.UnitLines(u) {
		id, file, ok := strings.Cut(l.Value, ":")
		if l.Key != "LoadCredential" && l.Key != "LoadCredentialEncrypted" || l.Specified() || !ok || !path.IsAbs(file) || r.Exists(file) {
			continue
		}
		o := &obstacle{says: fmt.Sprintf("the secret %s is not at %s, where the unit has it from", id, file), where: l.Place, evidence: []Evidence{unitLineSays(f, l)}}
		to := cmp.Or(copyOf(r, file), movedTo(r, file))
		o.clear = func(x Fix) Fix {
			line := configLine(r, l.Place)
			if to == "" || !onlyRoots(r, to) || strings.Count(line, file) != 1 {
				return x.Tell("Put the secret back at %s, from a backup or from whoever keeps it; %s names it", file, l.Place)
			}
			x.Undo = setLine(r, l.Place, line) + "; systemctl daemon-reload"
			return daemonReload(x.Do(fmt.Sprintf("It is at %s now", to), "%s", replace(r, l.Place, file, to)))
		}
		return o
	}
	return nil
}

// conditionFails: a command that has to succeed before the service is started does not, and systemd skips the start (systemd.service(5), ExecCondition=).
func conditionFails(_ context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if u.Result != "exec-condition" {
		return nil
	}
	for _, l := range reversed(f.UnitLines(u)) {
		if l.Key != "ExecCondition" || l.Value == "" {
			continue
		}
		o := &obstacle{says: "the command of ExecCondition= does not succeed: " + l.Value, where: l.Place, evidence: []Evidence{unitLineSays(f, l)}}
		w := strings.Fields(strings.TrimLeft(l.Value, "@-:+!"))
		if len(w) > 2 && path.Base(w[0]) == "test" && path.IsAbs(w[len(w)-1]) && !f.Host.Root.Exists(w[len(w)-1]) {
			file := w[len(w)-1]
			o.says = fmt.Sprintf("it is started only where %s is there, and it is not", file)
			o.clear = func(x Fix) Fix { return bringBack(f, u, l, file, x) }
			return o
		}
		o.clear = func(x Fix) Fix {
			x = x.Tell("Run the command by hand and see why it fails: %s. If the service can do without it, lift the condition:", l.Value)
			return daemonReload(dropIn(x, u.Name, "Lift the condition", "Service", "ExecCondition="))
		}
		return o
	}
	return nil
}
