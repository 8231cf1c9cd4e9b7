package checks

import (
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

var (
	// dotnetEnds is what .NET says last: of an exception that nobody caught, or of what it lacks to run the app at all.
	dotnetEnds  = whenAsked(`^Unhandled exception\. \S|^It was not possible to find any compatible framework version|^You must install or update \.NET to run this application|^The application to execute does not exist: `)
	dotnetInner = whenAsked(`^---> (?:\([^)]*\) )?(\S.*?)(?:<---)?$`)
	dotnetPlace = whenAsked(`^at .* in (\S.*):line (\d+)$`)
)

// dotnetSaid is the error by which a .NET app ended: of exceptions within one another the innermost, which is what went wrong. The
// frames of its trace follow it.
func dotnetSaid(lines []sysinfo.JournalLine) *sysinfo.JournalLine {
	for i, l := range slices.Backward(lines) {
		if !dotnetEnds.MatchString(strings.TrimSpace(l.Text)) {
			continue
		}
		said := &lines[i]
		for j := i + 1; j < len(lines) && ofTrace(lines[j]); j++ {
			if dotnetInner.MatchString(strings.TrimSpace(lines[j].Text)) {
				said = &lines[j]
			}
		}
		return said
	}
	return nil
}

// ofTrace: a line belongs to the trace that .NET prints below an exception.
func ofTrace(l sysinfo.JournalLine) bool {
	text := strings.TrimSpace(l.Text)
	return strings.HasPrefix(text, "at ") || strings.HasPrefix(text, "--->") || strings.HasPrefix(text, "--- End of ")
}

// dotnetFrame shows the first frame below an error of .NET that names a line of code: the framework's own name none.
// The code is mostly not on the server, which runs what was built of it elsewhere.
func dotnetFrame(f *sysinfo.Facts, found *Finding, lines []sysinfo.JournalLine, said *sysinfo.JournalLine) {
	i := slices.Index(lines, *said)
	if i < 0 {
		return
	}
	for _, l := range lines[i+1:] {
		if !ofTrace(l) {
			return
		}
		m := dotnetPlace.FindStringSubmatch(strings.TrimSpace(l.Text))
		if m == nil {
			continue
		}
		found.Evidence = append(found.Evidence, Evidence{Source: l.Source, Text: strings.TrimSpace(l.Text), Time: l.Time})
		if n, _ := strconv.Atoi(m[2]); f.Host.Root.Exists(m[1]) {
			found.Where = sysinfo.Place{File: m[1], Line: n}
			found.Evidence = append(found.Evidence, codeLine(f.Host.Root, found.Where))
		}
		return
	}
}
