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
		root := rootWithin(r, inner)
		if root == "" {
			return x, false
		}
		x.Undo = removeBelow(r, t.place, 2) + "; " + setLine(r, t.place, line)
		return x.Do("It belongs to a folder: say it for the site's own", "%s", setLine(r, t.place, fmt.Sprintf("<Directory %q>\n%s\n</Directory>", root, line))), true
	case (word == "proxypass" || word == "proxypassreverse" || word == "proxypreservehost" || word == "proxytimeout") && inner.name != "VirtualHost" && len(open) > 1 && !guards(line) && !sectionGuards(r, inner):
		x.Undo = fmt.Sprintf("sed -i %dd %s; %s", inner.at.Line, sh(realFile(r, t.place.File)), setLine(r, t.place, line))
		return x.Do("Take it out of the <"+inner.name+"> section", "%s", commentOut(r, t.place)).
			Do("And say it for the whole virtual host", "%s", insertBefore(r, inner.at, line)), true
	}
	return x, false
}

// apacheEnd is the line that closes a section; of one that stays open, the last of its file.
func apacheEnd(r sysinfo.Root, s section) int {
	last, deep := s.at.Line, 0
	for at, l := range linesIn(r, s.at.File) {
		l = strings.TrimSpace(l)
		last = at.Line
		if m := sectionOpen.FindStringSubmatch(l); m != nil && at.Line >= s.at.Line && strings.EqualFold(m[1], s.name) {
			deep++
		}
		if m := sectionClose.FindStringSubmatch(l); m != nil && at.Line > s.at.Line && strings.EqualFold(m[1], s.name) {
			if deep--; deep <= 0 {
				return at.Line
			}
		}
	}
	return last
}

// sectionGuards says that a section keeps somebody out; that it lets all in, or what .htaccess files may say, is no guard.
func sectionGuards(r sysinfo.Root, s section) bool {
	end := apacheEnd(r, s)
	for at, l := range linesIn(r, s.at.File) {
		if l = strings.TrimSpace(l); at.Line > s.at.Line && at.Line < end && guards(l) && !letsAllIn.MatchString(l) {
			return true
		}
	}
	return false
}

var letsAllIn = whenAsked(`(?i)^(require\s+all\s+granted|allow\s+from\s+all|order\s+\S+|allowoverride\s.*|options\s.*)$`)

// rootWithin is the DocumentRoot that a section itself sets.
func rootWithin(r sysinfo.Root, s section) string {
	end := apacheEnd(r, s)
	for at, l := range linesIn(r, s.at.File) {
		if d := documentRoot.FindStringSubmatch(l); d != nil && at.Line > s.at.Line && at.Line < end {
			return d[1]
		}
	}
	return ""
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
	if moduleGuards(g, l[1]) {
		return x, false
	}
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

// moduleGuards says that a section which Apache skips without a module keeps somebody out, or tells who is who.
func moduleGuards(g *sysinfo.Gateway, module string) bool {
	for at, raw := range linesIn(g.Root, configFiles(g)...) {
		own := strings.TrimSpace(raw)
		if inModule(g.Root, at, module) && (guards(own) || apache.Brings(firstWord(own)) == module && !harmlessApache.MatchString(own)) {
			return true
		}
	}
	return false
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
	said, ok := saidAtStart(g, "AH01898: ")
	if !ok {
		return nil
	}
	var none []sysinfo.Place
	for at, line := range linesIn(g.Root, configFiles(g)...) {
		if m := cipherLine.FindStringSubmatch(line); m != nil && !namesCipher(m[1]) {
			none = append(none, at)
		}
	}
	if len(none) != 1 {
		return nil
	}
	return &confError{text: "SSLCipherSuite names no cipher that OpenSSL knows", place: none[0], evidence: []Evidence{said, lineOf(g.Root, none[0])}}
}

// saidAtStart is the last line with one of Apache's codes ("AH00104: ") in its logs, where no start has come about since; it may have no time in front.
func saidAtStart(g *sysinfo.Gateway, code string) (Evidence, bool) {
	for _, l := range g.Logs {
		text, err := g.Root.Tail(l.Path, 8<<10)
		if i := strings.LastIndex(text, code); err == nil && i >= 0 && !strings.Contains(text[i:], "resuming normal operations") {
			said, _, _ := strings.Cut(text[i:], "\n")
			return Evidence{Source: l.Path, Text: said}, true
		}
	}
	return Evidence{}, false
}

// namesCipher says that one word of a list of ciphers is OpenSSL's (ciphers(1)): a group's name, or one that is put together from those.
func namesCipher(list string) bool {
	for _, word := range strings.FieldsFunc(strings.Trim(list, `"'`), func(r rune) bool { return strings.ContainsRune(": ,+", r) }) {
		if someCipher.MatchString(strings.TrimLeft(word, "!-")) {
			return true
		}
	}
	return false
}

var someCipher = whenAsked(`^(TLS_.+|HIGH|MEDIUM|LOW|DEFAULT|COMPLEMENTOFDEFAULT|ALL|PROFILE=.*|[aek]?(RSA|DSS|DH|DHE|EDH|ECDH|ECDHE|EECDH|ECDSA|PSK|SRP)([A-Z]*)|ADH|AECDH|AES(128|256)?|AESGCM|AESCCM8?|CHACHA20|CAMELLIA(128|256)?|ARIA(128|256)?|SEED|3DES|IDEA|TLSv1(\.[0-3])?|SSLv3|SHA(256|384)?|SUITEB\d+.*|(ECDHE|DHE|EDH|ECDH|DH|PSK|SRP|AES|CAMELLIA|ARIA|DES|CHACHA20|AES128|AES256)-[A-Z0-9-]+)$`)
