package checks

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"fix502/sysinfo"
	"fix502/sysinfo/conf"
)

var (
	// refusesYAML are the words of programs that were given YAML which is none: libyaml's with PyYAML, Psych and Go's readers, js-yaml's, SnakeYAML's, YamlDotNet's.
	refusesYAML = whenAsked(`yaml: (?:line \d+|unmarshal|control characters)|Psych::SyntaxError|YAMLException|YAMLParseError|YAMLSemanticError|yaml\.(?:scanner|parser|reader)\.|YamlException|snakeyaml|while (?:scanning|parsing) (?:a|the) |mapping values are not allowed|did not find expected|found character that cannot start any token|bad indentation of a mapping|found a tab character`)
	yamlFile    = whenAsked(`/[\w./-]+\.ya?ml\b`)
)

// brokenYAML names the file of settings that an app reads and that is no YAML, with the line of the slip.
func brokenYAML(f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine, found *Finding) bool {
	if lastSaid(recent(lines), refusesYAML) == nil {
		return false
	}
	files := settingsRead(f, u)
	for _, l := range recent(lines) {
		if refusesYAML.MatchString(l.Text) {
			files = append(files, yamlFile.FindAllString(l.Text, -1)...)
		}
	}
	for _, file := range files {
		if ext := path.Ext(file); ext != ".yml" && ext != ".yaml" || !f.Host.Root.Exists(file) {
			continue
		}
		slip, ok := readYAML(f.Host.Root, file)
		if ok {
			continue
		}
		slip.mends = slip.mends && !strayLink(f.Host.Root, file)
		found.Where, found.Confidence = slip.at, 0.97
		found.Summary += fmt.Sprintf("; %s is no YAML: %s", file, slip.says)
		found.Evidence = append([]Evidence{codeLine(f.Host.Root, slip.at)}, found.Evidence...)
		found.Fix = startAnew(u, slip.mend(f.Host.Root, Fix{Title: "Mend " + file + ", then start " + unitWord(u.Name), Risk: Low}), "Start it anew")
		return true
	}
	return false
}

// yamlSlip is where a file stops being YAML. indent is what its line has to begin with, where the file is whole with that; has is what it begins with.
type yamlSlip struct {
	at          sysinfo.Place
	says        string
	has, indent string
	mends       bool
}

// readYAML reads a file of YAML; ok where it is whole, or may not be read.
func readYAML(r sysinfo.Root, file string) (s yamlSlip, ok bool) {
	b, err := r.ReadFile(file)
	if err != nil {
		return s, true
	}
	line, err := conf.YAML(string(b), new(yaml.Node))
	if err == nil {
		return s, true
	}
	said := err.Error()
	if i := strings.LastIndex(said, ": "); i >= 0 {
		said = said[i+2:]
	}
	s.at, s.says = sysinfo.Place{File: file, Line: line}, fmt.Sprintf("%s (line %d)", said, line)
	lines := strings.Split(string(b), "\n")
	if line < 1 || line > len(lines) {
		return s, false
	}
	rest := strings.TrimLeft(lines[line-1], " \t")
	s.has = strings.TrimSuffix(lines[line-1], rest)
	if strings.Contains(s.has, "\t") {
		s.says = fmt.Sprintf("line %d begins with a tab, and YAML is indented by blanks alone", line)
	}
	above, ok := lineAbove(lines[:line-1])
	if !ok {
		return s, false
	}
	s.indent = above
	whole := slices.Clone(lines)
	whole[line-1] = s.indent + rest
	_, err = conf.YAML(strings.Join(whole, "\n"), new(yaml.Node))
	s.mends = err == nil && s.indent != s.has
	if s.mends && !strings.Contains(s.has, "\t") {
		s.says = fmt.Sprintf("line %d is indented by %d blanks, and the one above it by %d", line, len(s.has), len(s.indent))
	}
	return s, false
}

// lineAbove is what a line below these begins with as their neighbour: as the last that is no comment, or two blanks more where that opens a block.
func lineAbove(lines []string) (string, bool) {
	for _, line := range slices.Backward(lines) {
		rest := strings.TrimLeft(line, " ")
		if rest == "" || rest[0] == '#' {
			continue
		}
		indent := strings.TrimSuffix(line, rest)
		if strings.HasSuffix(strings.TrimRight(rest, " \r"), ":") {
			indent += "  "
		}
		return indent, rest[0] != '\t' && !strings.HasPrefix(rest, "- ") // below a list's first key it may be the next one's, or another element
	}
	return "", false
}

// mend gives the line the indentation of its neighbour; what else it may be only a person knows.
func (s yamlSlip) mend(r sysinfo.Root, x Fix) Fix {
	if !s.mends {
		return x.Tell("Correct line %d of %s, or the one above it: %s", s.at.Line, s.at.File, s.says)
	}
	file := sh(realFile(r, s.at.File))
	x.Undo = fmt.Sprintf("sed -i %s %s", sh(fmt.Sprintf("%ds/^%s/%s/", s.at.Line, s.indent, strings.ReplaceAll(s.has, "\t", `\t`))), file)
	return x.Do("Indent the line as the one above it", "sed -i %s %s", sh(fmt.Sprintf("%ds/^[[:blank:]]*/%s/", s.at.Line, s.indent)), file)
}
