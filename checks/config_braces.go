package checks

import (
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// cureBraces closes the block that is open, where the lines that are set in show which; or takes out a brace that closes nothing.
func (t *confError) cureBraces(g *sysinfo.Gateway, x Fix) (Fix, bool) {
	if odd := oddBraces(g, t.place.File); odd.Known() {
		t.place = odd
		t.evidence = append(t.evidence, lineOf(g.Root, odd))
	}
	r, file := g.Root, sh(realFile(g.Root, t.place.File))
	switch unbalanced(r, t.place.File) {
	case 1:
		at, indent := unclosed(r, t.place.File)
		if at == 0 {
			x.Undo = "sed -i '${/^}$/d;}' " + file
			return x.Do("Close the block that is still open at the end of the file", "%s", addLine(r, t.place.File, "}")), true
		}
		t.place.Line = at
		x.Undo = fmt.Sprintf("sed -i %dd %s", at+1, file)
		return x.Do("Close the block that ends here", "sed -i %s %s", sh(fmt.Sprintf(`%da\%s}`, at, indent)), file), true
	case -1:
		if at := strayBrace(r, t.place.File); at.Line > 0 && configLine(r, at) == "}" {
			t.place, x.Undo = at, setLine(r, at, "}")
			return x.Do("Take out the brace that closes nothing", "%s", commentOut(r, at)), true
		}
	}
	return x, false
}

// oddBraces is the end of the one file whose braces do not match, where that is not the file that is named: what a file left open
// is noticed in the next one that is read.
func oddBraces(g *sysinfo.Gateway, named string) (end sysinfo.Place) {
	if unbalanced(g.Root, named) != 0 {
		return sysinfo.Place{}
	}
	for _, file := range configFiles(g) {
		if unbalanced(g.Root, file) == 0 {
			continue
		}
		if end.Known() {
			return sysinfo.Place{}
		}
		for at := range linesIn(g.Root, file) {
			end = at
		}
	}
	return end
}

// unclosed is the last line of a block that lacks its end, and how far its first line is set in; 0 when it is the file's last.
func unclosed(r sysinfo.Root, file string) (last int, indent string) {
	b, err := r.ReadFile(file)
	if err != nil {
		return 0, ""
	}
	var open []string
	before := 0 // the last line that says something
	for n, raw := range strings.Split(string(b), "\n") {
		line := strings.TrimSpace(raw)
		if withoutComment(line) == "" || strings.HasPrefix(line, "//") {
			continue
		}
		in := raw[:len(raw)-len(strings.TrimLeft(raw, " \t"))]
		closes := strings.HasPrefix(line, "}")
		if top := len(open) - 1; top >= 0 && (len(in) < len(open[top]) || len(in) == len(open[top]) && !closes) && before > 0 {
			return before, open[top]
		}
		opens, ends := strings.Count(withoutComment(line), "{"), strings.Count(withoutComment(line), "}")
		if !closes { // {placeholder}, or a block on one line
			opens, ends = max(opens-ends, 0), max(ends-opens, 0)
		}
		open = open[:max(len(open)-ends, 0)]
		for range opens {
			open = append(open, in)
		}
		before = n + 1
	}
	return 0, ""
}

// strayBrace is the first brace of a file that closes nothing.
func strayBrace(r sysinfo.Root, file string) sysinfo.Place {
	depth := 0
	for at, line := range linesIn(r, file) {
		if depth += braces(line); depth < 0 {
			return at
		}
	}
	return sysinfo.Place{}
}
