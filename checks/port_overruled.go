package checks

import (
	"path"
	"regexp"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

const overrules = "a line overrules the port that its other files give it"

// portOverruled is the line that gives an app the port where it listens, while another line of its own files gives it the one that the gateway asks:
// of two that agree and one that does not, the one was written in between (a drop-in, an environment file, a command's option).
func portOverruled(f *sysinfo.Facts, l *live, u sysinfo.Unit, open string) (odd oddValue, meantAt sysinfo.Place, ok bool) {
	if l.Unix != "" || l.Port == 0 {
		return odd, meantAt, false
	}
	asked := strconv.Itoa(l.Port)
	told, meant := toldPorts(f, u, open), toldPorts(f, u, asked)
	if len(told) != 1 || len(meant) == 0 || told[0].place == meant[0].place || !sameVariable(told[0].line, meant[0].line) {
		return odd, meantAt, false
	}
	odd = told[0]
	for _, wide := range []string{"0.0.0.0:", "[::]:", "*:"} { // the gateway's own address shuts it to all others again
		odd.fit = strings.ReplaceAll(odd.fit, wide+open, l.Address())
	}
	odd.fit = wholeWord(open).ReplaceAllString(odd.fit, "${1}"+asked+"${2}")
	odd.sure, odd.why = true, overrules
	return odd, meant[0].place, true
}

var portsKey = whenAsked(`(?i)(\w*port)["']?\s*[=:]`)

// sameVariable says that two lines may set the same thing: APP_PORT= and API_PORT= of one file do not.
func sameVariable(a, b string) bool {
	one, other := portsKey.FindStringSubmatch(a), portsKey.FindStringSubmatch(b)
	return one == nil || other == nil || strings.EqualFold(one[1], other[1])
}

// toldPorts are the lines of an app's files that tell it to listen at a port: its unit, its environment, its settings.
func toldPorts(f *sysinfo.Facts, u sysinfo.Unit, port string) []oddValue {
	told := regexp.MustCompile(listenWords + port + `\b`)
	var out []oddValue
	add := func(at sysinfo.Place, text string, inUnit bool) {
		line := strings.TrimSpace(text)
		if told.MatchString(line) && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "//") && !strings.HasPrefix(line, ";") && strings.HasPrefix(at.File, "/") && !inside(at.File, "/usr") {
			out = append(out, oddValue{place: at, line: line, fit: line, inUnit: inUnit})
		}
	}
	for _, line := range f.UnitLines(u) {
		if line.Key == "ExecStart" || line.Key == "Environment" {
			add(line.Place, configLine(f.Host.Root, line.Place), true)
		}
	}
	files := settingsRead(f, u)
	for _, s := range settingFiles(f, u) {
		files = append(files, s.name)
	}
	if dir := scriptFolder(u); dir != "" {
		for _, end := range []string{"json", "yml", "yaml", "toml"} {
			some, _ := f.Host.Root.Glob(path.Join("/", dir, "config") + "/*." + end) // none is common
			files = append(files, some...)
		}
	}
	seen := map[string]bool{}
	for _, file := range files {
		if seen[file] {
			continue
		}
		seen[file] = true
		for at, line := range linesIn(f.Host.Root, file) {
			add(at, line, false)
		}
	}
	return out
}
