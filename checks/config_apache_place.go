package checks

import (
	"fmt"
	"regexp"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
)

var (
	wrongPlace   = whenAsked(`^(\w+) (?:not allowed in|cannot occur within) <(\w+)>? ?(?:context|section)?|^(\w+) not allowed (?:here|in \S+ context)`)
	documentRoot = whenAsked(`(?i)^\s*DocumentRoot\s+"?([^"\s]+)"?\s*$`)
	moduleGone   = whenAsked(`^Cannot load (\S+) into server: .*No such file or directory`)
	loadedAs     = whenAsked(`(?i)^\s*LoadModule\s+(\w+)\s`)
	cipherLine   = whenAsked(`(?i)^\s*SSLCipherSuite\s+(\S.*?)\s*$`)
)

// misplaced moves a directive to where Apache takes it: AllowOverride into the folder's own section, a ProxyPass out of one.
func (t *confError) misplaced(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	m := wrongPlace.FindStringSubmatch(t.text)
	if m == nil {
		return x, false
	}
	r, open := g.Root, openSections(g.Root, t.place.File, t.place.Line)
	if len(open) == 0 {
		return x, false
	}
	inner := open[len(open)-1]
	switch word := strings.ToLower(firstWord(line)); {
	case word == "allowoverride" && inner.name == "VirtualHost":
		root := ""
		for at, l := range linesIn(r, t.place.File) {
			if d := documentRoot.FindStringSubmatch(l); d != nil && at.Line > inner.at.Line && root == "" {
				root = d[1]
			}
		}
		if root == "" {
			return x, false
		}
		x.Undo = removeBelow(r, t.place, 2) + "; " + setLine(r, t.place, line)
		return x.Do("It belongs to a folder: say it for the site's own", "%s", setLine(r, t.place, fmt.Sprintf("<Directory %q>\n%s\n</Directory>", root, line))), true
	case (word == "proxypass" || word == "proxypassreverse" || word == "proxypreservehost" || word == "proxytimeout") && inner.name != "VirtualHost" && len(open) > 1 && !guards(line):
		x.Undo = fmt.Sprintf("sed -i %dd %s; %s", inner.at.Line, sh(realFile(r, t.place.File)), setLine(r, t.place, line))
		return x.Do("Take it out of the <"+inner.name+"> section", "%s", commentOut(r, t.place)).
			Do("And say it for the whole virtual host", "%s", insertBefore(r, inner.at, line)), true
	}
	return x, false
}

// withoutModule starts Apache without a module whose file is gone, and without the lines that need it, where the site does without:
// what sets a header, say. The file comes back with its package.
func (t *confError) withoutModule(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	m, l := moduleGone.FindStringSubmatch(t.text), loadedAs.FindStringSubmatch(line)
	if m == nil || l == nil || g.Root.Exists(m[1]) {
		return x, false
	}
	var undo []string
	x = x.Tell("Bring the file of %s back: the package that it came with has to be installed again (Debian: apt-get install --reinstall apache2-bin), then undo this", l[1]).
		Do("Until then start without the module", "%s", commentOut(g.Root, t.place))
	undo = append(undo, setLine(g.Root, t.place, line))
	for at, raw := range linesIn(g.Root, configFiles(g)...) {
		own := strings.TrimSpace(raw)
		if apache.Brings(firstWord(own)) != l[1] || inModule(g.Root, at, l[1]) {
			continue
		}
		if guards(own) || !harmlessApache.MatchString(own) || len(undo) > 12 {
			return x, false
		}
		x = x.Do("And without the line that needs it", "%s", commentOut(g.Root, at))
		undo = append(undo, setLine(g.Root, at, own))
	}
	x.Risk, x.Workaround, x.Undo = Medium, true, undoAll(undo)
	return x, len(undo) > 1
}

// inModule says that a line stands in <IfModule> of a module: without it Apache skips it.
func inModule(r sysinfo.Root, at sysinfo.Place, module string) bool {
	name := strings.TrimSuffix(module, "_module")
	for _, s := range openSections(r, at.File, at.Line) {
		if strings.EqualFold(s.name, "IfModule") && regexp.MustCompile(`<IfModule\s+(mod_`+name+`\.c|`+module+`)>`).MatchString(rawLine(r, s.at)) {
			return true
		}
	}
	return false
}

// noCipher is a list of ciphers that names none of OpenSSL's: Apache says it in its log, without a place, and its test is content.
func noCipher(g *sysinfo.Gateway) *confError {
	for _, l := range g.Logs {
		text, err := g.Root.Tail(l.Path, 8<<10)
		if err != nil {
			continue
		}
		i := strings.LastIndex(text, "AH01898: ")
		if i < 0 || strings.Contains(text[i:], "resuming normal operations") {
			continue
		}
		said, _, _ := strings.Cut(text[i:], "\n")
		for at, line := range linesIn(g.Root, configFiles(g)...) {
			m := cipherLine.FindStringSubmatch(line)
			if m == nil || someCipher.MatchString(m[1]) {
				continue
			}
			return &confError{text: "SSLCipherSuite names no cipher that OpenSSL knows", place: at, evidence: []Evidence{{Source: l.Path, Text: said}, lineOf(g.Root, at)}}
		}
	}
	return nil
}

// someCipher are parts of the names of those that OpenSSL has (ciphers(1)).
var someCipher = whenAsked(`HIGH|MEDIUM|DEFAULT|ECDHE|AES|\bALL\b|DHE|PROFILE|CHACHA|CAMELLIA|RSA`)
