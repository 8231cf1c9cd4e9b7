package checks

import (
	"fmt"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

var (
	apacheBadName   = whenAsked(`bad (user|group) name (\S+)`)
	apacheNoSockets = "no listening sockets available"
	listenOff       = whenAsked(`^\s*#+\s*(Listen\s+(\S+:)?\d+\s*(http|https)?)\s*$`)
	listenLetters   = whenAsked(`^(Listen\s+(?:\S+:)?)([0-9oOlI]+)$`)
	curlyQuotes     = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "‘", "'", "’", "'")
	mergeBegins     = whenAsked(`^<<<<<<< `)
	mergeEnds       = whenAsked(`^>>>>>>> `)
	fence           = "^[[:space:]]*```"
	nginxLike       = `^[[:space:]]*[a-z]\+_[a-z_]\+[[:space:]].*;[[:space:]]*$`
)

// cureApache mends what Apache says, where a command can know how.
func (t *confError) cureApache(g *sysinfo.Gateway, a *sysinfo.Apache, x Fix, line string) (Fix, bool) {
	if cured, ok := t.cureStart(g, x, line); ok {
		return cured, true
	}
	if t.place.Known() {
		if cured, ok := t.cureFile(g, x); ok {
			return cured, true
		}
		if cured, ok := t.straightQuotes(g, x); ok {
			return cured, true
		}
		for _, cure := range []func(*sysinfo.Gateway, Fix, string) (Fix, bool){t.cureForeign, t.cureSection, t.misplaced, t.withoutModule, t.apacheMissing, t.apacheWord, t.apachePass, t.apacheLine, t.apacheMember, t.cureListen} {
			if cured, ok := cure(g, x, line); ok {
				return cured, true
			}
		}
	}
	for _, cure := range []func(*sysinfo.Gateway, Fix) (Fix, bool){t.certificateOn, t.swapped} {
		if cured, ok := cure(g, x); ok {
			return cured, true
		}
	}
	if m := apacheBadName.FindStringSubmatch(t.text); m != nil {
		return t.apacheIdentity(g, x, m[1], m[2])
	}
	return t.apacheModules(g, a, x, line)
}

// apacheIdentity lets Apache run as the user and group that it has here; Debian names them in envvars.
func (t *confError) apacheIdentity(g *sysinfo.Gateway, x Fix, kind, name string) (Fix, bool) {
	const web, vars = "www-data", apacheVariables
	named := regexp.MustCompile(`(?i)^\s*` + kind + `\s+"?` + regexp.QuoteMeta(name) + `"?\s*$`)
	t.place = seekLine(g, named)
	if n := seekIn(g.Root, vars, regexp.MustCompile(`^\s*export APACHE_RUN_`+strings.ToUpper(kind)+`=`+regexp.QuoteMeta(name)+`\s*$`)); !t.place.Known() && n > 0 {
		t.place = sysinfo.Place{File: vars, Line: n}
	}
	if !t.place.Known() || !hasName(g.Root, kind, web) {
		return x, false
	}
	x.Undo = setLine(g.Root, t.place, configLine(g.Root, t.place))
	x = x.Do("Let Apache run as a "+kind+" that exists here", "%s", replace(g.Root, t.place, name, web))
	if kind == "user" && hasName(g.Root, "group", web) {
		x = runGroupToo(g, x, web)
	}
	return x, true
}

// runGroupToo does the same for the group that Debian's envvars names: Apache complains of one at a time.
func runGroupToo(g *sysinfo.Gateway, x Fix, web string) Fix {
	for at, line := range linesIn(g.Root, apacheVariables) {
		if m := runGroup.FindStringSubmatch(line); m != nil && !hasName(g.Root, "group", m[1]) {
			x.Undo += "; " + setLine(g.Root, at, strings.TrimSpace(line))
			x = x.Do("And as a group that exists here", "%s", replace(g.Root, at, m[1], web))
		}
	}
	return x
}

var runGroup = whenAsked(`^\s*export APACHE_RUN_GROUP=([\w-]+)\s*$`)

// straightQuotes writes quotation marks the way a keyboard does, not a word processor.
func (t *confError) straightQuotes(g *sysinfo.Gateway, x Fix) (Fix, bool) {
	var undo []string
	for at, raw := range linesIn(g.Root, t.place.File) {
		line := strings.TrimSpace(raw)
		if plain := curlyQuotes.Replace(line); plain != line && withoutComment(line) != "" && len(undo) < 10 {
			x = x.Do(fmt.Sprintf("Line %d: quotation marks that Apache knows", at.Line), "%s", setLine(g.Root, at, plain))
			undo = append(undo, setLine(g.Root, at, line))
		}
	}
	x.Undo = undoAll(undo)
	return x, len(undo) > 0
}

// cureForeign takes out lines that are no Apache's: the fences of a page from which they were copied, what git left of a
// merge, or directives of nginx.
func (t *confError) cureForeign(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	file := sh(realFile(g.Root, t.place.File))
	off := func(pattern, say string) (Fix, bool) {
		x.Undo = "sed -i " + sh(`\`+"#^[[:space:]]*\\# "+strings.TrimPrefix(pattern, "^[[:space:]]*")+`#s/# //`) + " " + file
		return x.Do(say, "sed -i %s %s", sh(`\#`+pattern+`#s/^[[:space:]]*/&# /`), file), true
	}
	switch {
	case strings.HasPrefix(line, "```"):
		return off(fence, "Take out the lines that only the page had from which this was copied")
	case seekIn(g.Root, t.place.File, mergeBegins) > 0 && seekIn(g.Root, t.place.File, mergeEnds) > 0:
		t.place.Line = seekIn(g.Root, t.place.File, mergeBegins)
		if _, whole, guard := mergeIn(g.Root, t.place.File, guards); !whole || guard {
			x.Undo = ""
			return x.Tell("git left its marks in %s, and which lines count a person has to say: some keep visitors out", t.place.File), true
		}
		x.Undo = "sed -i " + sh(`/^# <<<<<<< /s/^# //;/^# =======$/,/^# >>>>>>> /s/^# //`) + " " + file
		return x.Tell("git left both sides of a merge in the file: this keeps the upper one; look whether it is the right one").
			Do("Take the lower side out, and git's marks", "sed -i %s %s", sh(`/^<<<<<<< /s/^/# /;/^=======$/,/^>>>>>>> /s/^/# /`), file), true
	case regexp.MustCompile(`^[a-z]+_[a-z_]+\s.*;$`).MatchString(line) && strings.HasPrefix(t.text, "Invalid command") && !guarded(g.Root, t.place, t.place.Line):
		return off(nginxLike, "Take out the lines that are nginx's, not Apache's")
	}
	return x, false
}

// cureListen switches the ports on again that were switched off, or writes one in digits.
func (t *confError) cureListen(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	if m := listenLetters.FindStringSubmatch(line); m != nil && t.text != apacheNoSockets {
		port := strings.NewReplacer("o", "0", "O", "0", "l", "1", "I", "1").Replace(m[2])
		return x.Do("A port is made of digits", "%s", setLine(g.Root, t.place, m[1]+port)), port != m[2]
	}
	if m := listenOff.FindStringSubmatch(line); m != nil && t.text == apacheNoSockets {
		return x.Do("Switch the port on again", "%s", setLine(g.Root, t.place, m[1])), true
	}
	if t.text == apacheNoSockets {
		return t.listenAgain(g, x)
	}
	return x, false
}
