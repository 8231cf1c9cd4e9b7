package checks

import (
	"context"
	"path"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

// ifDefine is the <IfDefine NAME> that a line of Apache's stands in; empty for one that asks for no such word.
var ifDefine = whenAsked(`(?i)^<IfDefine\s+"?([\w.-]+)"?\s*>`)

// definedAs is the word of an <IfDefine> around a line, by which a site is switched to another page: the rest of it is often under the
// opposite, and to take the one line out would leave neither.
func definedAs(r sysinfo.Root, at sysinfo.Place) string {
	depth := 0
	for n := at.Line - 1; n > 0; n-- {
		line := strings.ToLower(configLine(r, sysinfo.Place{File: at.File, Line: n}))
		switch {
		case strings.HasPrefix(line, "</ifdefine"):
			depth++
		case strings.HasPrefix(line, "<ifdefine"):
			if depth--; depth < 0 {
				m := ifDefine.FindStringSubmatch(configLine(r, sysinfo.Place{File: at.File, Line: n}))
				if m == nil {
					return ""
				}
				return m[1]
			}
		case strings.HasPrefix(line, "<virtualhost"):
			return ""
		}
	}
	return ""
}

// undefined takes such a word away where it is given: by Define in the files, which a reload reads anew, or with -D as Apache is started.
func undefined(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, word string, found *Finding) {
	root := g.Root
	x := Fix{Title: "Switch the site on again", Risk: Low}
	if other := closesToo(g, word, found.Where.File); other.Known() {
		found.Fix = x.Tell("%s closes what stands at %s as well: see whether somebody is at work there. If not, take the word away where it is defined; else ask for another word than %s in this site's own file", word, other, word)
		return
	}
	if at := seekLine(g, regexp.MustCompile(`(?i)^\s*Define\s+`+regexp.QuoteMeta(word)+`\s*$`)); at.Known() {
		found.Where, found.Evidence = at, append(found.Evidence, lineOf(root, at))
		x.Undo = setLine(root, at, configLine(root, at))
		found.Fix = reload(ctx, f, g, x.Do("Take the word away", "%s", commentOut(root, at)))
		return
	}
	given := regexp.MustCompile(`\s*-D\s*` + regexp.QuoteMeta(word) + `(['"\s]|$)`) // not -D WORD_X
	for _, file := range startFiles(g) {
		at := lastGiven(root, file, given)
		if !at.Known() {
			continue
		}
		line := configLine(root, at)
		found.Where, found.Evidence = at, append(found.Evidence, lineOf(root, at))
		again := "systemctl restart " + unitOr(g, "apache2")
		x.Undo = setLine(root, at, line) + "; " + again
		x = x.Do("Take the word away", "%s", setLine(root, at, given.ReplaceAllString(line, "$1"))).Do("Test the configuration before it is used", "%s", keeperOf(g).tested())
		found.Fix = x.Do("Start Apache anew: a reload keeps the words that it was started with", "%s", again)
		return
	}
	found.Fix = x.Tell("Apache runs with -D %s: take it out of what starts it (systemctl cat %s, its envvars), and start it anew; do not take the rule out, for the site's own lines are under <IfDefine !%s>", word, unitOr(g, "apache2"), word)
}

// closesToo is where another file asks for the same word.
func closesToo(g *sysinfo.Gateway, word, file string) sysinfo.Place {
	for at, line := range linesIn(g.Root, configFiles(g)...) {
		if m := ifDefine.FindStringSubmatch(strings.TrimSpace(line)); m != nil && m[1] == word && realFile(g.Root, at.File) != realFile(g.Root, file) {
			return at
		}
	}
	return sysinfo.Place{}
}

// startFiles are the files that Apache's start script reads.
func startFiles(g *sysinfo.Gateway) []string {
	out := []string{apacheVariables, "/etc/default/apache2", "/etc/sysconfig/httpd", "/etc/sysconfig/apache2"}
	if a, ok := g.Extra.(*sysinfo.Apache); ok && a.Config != nil {
		out = append([]string{path.Join(a.Config.Built.Root, "envvars")}, out...)
	}
	return out
}

// lastGiven is the last line of a file that gives a word.
func lastGiven(r sysinfo.Root, file string, given pattern) (at sysinfo.Place) {
	for p, line := range linesIn(r, file) {
		if given.MatchString(line) && !strings.HasPrefix(strings.TrimSpace(line), "#") {
			at = p
		}
	}
	return at
}
