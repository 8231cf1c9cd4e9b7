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
	filesOut     = whenAsked(`(?i)too many open files|EMFILE`)
	unfed        = whenAsked(`Watchdog timeout \(limit [\w ]+\)!`)
	timeIsUp     = whenAsked(`Service reached runtime time limit`)
)

// relativeFile: the program complains about a file that it names from its folder.
func relativeFile(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, text string, o *obstacle) *obstacle {
	m := relativePath.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil || u.Folder() == "" {
		return nil
	}
	return unusable(ctx, f, u, o, path.Join(u.Folder(), m[1]), text)
}

// unitLimits: a limit of the unit's own ends the program: how many files it may open, how long it may run, where it may write.
func unitLimits(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	if err != nil || u.Manager != "" || !fails(u) {
		return nil
	}
	for _, line := range reversed(recent(lines)) {
		if ofARequest.MatchString(line.Text) {
			continue
		}
		o := &obstacle{where: sysinfo.Place{File: u.Fragment}, evidence: []Evidence{{Source: line.Source, Text: strings.TrimSpace(line.Text), Time: line.Time}}}
		switch file := notWritten(u, line.Text); {
		case file != "":
			return readOnlyFor(ctx, f, u, o, file)
		case filesOut.MatchString(line.Text):
			if l, ok := setBy(f, u, "LimitNOFILE"); !ok || !below(l.Value, 65536) {
				return nil
			}
			return limitSet(f, u, o, "LimitNOFILE", "65536", "it may open too few files", "Let it open as many files as servers do")
		case timeIsUp.MatchString(line.Text):
			return limitSet(f, u, o, "RuntimeMaxSec", "infinity", "it is ended when its time is up", "Let it run for as long as it likes")
		case unfed.MatchString(line.Text) && !strings.HasPrefix(u.Type(), "notify"): // one that told systemd of its start may really hang
			return limitSet(f, u, o, "WatchdogSec", "0", "systemd waits for a sign of life that its program never gives, and ends it", "Ask for no sign of life")
		case complains.MatchString(line.Text) && !strings.HasPrefix(line.Text, u.Name+": "):
			return nil // it has ended for another reason since
		}
	}
	return nil
}

// below says that a limit of a unit, "1024" or "1024:4096", is a number below another one.
func below(value string, than int) bool {
	soft, _, _ := strings.Cut(value, ":")
	n, err := strconv.Atoi(soft)
	return err == nil && n < than
}

// limitSet is a limit on a line of the unit's files.
func limitSet(f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, key, value, says, say string) *obstacle {
	l, ok := setBy(f, u, key)
	if !ok {
		return nil
	}
	o.where, o.says = l.Place, fmt.Sprintf("%s (%s=%s)", says, key, l.Value)
	o.evidence = append(o.evidence, unitLineSays(f, l))
	o.clear = func(x Fix) Fix { return daemonReload(unitSet(f, u, x, say, "Service", key, value)) }
	return o
}
