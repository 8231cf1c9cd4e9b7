package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

// passedOver are systemd's words of a line that it does not know, and goes on without (config_parse in conf-parser.c; the second since v254).
var passedOver = whenAsked(`^(/etc/\S+):(\d+): Unknown key (?:name )?'(\w+)' in section (?:'(\w+)'|\[(\w+)\]), ignoring`)

// matters are the lines of [Service] whose loss an app feels at its start; without the others it runs all the same.
func matters() []string {
	return []string{"Environment", "EnvironmentFile", "PassEnvironment", "WorkingDirectory", "User", "Group", "SupplementaryGroups", "RuntimeDirectory", "RuntimeDirectoryMode",
		"StateDirectory", "LogsDirectory", "CacheDirectory", "ReadWritePaths", "AmbientCapabilities", "LoadCredential", "Type", "PIDFile", "ExecStartPre", "UMask"}
}

// unknownKey: systemd passes over a line of the unit, for its key is misspelt or stands in a section where it means nothing, and starts the
// service without what the line says. It warns of that in the journal alone.
func unknownKey(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if u.Manager != "" {
		return nil
	}
	warned, _ := f.Journal(ctx, u.Name) // without it nobody knows which keys this systemd takes
	for _, l := range f.UnitLines(u) {
		name := spelling.Closest(l.Key, matters())
		if name == "" || name == l.Key && l.Section == "Service" {
			continue
		}
		if said, ok := passesOver(warned, l); ok && !(fails(u) && ranWithout(warned, said.Text)) {
			o := keyMeant(f, u, l, name)
			o.evidence = append(o.evidence, said)
			return o
		}
	}
	return nil
}

// passesOver is systemd's warning about a line as it stands now.
func passesOver(lines []sysinfo.JournalLine, l sysinfo.UnitLine) (Evidence, bool) {
	for _, w := range reversed(lines) {
		text := strings.TrimSpace(w.Text)
		if m := passedOver.FindStringSubmatch(text); m != nil && m[1] == l.File && m[2] == fmt.Sprint(l.Line) && m[3] == l.Key {
			return Evidence{Source: w.Source, Text: text, Time: w.Time}, true
		}
	}
	return Evidence{}, false
}

// ranWithout says that the service ran for a while since systemd warned first: it can do without the line, and ends for another reason. systemd
// warns anew whenever it reads its files.
func ranWithout(lines []sysinfo.JournalLine, warning string) bool {
	warned := false
	var start time.Time
	for _, l := range lines {
		switch {
		case strings.TrimSpace(l.Text) == warning:
			warned = true
		case warned && strings.HasPrefix(l.Text, "Started "):
			start = l.Time
		case !start.IsZero() && (strings.HasPrefix(l.Text, "Stopping ") || strings.Contains(l.Text, ": Main process exited")):
			if l.Time.Sub(start) > time.Minute {
				return true
			}
			start = time.Time{}
		}
	}
	return false
}

// keyMeant gives systemd a line that it passes over: under the right name, or in the right section.
func keyMeant(f *sysinfo.Facts, u sysinfo.Unit, l sysinfo.UnitLine, name string) *obstacle {
	if l.Section == "Service" {
		return lineWrong(f, l.Place, fmt.Sprintf("systemd knows no %s and passes over the line: %s is meant", l.Key, name), "Write the key as systemd knows it", l.Key, name)
	}
	return &obstacle{where: l.Place, evidence: []Evidence{unitLineSays(f, l)}, says: fmt.Sprintf("%s stands in [%s], where systemd passes over it", l.Key, l.Section), clear: func(x Fix) Fix {
		return daemonReload(dropIn(x, u.Name, "Say it in the section where it counts", "Service", name+"="+l.Value))
	}}
}
