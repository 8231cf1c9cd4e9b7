package checks

import (
	"context"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

var (
	nodePlace   = whenAsked(`^(?:file://)?(/[^\s:]+\.[cm]?[jt]s):(\d+)$`)
	pythonPlace = whenAsked(`^File "(/[^"]+)", line (\d+)`)
)

// codePlace is the line of the app's own code that its last error names: node prints it above the error, Python as
// the last of the traceback. Code that came in a package is not the app's own.
func codePlace(f *sysinfo.Facts, lines []sysinfo.JournalLine, last *sysinfo.JournalLine) sysinfo.Place {
	var at sysinfo.Place
	for i := range lines {
		text := strings.TrimSpace(lines[i].Text)
		for _, re := range []pattern{nodePlace, pythonPlace} {
			m := re.FindStringSubmatch(text)
			if m != nil && !strings.Contains(m[1], "/node_modules/") && !strings.Contains(m[1], "-packages/") && !strings.HasPrefix(m[1], "/usr/") && !containsAny(m[1], "venv/bin/", "env/bin/") && f.Host.Root.Exists(m[1]) {
				n, _ := strconv.Atoi(m[2])
				at = sysinfo.Place{File: m[1], Line: n}
			}
		}
		if last != nil && &lines[i] == last {
			break
		}
	}
	return at
}

// codeLine quotes a line of an app's own code without what stands in quotes: passwords are among it.
func codeLine(r sysinfo.Root, at sysinfo.Place) Evidence {
	return Evidence{Source: at.String(), Text: inQuotes.ReplaceAllString(configLine(r, at), "$1…$1")}
}

var inQuotes = whenAsked("(['\"`])(?:[^'\"`\\\\]|\\\\.)*['\"`]")

// ownMistake is for a program of no kind that is known better: what it said last names a line of its own code, and no start helps
// until that is mended. uWSGI with need-app ends by what its app says.
func ownMistake(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) {
	lines, err := f.Words(ctx, u)
	if err != nil || !failedItself(u) || neverRan(u) {
		return
	}
	lines = latest(lines)
	last := lastSaid(lines, pythonError, nodeError)
	if last == nil {
		return
	}
	at := codePlace(f, lines, last)
	if at.Known() {
		found.Where = at
		found.Evidence = append(found.Evidence, codeLine(f.Host.Root, at))
	} else if last = lastSaid(recent(lines), pythonError); last == nil || !strings.Contains(u.Exec, "uwsgi") {
		return
	} else { // it imports the app itself, so that no line of the app's own is named
		found.Evidence = append(found.Evidence, Evidence{Source: last.Source, Text: last.Text, Time: last.Time})
	}
	found.Summary += "; " + unitWord(u.Name) + " ends at its start: " + strings.TrimSpace(last.Text)
	found.Fix = repair(l, u, lines, showApp(ctx, f, u))
}
