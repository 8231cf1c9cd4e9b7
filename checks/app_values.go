package checks

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// portLine is a line of an environment file that sets the port of the app, or the address to listen on: not that of its database.
var portLine = whenAsked(`^\s*(export\s+)?((?:(?:APP|SERVER|HTTP|WEB|NODE|API|LISTEN|BIND)_)?(?:PORT|HOST|ADDR|ADDRESS|BIND|LISTEN))(\s*=\s*)(.*)$`)

// An oddValue is a line of an app's settings whose value is the right one with something about it that the reader takes for a part of
// it: quotes, a comment, "export", a carriage return.
type oddValue struct {
	place     sysinfo.Place
	line, fit string // as it stands, as it should
	why       string
	raw       string // the value as it stands
	sure      bool   // whoever reads the file takes it so, whatever it is
	windows   bool   // every line ends as on Windows
	inUnit    bool   // it is a line of the unit, which its keeper has to read
}

// oddValueOf finds it in the environment files of a unit, and in the .env of its folder, which the app reads itself.
func oddValueOf(f *sysinfo.Facts, l *live, u sysinfo.Unit) (oddValue, bool) {
	if l.Unix != "" || l.Port == 0 {
		return oddValue{}, false
	}
	for _, s := range settingFiles(f, u) {
		for at, line := range linesIn(f.Host.Root, s.name) {
			if odd, ok := oddLine(strings.TrimRight(line, "\n"), strconv.Itoa(l.Port), s.systemd); ok {
				odd.place = at
				return odd, true
			}
		}
	}
	return oddValue{}, false
}

// bare is what a value is meant to be.
var bare = whenAsked(`^["']?\s*([\w.:-]+)\s*["']?(?:\s+#.*)?$`)

func oddLine(line, port string, systemd bool) (oddValue, bool) {
	text, windows := strings.CutSuffix(line, "\r")
	m := portLine.FindStringSubmatch(text)
	if m == nil {
		return oddValue{}, false
	}
	value := bare.FindStringSubmatch(strings.TrimSpace(m[4]))
	if value == nil || strings.HasSuffix(m[2], "PORT") && value[1] != port {
		return oddValue{}, false
	}
	odd := oddValue{line: line, fit: m[2] + "=" + value[1], raw: strings.TrimSpace(m[4]), sure: systemd}
	whole := len(m[4]) > 1 && (m[4][0] == '"' || m[4][0] == '\'') && m[4][0] == m[4][len(m[4])-1]
	switch {
	case windows && !systemd:
		odd.why, odd.windows = "the file has the line ends of Windows, and the app takes them for a part of each value", true
	case m[1] != "" && systemd:
		odd.why = "systemd takes no line that begins with export"
	case strings.Contains(m[4], " #"):
		odd.why = "the comment behind the value is taken for a part of it"
	case strings.ContainsAny(m[4], `"'`) && !whole:
		odd.why = "its quote is opened or closed only once"
	case whole && strings.Trim(m[4][1:len(m[4])-1], " \t") != m[4][1:len(m[4])-1]:
		odd.why = "the blank within its quotes is a part of the value"
	case whole && !systemd:
		odd.why = "the app takes the quotes for a part of the value"
	default:
		return odd, false
	}
	return odd, true
}

// shown says that the app was seen to take the value so: most libraries that read a .env take quotes, comments and line ends away.
func (o oddValue) shown(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit) bool {
	texts := []string{f.AppFor(ctx, l.Hop).Addr}
	lines, _ := f.Words(ctx, u) // without them, where it listens may tell
	for _, line := range recent(lines) {
		texts = append(texts, line.Text)
	}
	return slices.ContainsFunc(texts, func(t string) bool {
		return o.windows && containsAny(t, `\r`, "\r") || !o.windows && len(o.raw) > 0 && strings.Contains(t, o.raw)
	})
}

// otherTrouble is what an app says that found its own settings, and not its database.
var otherTrouble = whenAsked(`(?i)authentication failed|password|access denied|connection (?:refused|timed out)|ECONNREFUSED`)

// setElsewhere says that a unit's own line sets the variable as well.
func setElsewhere(f *sysinfo.Facts, u sysinfo.Unit, odd oddValue) bool {
	key, _, _ := strings.Cut(odd.fit, "=")
	sets := regexp.MustCompile(`(^|[\s"'])` + regexp.QuoteMeta(strings.TrimSpace(key)) + `=`)
	return slices.ContainsFunc(f.UnitLines(u), func(l sysinfo.UnitLine) bool { return l.Key == "Environment" && sets.MatchString(l.Value) })
}

// oddSetting corrects such a line, where the app does not listen as the gateway asks.
func oddSetting(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) bool {
	odd, ok := seekOdd(ctx, f, l, u)
	if ok {
		setOdd(f, l, u, odd, found)
	}
	return ok
}

// setOdd tells of a line whose value is not the one that is meant, and writes it as it is.
func setOdd(f *sysinfo.Facts, l *live, u sysinfo.Unit, odd oddValue, found *Finding) {
	root := f.Host.Root
	found.Where, found.Confidence = odd.place, 0.96
	found.Summary += "; " + odd.why + ": " + regexp.MustCompile(`\s+`).ReplaceAllString(strings.TrimSpace(odd.line), " ")
	found.Evidence = append([]Evidence{lineOf(root, odd.place)}, found.Evidence...)
	x := Fix{Title: "Write the value as it is meant", Risk: Low, Undo: setLine(root, odd.place, strings.TrimSpace(odd.line))}
	if odd.windows {
		x = unixEnds(x, realFile(root, odd.place.File))
	} else {
		say := "Leave the value alone there"
		switch odd.why {
		case strangersPort:
			x.Title, say = "Give the app its own port", fmt.Sprintf("Name port %d, which %s asks", l.Port, l.From)
		case overrules:
			x.Title, say = "Give the app the port that its other files give it", fmt.Sprintf("Name port %d, which %s asks", l.Port, l.From)
		case debuggerAwaited:
			x.Title, say = "Let the app start without a debugger", "Leave the option out"
		}
		x = x.Do(say, "%s", setLine(root, odd.place, odd.fit))
	}
	found.Fix = startWith(u, x, odd.inUnit, "Start the app with it")
}

// startWith starts a service anew with a line that was corrected, of the unit's own or of a file that it reads.
func startWith(u sysinfo.Unit, x Fix, inUnit bool, say string) Fix {
	if inUnit {
		x.Undo += "; systemctl daemon-reload"
		x = daemonReload(x)
	}
	return startAnew(u, x, say)
}
