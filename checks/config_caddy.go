package checks

import (
	"cmp"
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

// caddyWords are directives and their options that people write by hand.
var caddyWords = []string{"reverse_proxy", "php_fastcgi", "file_server", "root", "encode", "handle", "handle_path", "route", "respond", "redir", "rewrite", "header", "tls", "log", "import", "basicauth", "try_files",
	"header_up", "header_down", "lb_policy", "lb_try_duration", "health_uri", "health_interval", "health_timeout", "fail_duration", "flush_interval", "transport", "dial_timeout", "read_timeout", "write_timeout",
	"response_header_timeout", "keepalive", "versions", "tls_insecure_skip_verify", "tls_server_name", "output", "format", "level", "email", "admin", "debug", "http_port", "https_port", "auto_https", "servers"}

var (
	caddyBraces    = whenAsked(`(?i)expecting '}'|unexpected EOF|unexpected '}'|Unexpected end of file|expected '}'|unrecognized (?:directive|subdirective):? (?:https?://|[\w.-]+\.[a-z]+|@|\{|\})|unrecognized directive: (?:handle|route|https?:)`)
	caddyGlued     = whenAsked(`addresses cannot end with a curly brace: '([^']+)\{'`)
	caddyAmbiguous = whenAsked(`ambiguous site definition: (\S+)`)
	caddyMatcher   = whenAsked(`unrecognized matcher name: (@?[\w-]+)|undefined named matcher '?(@?[\w-]+)`)
	caddyUpstream  = whenAsked(`(\s(?:https?://)?[\w.-]+:\d+)/\S*`)
	caddyTLS       = whenAsked(`^\s*tls\s+(/?\S+)\s+(/?\S+)\s*$`)
	matcherName    = whenAsked(`^\s*(@[\w-]+)\s`)
)

// cureCaddy mends what Caddy says of one line.
func (t *confError) cureCaddy(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	r := g.Root
	for _, cure := range []func(*sysinfo.Gateway, Fix, string) (Fix, bool){t.caddyJSON, t.caddyShape, t.caddyOld} {
		if cured, ok := cure(g, x, line); ok {
			return cured, true
		}
	}
	if caddyBraces.MatchString(t.text) {
		if cured, ok := t.cureBraces(g, x); ok {
			return cured, true
		}
	}
	if m := caddyGlued.FindStringSubmatch(t.text); m != nil && strings.Contains(line, m[1]+"{") {
		return x.Do("Put a space before the brace", "%s", replace(r, t.place, m[1]+"{", m[1]+" {")), true
	}
	if m := caddyAmbiguous.FindStringSubmatch(t.text); m != nil && line != "" {
		if end := blockEnd(r, t.place); end > 0 && wholeLines(r, t.place, end, firstWord(line)) && !guarded(r, t.place, end) {
			return t.offBlock(g, x, end, "Switch the second one off: "+m[1]+" is there twice, and the first stays"), true
		}
	}
	if m := notOpened.FindStringSubmatch(t.text); m != nil && strings.HasPrefix(line, "import ") {
		if cured, ok := lostLink(g, x, path.Clean(m[1])); ok {
			return cured, true
		}
	}
	switch {
	case strings.HasPrefix(line, "import ") && containsAny(t.text, "no such file or snippet", "File to import not found") && guardFile.MatchString(line):
		return guardLost(x, "the import at "+t.place.String()), true
	case strings.HasPrefix(line, "import ") && containsAny(t.text, "no such file or snippet", "File to import not found"):
		return x.Tell("Where it was, a backup may have it; without it the site lacks what stood there").
			Do("Take the import out: its file is not there", "%s", commentOut(r, t.place)), true
	case caddyTLS.MatchString(line):
		x.Title, x.Risk, x.Workaround = "Start Caddy with a certificate for the time being", Medium, true
		return x.Tell("Put the certificate and its key back, or correct the line: %s", t.text).
			Do("Until then Caddy makes one of its own: browsers warn of it, everything else works", "%s", setLine(r, t.place, "tls internal")), true
	case strings.Contains(t.text, "URLs for proxy upstreams only support") && caddyUpstream.MatchString(line):
		m := caddyUpstream.FindStringSubmatch(line)
		return x.Tell("If the app wants the path, say so above the line: rewrite * %s{uri}", path.Clean(strings.TrimPrefix(m[0], m[1]))).
			Do("An upstream is written without a path", "%s", replace(r, t.place, strings.TrimSpace(m[0]), strings.TrimSpace(m[1]))), true
	case strings.Contains(t.text, "unknown unit") && longUnit.MatchString(line):
		return x.Do("Write the time the way Caddy reads it", "%s", setLine(r, t.place, longUnit.ReplaceAllStringFunc(line, shortUnit))), true
	}
	return t.caddyName(g, x, line)
}

// caddyName puts the word right that was meant, of those Caddy knows or the file names.
func (t *confError) caddyName(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	wrong, meant := "", ""
	if m := caddyMatcher.FindStringSubmatch(t.text); m != nil {
		wrong = "@" + strings.TrimPrefix(m[1]+m[2], "@")
		all := namedBy(g, matcherName)
		meant = cmp.Or(meantName(wrong, all), soleName(wrong, all))
	} else if m := unknownWord.FindStringSubmatch(t.text); m != nil {
		wrong, meant = m[1], spelling.Closest(m[1], caddyWords)
	}
	if meant == "" || strings.Count(line, wrong) != 1 {
		return x, false
	}
	return t.everywhere(g, t.slip(g, x, wrong, meant), wrong, meant), true
}

// everywhere corrects a slip on the other lines too that begin with it: who writes a word wrong does so more than once.
func (t *confError) everywhere(g *sysinfo.Gateway, x Fix, wrong, meant string) Fix {
	undo := []string{x.Undo}
	for at, line := range linesIn(g.Root, t.place.File) {
		if at != t.place && firstWord(line) == wrong && strings.Count(line, wrong) == 1 && len(undo) < 10 {
			x = x.Do("And here", "%s", replace(g.Root, at, wrong, meant))
			undo = append(undo, setLine(g.Root, at, configLine(g.Root, at)))
		}
	}
	x.Undo = undoAll(undo)
	return x
}
