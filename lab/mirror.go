package lab

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A source is one line, or one stanza, of this machine's apt configuration.
type source struct {
	uri    string
	suites []string
}

// mirrors lists where this machine itself gets its packages from, so that the lab asks nobody else.
func mirrors() []source {
	var found []source
	lines, _ := filepath.Glob("/etc/apt/sources.list.d/*.list")
	for _, file := range append([]string{"/etc/apt/sources.list"}, lines...) {
		text, _ := os.ReadFile(file)
		found = append(found, oneLine(string(text))...)
	}
	stanzas, _ := filepath.Glob("/etc/apt/sources.list.d/*.sources")
	for _, file := range stanzas {
		text, _ := os.ReadFile(file)
		found = append(found, deb822(string(text))...)
	}
	return found
}

// oneLine reads the old form: deb [options] URI SUITE COMPONENT...
func oneLine(text string) []source {
	var found []source
	for line := range strings.Lines(text) {
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if kind != "deb" {
			continue
		}
		rest = strings.TrimSpace(rest)
		if strings.HasPrefix(rest, "[") {
			_, rest, _ = strings.Cut(rest, "]")
		}
		if words := strings.Fields(rest); len(words) >= 2 {
			found = append(found, source{words[0], words[1:2]})
		}
	}
	return found
}

// deb822 reads the new form: stanzas of "Key: value" lines with an empty line between.
func deb822(text string) []source {
	var found []source
	for stanza := range strings.SplitSeq(text, "\n\n") {
		value := map[string][]string{}
		for line := range strings.Lines(stanza) {
			if key, rest, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(key, "#") {
				value[strings.ToLower(key)] = strings.Fields(rest)
			}
		}
		if slices.Contains(value["types"], "deb") && !slices.Contains(value["enabled"], "no") {
			for _, uri := range value["uris"] {
				found = append(found, source{uri, value["suites"]})
			}
		}
	}
	return found
}

// mirror is where a suite comes from: another release's packages lie where this one's do. Empty leaves the choice to
// debootstrap.
func mirror(from []source, suite string) string {
	for _, name := range []string{suite, "bookworm", "trixie"} {
		for _, s := range from {
			if slices.Contains(s.suites, name) {
				return s.uri
			}
		}
	}
	return ""
}

// sourcesList is the tree's own /etc/apt/sources.list: the suite, and what this machine has of its updates and fixes.
func sourcesList(from []source, suite string) string {
	var b strings.Builder
	for _, s := range from {
		for _, name := range s.suites {
			if name == suite || strings.HasPrefix(name, suite+"-") && !strings.Contains(name, "backports") {
				b.WriteString("deb " + s.uri + " " + name + " main\n")
			}
		}
	}
	if b.Len() == 0 {
		if uri := mirror(from, suite); uri != "" {
			b.WriteString("deb " + uri + " " + suite + " main\n")
		}
	}
	return b.String()
}
