package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// noFolderNamed: the command names its files from a folder, and the unit says none, so that they are looked for in /.
func noFolderNamed(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if dir := u.Folder(); dir != "" && dir != "/" || !fails(u) || u.Manager != "" {
		return nil
	}
	l, ok := setBy(f, u, "ExecStart")
	lines, err := f.Words(ctx, u)
	if !ok || err != nil || goesElsewhere.MatchString(l.Value) {
		return nil
	}
	for _, word := range strings.Fields(l.Value)[1:] {
		if path.IsAbs(word) || strings.HasPrefix(word, "-") || path.Ext(word) == "" || strings.ContainsAny(word, ":=%") || f.Host.Root.Exists("/"+word) || !saysMissing(recent(lines), word) {
			continue
		}
		dir := folderWith(ctx, f, u, word)
		if dir == "" {
			return nil
		}
		return &obstacle{where: l.Place, says: fmt.Sprintf("it looks for %s in /: the unit names no folder, and %s has it", word, dir), evidence: []Evidence{unitLineSays(f, l)}, clear: func(x Fix) Fix {
			return daemonReload(unitSet(f, u, x, "Name the folder of the app", "Service", "WorkingDirectory", dir))
		}}
	}
	return nil
}

// goesElsewhere are the words of a command by which a program goes to a folder of its own accord.
var goesElsewhere = whenAsked(`--(?:chdir|app-dir|directory|cwd|prefix)\b|\s-C\s|\bcd /`)

// saysMissing says that a program complains of a file that it does not find.
func saysMissing(lines []sysinfo.JournalLine, word string) bool {
	return slices.ContainsFunc(lines, func(l sysinfo.JournalLine) bool {
		return strings.Contains(l.Text, word) && (absentFile.MatchString(l.Text) || containsAny(l.Text, "Cannot find module", "can't open file", "not found"))
	})
}

// folderWith is the one folder with a file among those that are the service's: its user's home, its environment file's, one of its name.
func folderWith(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, file string) string {
	who, _ := servedBy(ctx, f, u)
	var dirs []string
	for _, l := range f.UnitLines(u) {
		if l.Key == "EnvironmentFile" {
			dirs = append(dirs, path.Dir(strings.TrimPrefix(l.For(u), "-")))
		}
	}
	for _, name := range []string{unitWord(u.Name), who} {
		dirs = append(dirs, "/srv/"+name, "/opt/"+name, "/var/www/"+name, "/home/"+name)
	}
	found := ""
	for _, dir := range dirs {
		if dir == found || !f.Host.Root.Exists(path.Join(dir, file)) {
			continue
		}
		if found != "" {
			return ""
		}
		found = dir
	}
	return found
}
