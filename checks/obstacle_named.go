package checks

import (
	"context"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// namedGone: a file that the service's command names is not there, and it is known where it went. Programs say so in a hundred ways;
// the command says it always.
func namedGone(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if !fails(u) {
		return nil
	}
	lines, _ := f.Words(ctx, u)                                                                                                                // one that says nothing may lack anything
	lines = slices.DeleteFunc(slices.Clone(recent(lines)), func(l sysinfo.JournalLine) bool { return strings.HasPrefix(l.Text, u.Name+": ") }) // systemd's
	for _, l := range reversed(f.UnitLines(u)) {
		if l.Key != "ExecStart" && l.Key != "ExecStartPre" || l.Specified() {
			continue
		}
		for n, word := range strings.Fields(l.Value) {
			if _, value, ok := strings.Cut(word, "="); ok {
				word = value
			}
			file := word
			if !path.IsAbs(file) {
				file = path.Join("/", u.Folder(), file)
			}
			file = path.Clean(file)
			if n == 0 || !path.IsAbs(word) && goesElsewhere.MatchString(l.Value) || strings.HasPrefix(word, "-") || !strings.ContainsAny(word, "/.") || path.Ext(word) == "" || strings.ContainsAny(word, ":*%") || ownFile(file) || f.Host.Root.Exists(file) || speaksOfElse(lines, file) {
				continue
			}
			o := &obstacle{where: l.Place, says: file + " does not exist", evidence: []Evidence{unitLineSays(f, l), {Source: "ls -l " + file, Text: "no such file or directory"}}}
			if back := putBack(f, o, file); back != nil {
				return back
			}
			if moved := misnamed(f, u, o, file); moved != nil {
				return moved
			}
		}
	}
	return nil
}

// speaksOfElse says that a program complains, and not of a file: what its command names may be made by it later.
func speaksOfElse(lines []sysinfo.JournalLine, file string) bool {
	return lastSaid(lines, complains) != nil && !slices.ContainsFunc(lines, func(l sysinfo.JournalLine) bool {
		return strings.Contains(l.Text, path.Base(file)) || absentFile.MatchString(l.Text) || containsAny(l.Text, "Cannot find module", "can't open", "cannot open", "not found", "No module named")
	})
}

var complains = whenAsked(`(?i)authentication|password|access denied|permission denied|connection refused|timed out|in use|EADDR|ECONN|ETIMEDOUT|ENOTFOUND|\b\w+(?:Error|Exception)\b`)

var (
	relativePath = whenAsked(`(?:EACCES: permission denied, open|ENOENT: no such file or directory, open|\[Errno (?:2|13)\] (?:No such file or directory|Permission denied):|open) ['"]?([\w.][\w./-]*)['"]?(?:$|:)`)
)

// relativeFile: the program complains about a file that it names from its folder.
func relativeFile(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, text string, o *obstacle) *obstacle {
	m := relativePath.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil || u.Folder() == "" {
		return nil
	}
	return unusable(ctx, f, u, o, path.Join(u.Folder(), m[1]), text)
}
