package checks

import (
	"context"
	"errors"
	"io/fs"
	"regexp"
	"strconv"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

// testCommand is the command and its words by which a gateway of the smaller kinds tests its configuration, and how it
// names the place: file and line.
func testCommand(g *sysinfo.Gateway) (words []string, place *regexp.Regexp) {
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

// saidTrouble finds what HAProxy, Varnish, Caddy or Traefik would stumble over: by our own reading, and where that or its being
// down gives a reason, by its own test and its last words.
func saidTrouble(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) *confError {
	words, place := testCommand(g)
	var parsed *confError
	for _, p := range g.Problems {
		if !errors.Is(p.Err, fs.ErrPermission) {
			parsed = &confError{text: p.Text, place: p.Place, evidence: []Evidence{lineOf(g.Root, p.Place)}}
			break
		}
	}
	if words == nil || g.Running() && parsed == nil {
		return parsed // Traefik has no test of its own
	}
	if f.Host.UID == 0 && !f.Host.Files && !g.Foreign {
		out, err := f.Host.Run(ctx, words[0], words[1:]...)
		switch {
		case err == nil && out.Exit == 0:
			return nil
		case err == nil:
			return merge(firstComplaint(g, string(out.Stderr)+"\n"+string(out.Stdout), place, keeperOf(g).test), parsed)
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
	return merge(firstComplaint(g, said, place, "journalctl -u "+unitWord(g.Unit)), parsed)
}

// firstComplaint takes the first line with a place out of what a test said, and for Varnish the sentence above it.
func firstComplaint(g *sysinfo.Gateway, said string, place *regexp.Regexp, source string) *confError {
	before := ""
	for line := range strings.Lines(said) {
		line = strings.TrimSpace(line)
		m := place.FindStringSubmatch(line)
		if m == nil {
			if line != "" && !strings.HasPrefix(line, "Message from") && !strings.Contains(before, "could not be resolved") {
				before = strings.TrimSuffix(line, ":")
			}
			continue
		}
		n, _ := strconv.Atoi(m[2])
		text := before
		if len(m) > 3 && m[3] != "" {
			text = m[3]
		}
		t := &confError{text: text, place: sysinfo.Place{File: m[1], Line: n}, evidence: []Evidence{{Source: source, Text: line}}}
		t.evidence = append(t.evidence, lineOf(g.Root, t.place))
		return t
	}
	return nil
}

var (
	unresolved  = regexp.MustCompile(`(?:could not resolve address '|Backend host '"?)([^'"]+)`) // HAProxy's and Varnish's words
	didYouMean  = regexp.MustCompile(`unknown keyword '([^']+)'.*did you mean '([^']+)'`)
	unknownWord = regexp.MustCompile(`(?:unknown keyword '|unrecognized (?:directive|subdirective|global option): ?)([\w.-]+)`)
)

// caddyWords are directives that people write by hand.
var caddyWords = []string{"reverse_proxy", "php_fastcgi", "file_server", "root", "encode", "handle", "handle_path", "route", "respond", "redir", "rewrite", "header", "tls", "log", "import", "basicauth", "try_files"}

// repairTested corrects the line that a gateway's own test complains about, where a command can know how.
func (t *confError) repairTested(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, x Fix) Fix {
	line := configLine(g.Root, t.place)
	wrong, meant := "", ""
	if m := didYouMean.FindStringSubmatch(t.text); m != nil {
		wrong, meant = m[1], m[2]
	} else if m := unknownWord.FindStringSubmatch(t.text); m != nil {
		wrong = m[1]
		if g.Kind == "caddy" {
			meant = spelling.Closest(wrong, caddyWords)
		}
	}
	switch {
	case !t.place.Known() || t.place.Line == 0:
		return x.Tell("Correct what %s complains about", keeperOf(g).test)
	case unresolved.MatchString(t.text):
		return t.cureName(ctx, f, g, x, unresolved.FindStringSubmatch(t.text)[1], line)
	case g.Kind == "caddy" && strings.HasPrefix(strings.TrimSpace(line), "import ") && strings.Contains(t.text, "no such file or snippet"):
		return x.Tell("Where it was, a backup may have it; without it the site lacks what stood there").
			Do("Take the import out: its file is not there", "%s", commentOut(g.Root, t.place))
	case wrong != "" && meant != "" && strings.Contains(line, wrong):
		return x.Do("Correct the slip: "+wrong+" is "+meant, "%s", replace(g.Root, t.place, wrong, meant))
	case wrong != "" && !strings.HasSuffix(strings.TrimSpace(line), "{"):
		return x.Do("Take the line out: "+g.Title()+" does not know "+wrong, "%s", commentOut(g.Root, t.place))
	}
	return x.Tell("Correct %s: %s", t.place, t.text)
}
