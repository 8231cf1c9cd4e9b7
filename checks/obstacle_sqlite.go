package checks

import (
	"context"
	"path"
	"strings"

	"fix502/sysinfo"
)

var (
	// sqliteRefuses are SQLITE_CANTOPEN and SQLITE_READONLY, which name no file (sqlite.org/rescode.html).
	sqliteRefuses = whenAsked(`(?i)unable to open (?:the )?database file|readonly database|SQLITE_(?:CANTOPEN|READONLY)`)
	sqliteFile    = whenAsked(`['"=:](/[\w./+-]+\.(?:db|sqlite|sqlite3))\b`)
)

// sqliteClosed: an app may not open its own database of one file, or has no folder for it. The file's name stands in its code or in its settings.
func sqliteClosed(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	last := lastSaid(recent(lines), sqliteRefuses)
	if err != nil || last == nil || !fails(u) && u.Result == "success" {
		return nil
	}
	file, at := sqliteNamed(f, u, lines, last)
	if file == "" {
		return nil
	}
	o := &obstacle{where: at, evidence: []Evidence{{Source: last.Source, Text: strings.TrimSpace(last.Text), Time: last.Time}}}
	if dir := path.Dir(file); !f.Host.Root.Exists(dir) {
		return noFolder(ctx, f, u, o, dir)
	}
	return shutOut(ctx, f, u, o, file, 6)
}

// sqliteNamed is the file that the app's own line names, or else the one that its environment does.
func sqliteNamed(f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine, last *sysinfo.JournalLine) (string, sysinfo.Place) {
	if at := codePlace(f, "", recent(lines), last); at.Known() {
		if m := sqliteFile.FindStringSubmatch(configLine(f.Host.Root, at)); m != nil {
			return m[1], at
		}
	}
	if w, ok := inEnvironment(f, u, sqliteFile); ok {
		return w.match[1], w.place
	}
	return "", sysinfo.Place{}
}
