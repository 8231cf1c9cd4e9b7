package checks

import (
	"path"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

// vclShape is a slip in the shape of a line: what Varnish says of it, what it looks like, and how it is written.
type vclShape struct {
	says, looks pattern
	written     string
	say         string
}

var vclShapes = []vclShape{
	{whenAsked(`not followed by semicolon|found no semi-colon`), whenAsked(`^([^;#]*[^;#\s])$`), "${1};", "End the line with a semicolon"},
	{whenAsked(`^Expected '\)' got '\{'`), whenAsked(`^([^()]*\((?:[^()]|\([^()]*\))*?)\s*\{$`), "${1}) {", "Close the bracket"},
	{whenAsked(`^Expected '\)' got '='`), whenAsked(`^(.*[^=!<>~])=(\s.*)$`), "${1}==${2}", "Two equals signs compare; one sets"},
	{whenAsked(`^Unterminated string`), whenAsked(`^([^"]*"[^"]*[^";])(;?)$`), `${1}"${2}`, "Close the quotation mark"},
	{whenAsked(`version 3\.\d not supported`), whenAsked(`^vcl\s+\S+;$`), "vcl 4.1;", "Name the language that this Varnish speaks"},
	{whenAsked(`(?i)time|DURATION|unit`), whenAsked(`^(.*=\s*\d+(?:\.\d+)?)\s*;$`), "${1}s;", "A time has a unit: seconds"},
	{whenAsked(`(?i)time|DURATION|CSTR|CNUM|unit`), whenAsked(`^(\.\w+\s*=\s*)"(\d+(?:ms|s|m|h|d))"\s*;$`), "${1}${2};", "A time has no quotation marks"},
	{whenAsked(`CSTR|STRING|string`), whenAsked(`^(\.(?:port|host|url|host_header)\s*=\s*)([^"'\s;]+);$`), `${1}"${2}";`, "Put quotation marks around it"},
	{whenAsked(`.`), whenAsked(`^(\.\w+\s*=\s*)'([^'"]*)';$`), `${1}"${2}";`, "Varnish knows only double quotation marks"},
	{whenAsked(`.`), whenAsked(`^error\s+(\d{3})\s+("[^"]*")\s*;$`), "return (synth(${1}, ${2}));", "Since Varnish 4 an error is answered with synth"},
	{whenAsked(`.`), whenAsked(`^set\s+req\.backend\s*=(.*)$`), "set req.backend_hint =${1}", "Since Varnish 4 it is called req.backend_hint"},
	{whenAsked(`lookup`), whenAsked(`^return\s*\(\s*lookup\s*\);$`), "return (hash);", "Since Varnish 4 it is called hash"},
	{whenAsked(`'purge'`), whenAsked(`^purge\s*;$`), "return (purge);", "Since Varnish 4 it is what vcl_recv returns"},
	{whenAsked(`.`), whenAsked(`^els\s+if\b(.*)$`), "elseif${1}", "Correct the slip: it is elseif"},
}

// vclLine writes a line the way Varnish takes it.
func (t *confError) vclLine(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	if strings.Contains(t.text, "unit") && longUnit.MatchString(line) {
		return x.Do("Write the time the way Varnish reads it", "%s", setLine(g.Root, t.place, longUnit.ReplaceAllStringFunc(line, shortUnit))), true
	}
	for _, s := range vclShapes {
		if !s.says.MatchString(t.text) || !s.looks.MatchString(line) {
			continue
		}
		if fixed := s.looks.ReplaceAllString(line, s.written); fixed != line {
			return x.Do(s.say, "%s", setLine(g.Root, t.place, fixed)), true
		}
	}
	return x, false
}

var (
	vclUndefined = whenAsked(`Undefined (acl|probe|sub|backend):? '?([\w.]+)'?|Symbol not found: '([\w.]+)'`)
	vclIdle      = whenAsked(`^Unused sub (\w+)`)
	vclCalls     = whenAsked(`^\s*call\s+(\w+)`)
	vclInclude   = whenAsked(`^include\s+"(/[^"]+)"`)
	vclTwice     = whenAsked(`(?i)(?:redefined|redefinition|already (?:defined|used)|only one default director)`)
	vclModule    = whenAsked(`Could not (?:find|load|open) (?:VMOD|module) ?'?(\w*)'?`)
	vclMember    = whenAsked(`\b([a-z]\w*)\.\w+\(`)
)

// vclName puts a name right that nothing here has.
func (t *confError) vclName(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	r := g.Root
	if m := vclUndefined.FindStringSubmatch(t.text); m != nil {
		kind, word := m[1], m[2]+m[3]
		if kind == "" && strings.HasPrefix(line, ".probe") {
			kind = "probe"
		}
		names := namedBy(g, regexp.MustCompile(`^\s*`+kind+`\s+(\w+)`))
		meant := meantName(word, names)
		if kind == "probe" && len(names) == 1 {
			meant = names[0]
		}
		if kind != "" && meant != "" && meant != word && strings.Count(line, word) == 1 {
			return t.slip(g, x, word, meant), true
		}
	}
	if m := vclIdle.FindStringSubmatch(t.text); m != nil {
		called := namedBy(g, vclCalls)
		if wrong := meantName(m[1], called); wrong != "" && wrong != m[1] && !seekLine(g, regexp.MustCompile(`^\s*sub\s+`+wrong+`\b`)).Known() {
			t.place = seekLine(g, regexp.MustCompile(`^\s*call\s+`+wrong+`\b`))
			x.Undo = setLine(r, t.place, configLine(r, t.place))
			return t.slip(g, x, wrong, m[1]), true
		}
	}
	return t.vclModules(g, x, line)
}

// vclModules imports what is used, and takes out what is not there or there twice.
func (t *confError) vclModules(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	r := g.Root
	if m := vclInclude.FindStringSubmatch(line); m != nil && !r.Exists(m[1]) {
		names, _ := r.ReadDir(path.Dir(m[1])) // a folder that is gone has none
		if other := meantName(path.Base(m[1]), names); other != "" {
			return t.slip(g, x, path.Base(m[1]), other), true
		}
	}
	if m := vclMember.FindStringSubmatch(line); m != nil && containsAny(t.text, "ymbol not found", "ndefined") {
		if lib, _ := r.Glob("/usr/lib/*/varnish/vmods/libvmod_" + m[1] + ".so"); len(lib) > 0 && !seekLine(g, regexp.MustCompile(`^\s*import\s+`+m[1]+`\b`)).Known() {
			at := sysinfo.Place{File: g.Config, Line: seekIn(r, g.Config, regexp.MustCompile(`^\s*vcl\s+4`))}
			if at.Line > 0 {
				x.Undo = removeBelow(r, at, 1)
				return x.Do("Import the module that the line uses", "%s", insertAfter(r, at, "import "+m[1]+";")), true
			}
		}
	}
	if vclModule.MatchString(t.text) && strings.HasPrefix(line, "import ") {
		x.Risk, x.Workaround = Medium, true
		return x.Do("Take the import out: the module is not there, or install it. If something uses it, the test below tells", "%s", commentOut(r, t.place)), true
	}
	if end := blockEnd(r, t.place); vclTwice.MatchString(t.text) && end > 0 && line != "" && wholeLines(r, t.place, end, firstWord(line)) && !guarded(r, t.place, end) {
		return t.offBlock(g, x, end, "Switch the second one off; the first stays"), true
	}
	return x, false
}
