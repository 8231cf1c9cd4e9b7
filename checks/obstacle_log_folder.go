package checks

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// logFolderGone: the folder of the log that a program is told to write is not there, and it is one that ends over that at its start (uWSGI, gunicorn).
// Anybody sees that, also where its words are root's to read.
func logFolderGone(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if !containsAny(u.Exec, "uwsgi", "gunicorn") || makesFolders(f, u) {
		return nil
	}
	for _, log := range f.ToldLogs(ctx, u) {
		dir := path.Dir(log)
		if _, err := f.Host.Root.Stat(dir); !errors.Is(err, fs.ErrNotExist) || strings.ContainsAny(log, "%$@") || strings.Count(log, "/") < 3 || !saidIn(f, u, wholePath(dir)).Known() {
			continue
		}
		return noFolder(ctx, f, u, &obstacle{evidence: []Evidence{{Source: "ls -d " + dir, Text: "no such file or directory"}}}, dir)
	}
	return nil
}

// makesFolders says that folders are made for a service as it starts.
func makesFolders(f *sysinfo.Facts, u sysinfo.Unit) bool {
	return slices.ContainsFunc(f.UnitLines(u), func(l sysinfo.UnitLine) bool {
		return strings.HasSuffix(l.Key, "Directory") && l.Key != "WorkingDirectory" && l.Key != "RootDirectory" || strings.HasPrefix(l.Key, "ExecStartPre")
	})
}
