package checks

import (
	"context"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// portOnly is one that sets a port.
var portOnly = whenAsked(`^\s*(export\s+)?((?:(?:APP|SERVER|HTTP|WEB|NODE|API|LISTEN|BIND)_)?PORT)(\s*=\s*)(.*)$`)

// portOfAnother is the line that gives an app the port of another one: the app says that it is taken, and the gateway asks another.
func portOfAnother(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit) (oddValue, bool) {
	lines, err := f.Words(ctx, u)
	if err != nil || l.Unix != "" {
		return oddValue{}, false
	}
	for _, said := range reversed(recent(lines)) {
		m := saysPortTaken.FindStringSubmatch(said.Text)
		if m == nil || m[1] == strconv.Itoa(l.Port) {
			continue
		}
		for _, file := range settingFiles(f, u) {
			w, ok := lastLineWith(f, file.name, portOnly, "#")
			if ok && strings.Trim(w.match[4], `"' `) == m[1] {
				return oddValue{place: w.place, line: configLine(f.Host.Root, w.place), sure: true, fit: w.match[1] + w.match[2] + w.match[3] + strconv.Itoa(l.Port), why: strangersPort}, true
			}
		}
		if odd, ok := portInCommand(f, l, u, m[1]); ok {
			return odd, true
		}
		if odd, ok := portInSettings(f, l, u, m[1]); ok {
			return odd, true
		}
	}
	return oddValue{}, false
}

const strangersPort = "that port is another program's"

// listenWords are the options and variables before a port at which an app listens for its pages; that of its metrics or its debugger is
// another one.
const listenWords = `(?i)((?:^|[\s"'=])(?:-S|(?:--?)?(?:b|bind|listen|address|addr|http|runserver))[\s=]+["']?(?:\S*?[\d\]]|localhost)?:|` +
	`(?:^|[\s"'=])(?:--?)?(?:(?:APP|SERVER|HTTP|WEB|NODE|API|LISTEN|BIND)[_-])?port["'\s=:]+|\s-[pb][\s=]+)`

// portInCommand is the line of a unit's own that tells its program to listen at a port, in the command or a variable. One that is told
// the gateway's port as well has that other one for something else.
func portInCommand(f *sysinfo.Facts, l *live, u sysinfo.Unit, port string) (oddValue, bool) {
	told := regexp.MustCompile(listenWords + port + `\b`)
	if f.Mentions(u, l.Hop) {
		return oddValue{}, false
	}
	for _, line := range reversed(f.UnitLines(u)) {
		text := configLine(f.Host.Root, line.Place)
		if line.Key != "ExecStart" && line.Key != "Environment" || len(told.FindAllString(text, -1)) != 1 || !strings.HasPrefix(line.File, "/etc/") {
			continue
		}
		return oddValue{place: line.Place, line: text, sure: true, inUnit: true, fit: told.ReplaceAllString(text, "${1}"+strconv.Itoa(l.Port)), why: strangersPort}, true
	}
	return oddValue{}, false
}

// portInSettings is the line of a file that an app reads by itself, or of its script, that tells it to listen at a port. A file with more
// than one such line, or with the gateway's port as well, leaves open which of them it is.
func portInSettings(f *sysinfo.Facts, l *live, u sysinfo.Unit, port string) (oddValue, bool) {
	told := regexp.MustCompile(`(?i)(?:^|[^\w])[\w.-]*(?:bind|listen|port|addr(?:ess)?|socket|urls)\w*["']?\s*[=:(\s]\s*(?:.*[:\s"'=(,])?` + port + `\b`)
	asked := wholeWord(strconv.Itoa(l.Port))
	for _, file := range append(settingsRead(f, u), codeRun(f, u)...) {
		var found []oddValue
		for at, text := range linesIn(f.Host.Root, file) {
			if line := strings.TrimSpace(text); strings.HasPrefix(line, "#") || strings.HasPrefix(line, "//") || strings.HasPrefix(line, ";") {
				continue
			}
			if asked.MatchString(text) {
				found = nil
				break
			}
			if told.MatchString(text) && strings.Count(text, port) == 1 {
				found = append(found, oddValue{place: at, line: configLine(f.Host.Root, at), sure: true, why: strangersPort})
			}
		}
		if len(found) == 1 {
			found[0].fit = strings.Replace(found[0].line, port, strconv.Itoa(l.Port), 1)
			return found[0], true
		}
	}
	return oddValue{}, false
}

var saysPortTaken = whenAsked(`(?:EADDRINUSE|ddress already in use|onnection in use).*?[: ](\d{2,5})\D*$`)

// settingFile is a file of environment settings, and whether systemd reads it.
type settingFile struct {
	name    string
	systemd bool
}

// settingFiles are the environment files of a unit, and the .env of its folder, which the app reads itself.
func settingFiles(f *sysinfo.Facts, u sysinfo.Unit) []settingFile {
	var files []settingFile
	for _, line := range f.UnitLines(u) {
		if line.Key == "EnvironmentFile" {
			files = append(files, settingFile{strings.TrimPrefix(line.For(u), "-"), true})
		}
	}
	if own := path.Join("/", scriptFolder(u), ".env"); scriptFolder(u) != "" && !strayLink(f.Host.Root, own) && !slices.Contains(files, settingFile{own, true}) {
		files = append(files, settingFile{own, false})
	}
	return files
}
