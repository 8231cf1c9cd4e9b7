package checks

import (
	"fmt"
	"net/netip"
	"path"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

var (
	noSuchName  = whenAsked(`getaddrinfo (?:EAI_AGAIN|ENOTFOUND) ([\w.-]+)`)
	fourNumbers = whenAsked(`\d+\.\d+\.\d+\.\d+`)
	ofListening = whenAsked(`(?i)\b(?:listen|bind|binding|Invalid address)\b`)
	toConnect   = whenAsked(`(?i)\bconnect`)
	listensBy   = whenAsked(`(?i)(?:^|[\s="'.-])(?:host|bind|listen|addr(?:ess)?|(?:app|server|http|web|listen|bind)_?(?:host|addr(?:ess)?|ip))\b|(?:^|\s)-[bHl]\b`)
	noSuchHost  = whenAsked(`Invalid address: \('([\w.-]+)', \d+\)`)
	noSuchBind  = whenAsked(`(?:Invalid address|Cannot assign requested address|EADDRNOTAVAIL)\D*?(\d+\.\d+\.\d+\.\d+)?`)
)

// otherBind: the app is told to listen at an address that this machine does not have, where the gateway asks another one.
func otherBind(f *sysinfo.Facts, l *live, u sysinfo.Unit, lines []sysinfo.JournalLine, found *Finding) bool {
	if l.Unix != "" || len(l.Addrs) == 0 || !l.Addrs[0].IsLoopback() || u.Manager != "" {
		return false
	}
	said := latest(lines)
	for _, line := range reversed(said) {
		for _, word := range boundTo(line.Text) {
			if listenHere(f, l, u, word, found) {
				return true
			}
		}
	}
	if said = recent(lines); lastSaid(said, noSuchBind) == nil || lastSaid(said, ofListening) == nil || lastSaid(said, toConnect) != nil {
		return false
	}
	for _, word := range toldHosts(f, u) { // Python names no address
		if listenHere(f, l, u, word, found) {
			return true
		}
	}
	return false
}

// listenHere corrects the line that tells an app to listen at an address of another machine.
func listenHere(f *sysinfo.Facts, l *live, u sysinfo.Unit, word string, found *Finding) bool {
	at := namedIn(f, u, word)
	a, err := netip.ParseAddr(word)
	text := configLine(f.Host.Root, at)
	switch {
	case !at.Known() || strings.Count(text, word) != 1 || strings.Contains(text, l.Addrs[0].String()), err != nil && !(portLine.MatchString(text) && besidePort(f, l, at)) && !(listensBy.MatchString(text) && opensFor(l, text)),
		err == nil && (!listensBy.MatchString(text) || ownAddresses(f.Host.Root, []netip.Addr{a})):
		return false
	}
	found.Where = at
	found.Summary += fmt.Sprintf("; this machine has no address %s", word)
	found.Evidence = append([]Evidence{lineOf(f.Host.Root, at)}, found.Evidence...)
	x := Fix{Title: "Let it listen where " + l.From + " asks", Risk: Low, Undo: replace(f.Host.Root, at, l.Addrs[0].String(), word)}
	x = x.Do("Name the address that "+l.From+" asks", "%s", replace(f.Host.Root, at, word, l.Addrs[0].String()))
	found.Fix = startAnew(u, daemonReload(x), "Start it anew")
	return true
}

// toldHosts are the addresses in the lines of an app's environment that tell it where to listen.
func toldHosts(f *sysinfo.Facts, u sysinfo.Unit) []string {
	var lines []string
	for _, s := range settingFiles(f, u) {
		for _, line := range linesIn(f.Host.Root, s.name) {
			lines = append(lines, line)
		}
	}
	for _, l := range f.UnitLines(u) {
		if l.Key == "Environment" {
			lines = append(lines, l.Value)
		}
	}
	var out []string
	for _, line := range lines {
		if listensBy.MatchString(line) && !strings.HasPrefix(strings.TrimSpace(line), "#") {
			out = append(out, fourNumbers.FindAllString(line, -1)...)
		}
	}
	return out
}

// besidePort says that the port which a hop asks stands in the same file: its host is that of the app then, and not of its database.
func besidePort(f *sysinfo.Facts, l *live, at sysinfo.Place) bool {
	b, err := f.Host.Root.ReadFile(at.File)
	return err == nil && opensFor(l, string(b))
}

// boundTo are the addresses that a program could not listen on, by its own word; a name that it looked up may be one.
func boundTo(text string) []string {
	for _, re := range []pattern{noSuchName, noSuchHost} {
		if m := re.FindStringSubmatch(text); m != nil {
			return m[1:]
		}
	}
	if !noSuchBind.MatchString(text) || !ofListening.MatchString(text) || toConnect.MatchString(text) {
		return nil
	}
	var out []string
	for _, word := range fourNumbers.FindAllString(text, -1) {
		if a, err := netip.ParseAddr(word); err == nil && !a.IsLoopback() && !a.IsUnspecified() {
			out = append(out, word)
		}
	}
	return out
}

// wholeWord finds a word that is no part of a longer one, an address or a path among them.
func wholeWord(word string) pattern {
	return regexp.MustCompile(`(^|[^\w./-])` + regexp.QuoteMeta(word) + `($|[^\w./-])`)
}

// namedIn is the line of a unit's files, of its environment, or of a file that its command names, which says a word.
func namedIn(f *sysinfo.Facts, u sysinfo.Unit, word string) sysinfo.Place {
	return saidIn(f, u, wholeWord(word))
}

// saidIn is the first of those lines that fits a pattern.
func saidIn(f *sysinfo.Facts, u sysinfo.Unit, says pattern) sysinfo.Place {
	files := append([]string{u.Fragment}, u.DropIns...)
	for _, l := range f.UnitLines(u) {
		for w := range strings.FieldsSeq(l.Value) {
			if file := strings.TrimPrefix(w, "-"); path.IsAbs(file) && path.Ext(file) != "" {
				files = append(files, file)
			} else if path.Ext(w) != "" && u.Folder() != "" {
				files = append(files, path.Join(u.Folder(), w))
			}
		}
	}
	for _, s := range settingFiles(f, u) {
		files = append(files, s.name)
	}
	for _, file := range files {
		if inside(file, "/usr") || strayLink(f.Host.Root, file) {
			continue
		}
		for at, line := range linesIn(f.Host.Root, file) {
			if says.MatchString(line) && !strings.HasPrefix(strings.TrimSpace(line), "#") && !strings.HasPrefix(strings.TrimSpace(line), ";") {
				return at
			}
		}
	}
	return sysinfo.Place{}
}
