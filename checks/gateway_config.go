package checks

import (
	"context"
	"errors"
	"io/fs"
	"regexp"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// testCommand is the command and its words by which a gateway of the smaller kinds tests its configuration, and how it
// names the place: file and line.
func testCommand(g *sysinfo.Gateway) (words []string, place pattern) {
	switch x := g.Extra.(type) {
	case *sysinfo.HAProxy:
		words = []string{"haproxy", "-c"}
		for _, name := range x.Names {
			words = append(words, "-f", name)
		}
		return words, regexp.MustCompile(`^\[ALERT\].*\[([^\]:]+):(\d+)\] ?: (.*)`)
	case *sysinfo.Varnish:
		return []string{"varnishd", "-C", "-f", g.Config}, regexp.MustCompile(`\('([^']+)' Line (\d+)`)
	case *sysinfo.Caddy:
		return []string{"caddy", "validate", "--config", g.Config}, regexp.MustCompile(`(/[^\s:]+):(\d+)(?::| -) ?(.*)`)
	}
	return nil, nil
}

// testable says that a gateway's own test may be asked: by root, and by anybody where it does not run, for a slip is one to everybody.
func testable(f *sysinfo.Facts, g *sysinfo.Gateway) bool {
	return !f.Host.Files && !g.Foreign && (f.Host.UID == 0 || !g.Running())
}

// closedToUs are the words of a test for what it may not open, or cannot tell from what is not there.
var closedToUs = whenAsked(`(?i)permi|denied|access|(?:can ?not|can't|could not|unable to|failed to) (?:open|read|load|create|chdir|find|stat)|no such file|does not exist|not found|must be root|superuser|lock|pid`)

// ofSyntax says of what a test without rights complained of that it would complain to root as well.
func (t *confError) ofSyntax() bool {
	return t != nil && t.place.Line > 0 && !closedToUs.MatchString(t.text)
}

// readTrouble is what our own reading stumbled over first.
func readTrouble(g *sysinfo.Gateway) *confError {
	for _, p := range g.Problems {
		if !errors.Is(p.Err, fs.ErrPermission) {
			return &confError{text: p.Text, place: p.Place, evidence: []Evidence{lineOf(g.Root, p.Place)}}
		}
	}
	return nil
}

// saidTrouble finds what HAProxy, Varnish, Caddy or Traefik would stumble over: by our own reading, and where that or its being
// down gives a reason, by its own test and its last words.
func saidTrouble(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) *confError {
	words, place := testCommand(g)
	parsed := readTrouble(g)
	if parsed == nil && compiledInVain(ctx, f, g) {
		return nil
	}
	if words == nil || g.Running() && parsed == nil && !g.Edited.After(g.Loaded) {
		return parsed // Traefik has no test of its own
	}
	if parsed != nil && parsed.place.Line == 0 && !g.Root.Exists(parsed.place.File) {
		if t := startTrouble(ctx, f, g); t != nil {
			return t // the unit names a file that is not there
		}
	}
	if testable(f, g) {
		if f.Host.UID != 0 && g.Kind == "caddy" {
			words[1] = "adapt" // validate looks at keys and folders as well
		}
		out, err := f.Host.Run(ctx, words[0], words[1:]...)
		switch {
		case err != nil:
		case out.Exit == 0 && f.Host.UID != 0:
		case out.Exit == 0 && g.Running():
			return parsed
		case out.Exit == 0:
			return startTrouble(ctx, f, g)
		default:
			if t := firstComplaint(g, string(out.Stderr)+"\n"+string(out.Stdout), place, keeperOf(g).test); f.Host.UID == 0 || t.ofSyntax() {
				return merge(t, parsed)
			}
		}
	}
	if g.Running() || g.Unit == "" {
		return parsed
	}
	lines, err := f.Journal(ctx, g.Unit)
	if err != nil {
		return parsed
	}
	said := ""
	for _, l := range lastAttempt(lines) {
		said += l.Text + "\n"
	}
	if t := merge(firstComplaint(g, said, place, "journalctl -u "+unitWord(g.Unit)), parsed); t != nil {
		return t
	}
	return startTrouble(ctx, f, g)
}

// firstComplaint takes the first line with a place out of what a test said, and for Varnish the sentence above it. HAProxy
// names no line for a backend that is not there; then it is looked for.
func firstComplaint(g *sysinfo.Gateway, said string, place pattern, source string) *confError {
	if g.Kind == "varnish" && strings.Contains(said, "/* ---===###") {
		return nil // the VCL is well: what is printed is the C that it makes of it
	}
	if i := strings.Index(said, "Undefined "); g.Kind == "varnish" && i > 0 && strings.Contains(said[:i], "Unused ") {
		said = "Message from VCC-compiler:\n" + said[i:] // the one it names second is why the first is unused
	}
	before, told := "", false
	for line := range strings.Lines(said) {
		line = strings.TrimSpace(line)
		m := place.FindStringSubmatch(line)
		if m == nil {
			m = complaintAt(g, line)
		}
		if m == nil {
			if line != "" && !told {
				before = strings.TrimSuffix(line, ":")
			}
			told = told || g.Kind == "varnish" && before != "" && !strings.HasPrefix(before, "Message from") && strings.Contains(said, "Message from") && !strings.HasPrefix(before, "Could not delete") && !strings.HasPrefix(before, "Expected one of")
			continue
		}
		n, _ := strconv.Atoi(m[2])
		if g.Kind == "varnish" && !strings.HasPrefix(m[1], "/") { // its own VCL follows ours, and notices what ours left open
			b, _ := g.Root.ReadFile(g.Config) // one that cannot be read has no last line
			m[1], n = g.Config, strings.Count(strings.TrimRight(string(b), "\n"), "\n")+1
		}
		text := before
		if len(m) > 3 && m[3] != "" {
			text = m[3]
		}
		if g.Kind == "caddy" {
			m[1], n, text = innermost(g, place, m[1], n, text)
		}
		t := &confError{text: text, place: sysinfo.Place{File: m[1], Line: n}, evidence: []Evidence{{Source: source, Text: line}}}
		if t.text != line && len(m) < 4 {
			t.evidence[0].Text = t.text + " " + line
		}
		t.evidence = append(t.evidence, lineOf(g.Root, t.place))
		return t
	}
	if g.Kind == "caddy" {
		return caddySaid(g, said, source)
	}
	return absentBackend(g, said, source)
}

// innermost takes the last place that Caddy names: blocks that blocks are in name theirs first, and for a directive inside the line
// of their end.
func innermost(g *sysinfo.Gateway, place pattern, file string, line int, text string) (string, int, string) {
	for m := place.FindStringSubmatch(text); m != nil; m = place.FindStringSubmatch(text) {
		file, text = m[1], m[3]
		line, _ = strconv.Atoi(m[2])
	}
	text = strings.TrimPrefix(text, "Error during parsing: ")
	if m := unknownWord.FindStringSubmatch(text); m != nil && !strings.Contains(rawLine(g.Root, sysinfo.Place{File: file, Line: line}), m[1]) {
		if at := seekIn(g.Root, file, regexp.MustCompile(`^\s*`+regexp.QuoteMeta(m[1])+`(\s|$)`)); at > 0 {
			line = at
		}
	}
	return file, line, text
}
