package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// lookupFiles are what every program reads that looks a name up (hosts(5), resolv.conf(5), nsswitch.conf(5)).
var lookupFiles = [...]string{"/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf"}

// closedLookup: one of them may be read by root alone, mostly since a script wrote it anew under a strict umask: a service of another user
// finds no name, and root sees nothing wrong.
func closedLookup(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	if err != nil || u.User == "" || u.User == "root" {
		return nil
	}
	said := lastSaid(recent(lines), asksNameless)
	if said == nil {
		said = lastSaid(recent(lines), asksLocalhost)
	}
	if said == nil {
		return nil
	}
	for _, file := range lookupFiles {
		i, err := f.Host.Root.Lstat(file)
		if err != nil || !i.Mode.IsRegular() || i.UID != 0 || i.Mode.Perm()&0o004 != 0 {
			continue
		}
		return &obstacle{where: sysinfo.Place{File: file}, says: fmt.Sprintf("its user %s may not read %s", u.User, file),
			evidence: []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}, {Source: "ls -l " + file, Text: fmt.Sprintf("%s root %s", i.Mode, file)}},
			clear: func(x Fix) Fix {
				x.Undo = also(x.Undo, fmt.Sprintf("chmod %04o %s", octal(i), file))
				return x.Do("Every program reads it that looks a name up; there is no secret in it", "chmod 644 %s", file)
			}}
	}
	return nil
}
