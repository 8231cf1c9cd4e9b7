package checks

import (
	"regexp"
	"strings"

	"fix502/sysinfo"
)

// inFile is a member of a set of nftables' with the line of a file that puts it there at boot, and that line without it.
func (m member) inFile(f *sysinfo.Facts, r *rule) member {
	for _, name := range nftLoaded(f.Host.Root) {
		table, set := false, false
		for at, line := range linesIn(f.Host.Root, name) {
			line = strings.TrimSpace(line)
			words := strings.Fields(strings.ReplaceAll(line, "{", " { "))
			switch {
			case len(words) > 1 && words[0] == "table":
				table, set = r.inTable(words[1:]), false
			case len(words) > 1 && (words[0] == "chain" || words[0] == "map" || words[0] == "set"):
				set = words[0] == "set" && words[1] == m.Set
			}
			if !table || !set || m.Where.Known() || strings.HasPrefix(line, "#") {
				continue
			}
			if rest, ok := lineWithout(line, m.Word); ok {
				m.Where, m.line, m.rest = at, line, rest
			}
		}
	}
	return m
}

// lineWithout is a line of a list without one of its words; not where nothing else is in the list.
func lineWithout(line, word string) (string, bool) {
	w := regexp.QuoteMeta(word)
	for _, p := range []string{`(^|[\s{,])` + w + `\s*,\s*`, `\s*,\s*` + w + `(\s*(?:}|$))`, `^()` + w + `$`} {
		if re := regexp.MustCompile(p); re.MatchString(line) {
			return strings.TrimSpace(re.ReplaceAllString(line, "$1")), true
		}
	}
	return line, false
}
