package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

var (
	noBuffer  = whenAsked(`Cannot allocate memory for the buffer pool|Cannot map innodb_buffer_pool_size_max|mmap\(\d+ bytes\) failed; errno 12`)
	readsOnly = whenAsked(`(?i)read-only file system|Error: Could not open logfile /var/log/postgresql/`) // Debian's script says no reason
)

// tooMuchMemory: MySQL asks for more memory at its start than the machine gives.
func tooMuchMemory(f *sysinfo.Facts, said Evidence) *obstacle {
	at := settingAt(f, refusals[0].files, "innodb_buffer_pool_size")
	if !noBuffer.MatchString(said.Text) || !at.Known() {
		return nil
	}
	line := configLine(f.Host.Root, at)
	return &obstacle{where: at, says: "the machine does not have the memory that it asks for at its start", evidence: []Evidence{said, lineOf(f.Host.Root, at)}, clear: func(x Fix) Fix {
		x.Undo = setLine(f.Host.Root, at, line)
		return x.Do("Take the line out: 128 megabytes are its own default (or write what the machine can spare)", "%s", commentOut(f.Host.Root, at))
	}}
}

// writable says that a unit's own lines let it write to a folder: what ReadWritePaths= and its like name is not read-only to it.
func writable(f *sysinfo.Facts, u sysinfo.Unit, dir string) bool {
	for _, l := range f.UnitLines(u) {
		for word := range strings.FieldsSeq(l.Value) {
			word = strings.TrimLeft(word, "-+")
			if l.Key == "ReadWritePaths" && inside(dir, path.Clean(word)) || l.Key == "StateDirectory" && inside(dir, path.Join("/var/lib", word)) {
				return true
			}
		}
	}
	return false
}

// storeWrites are the folders to which a database writes beside that of its data.
var storeWrites = map[string][]string{"mysql": {"/run/mysqld", "/var/log/mysql", "/tmp", "/var/tmp"}, "postgres": {"/run/postgresql", "/var/log/postgresql", "/tmp"}}

// writeBarred: a hardening line of the unit makes the folder of a database's data read-only to it.
func writeBarred(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, said Evidence) *obstacle {
	if !readsOnly.MatchString(said.Text) {
		return nil
	}
	dir := ""
	for _, h := range homes {
		if h.of.MatchString(u.Name) && f.Host.Root.Exists(h.dir) {
			dir = h.dir
		}
	}
	if space, err := f.Host.Meters.Space(ctx, dir); dir == "" || err == nil && space.ReadOnly || writable(f, u, dir) {
		return nil // the disk itself is read-only, which its own check tells of
	}
	for _, l := range reversed(f.UnitLines(u)) {
		covers := l.Key == "ProtectSystem" && l.Value == "strict"
		for word := range strings.FieldsSeq(l.Value) {
			covers = covers || l.Key == "ReadOnlyPaths" && inside(dir, path.Clean(strings.TrimLeft(word, "-+")))
		}
		if !covers || !strings.HasPrefix(l.File, "/etc/") {
			continue
		}
		return &obstacle{where: l.Place, says: fmt.Sprintf("%s makes %s read-only to it", l.Key, dir), evidence: []Evidence{said, unitLineSays(f, l)}, clear: func(x Fix) Fix {
			paths := "ReadWritePaths=" + dir
			if l.Value == "strict" { // all the rest that it writes to is shut as well
				for _, own := range storeWrites[storeKind(u)] {
					paths += " -" + own
				}
			}
			return daemonReload(dropIn(x, u.Name, "Let it write to its own data, and to no more", "Service", paths))
		}}
	}
	return nil
}
