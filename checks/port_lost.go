package checks

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

var (
	ownPort  = whenAsked(`\b((?:(?:APP|SERVER|HTTP|WEB|LISTEN)_)?PORT)\b`)
	isNotSet = whenAsked(`(?i)is (?:required|missing|undefined|empty|not (?:set|defined))|must be (?:set|defined|given)|missing|KeyError|environment variable|no such variable`)
)

// lostVariable: the app misses a variable, and where it comes from is known.
func lostVariable(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, lines []sysinfo.JournalLine, found *Finding) bool {
	return switchedOn(f, u, lines, found) || environmentMoved(f, u, lines, found) || unknownKey(ctx, f, u) == nil && portLost(f, l, u, lines, found)
}

// portLost: nobody told the app its port. No line of its unit does, and which one it is says the gateway that asks it.
func portLost(f *sysinfo.Facts, l *live, u sysinfo.Unit, lines []sysinfo.JournalLine, found *Finding) bool {
	if l.Port == 0 || u.Contained() {
		return false
	}
	name := saidMissing(lines)
	if name == "" {
		name = fellBack(f, l, u, lines)
	}
	if name == "" || toldIn(f, u, name) {
		return false
	}
	x := Fix{Title: "Tell the app its port", Risk: Low}
	variable := fmt.Sprintf("%s=%d", name, l.Port)
	if u.Manager == "" {
		x = daemonReload(dropIn(x, u.Name, fmt.Sprintf("%s asks port %d", l.From, l.Port), "Service", "Environment="+variable))
	} else if u.Section() == "" || !strings.HasPrefix(u.Fragment, "/etc/") {
		return false
	} else {
		x = keptVariables(f, u, x, "Say it in the program's section", fmt.Sprintf(`%s="%d"`, name, l.Port))
	}
	found.Summary += fmt.Sprintf("; nothing of %s sets %s, and %s asks port %d", unitWord(u.Name), name, l.From, l.Port)
	found.Where = execPlace(f, u)
	found.Fix = startAnew(u, x, "Start it anew").Tell("What else its settings lack it says next; a line that was lost with others is best put back from the last deploy")
	return true
}

// saidMissing is the variable with its port that the app says it lacks.
func saidMissing(lines []sysinfo.JournalLine) string {
	last := lastSaid(recent(lines), complains, isNotSet)
	if last == nil || !isNotSet.MatchString(last.Text) {
		return ""
	}
	if m := ownPort.FindStringSubmatch(last.Text); m != nil {
		return m[1]
	}
	return ""
}

// fellBack is the variable from which the app's own code takes its port, where it took the port that stands beside it for want of another,
// and that one is somebody else's: process.env.PORT || 3000.
func fellBack(f *sysinfo.Facts, l *live, u sysinfo.Unit, lines []sysinfo.JournalLine) string {
	last := lastSaid(recent(lines), saysPortTaken)
	if last == nil {
		return ""
	}
	port := saysPortTaken.FindStringSubmatch(strings.TrimSpace(last.Text))[1]
	if port == fmt.Sprint(l.Port) {
		return ""
	}
	byDefault := regexp.MustCompile(`(?:env\.|env\[|environ\[|environ\.get\(|getenv\()\s*['"]?` + ownPort.String() + `['"]?\s*[\])]*\s*(?:\|\||\?\?|,|or)\s*['"]?` + port + `\b`)
	for w := range strings.FieldsSeq(u.Exec) {
		file := path.Join("/", w)
		if !path.IsAbs(w) {
			file = path.Join("/", u.Folder(), w)
		}
		if b, err := f.Host.Root.ReadFile(file); scriptName.MatchString(w) && err == nil && len(b) < 256<<10 {
			if m := byDefault.FindStringSubmatch(string(b)); m != nil {
				return m[1]
			}
		}
	}
	return ""
}

// toldIn says that a unit's own lines or one of its files sets a variable.
func toldIn(f *sysinfo.Facts, u sysinfo.Unit, name string) bool {
	_, ok := inEnvironment(f, u, regexp.MustCompile(`(^|[\s"',=])`+name+`\s*=`))
	return ok
}
