package sysinfo

import (
	"strings"

	"fix502/sysinfo/late"
)

var (
	argName    = late.New(`^['"]?([A-Za-z_]\w*)(['"]?)\s*(?:=>|=|:)\s*`)
	ofVariable = late.New(`^(?:\(\w+\)\s*|\w+\(\s*)?(?:\w+\.|\\)*(?:environ(?:\.get)?[\[(]|(?:get)?env\(|process\.env[.\[]|\$_(?:ENV|SERVER)\[|ENV(?:\.fetch\(|\[))\s*['"]?(\w+)['"]?\s*[\])]?\s*(?:(?:,|\|\||\?\?|\?:|\bor\b)\s*(.+?))?\s*\)?$`)
	lastWord   = late.New(`^\$?[A-Za-z_][\w.$>:-]*?(?:\[\s*['"]\w+['"]\s*\])*$`)
	wordInside = late.New(`\{?\$(?:\{)?\w+(?:->\w+|(?:\[['"]?\w+['"]?\])*)\}?`)
	braced     = late.New(`\{[^{}]*\}`) // Python's f"...{host}..."
	words      = late.New(`\w+`)
	asNumber   = late.New(`^(?:\((?:int|integer|string)\)\s*(.+)|(?:int|intval|str|Number|parseInt|String)\(\s*([^()]+?)(?:,\s*10)?\s*\))$`)
	ofSection  = late.New(`^\w+\.get(?:int)?\(\s*['"](\w+)['"]\s*,\s*['"](\w+)['"]\s*(?:,\s*fallback\s*=\s*(.+?))?\s*\)$`) // Python's configparser
	ofCall     = late.New(`^[\w.>:$-]+\((?:[^()]|\([^()]*\))*\)((?:\[['"]\w+['"]\]|\??\.\w+)+)$`)                          // parse_ini_file('a.ini', true)['db'], require('./a.json').db
)

// codeValues are what a program's names stand for: literals that are given to them once, and the variables of its environment.
type codeValues struct {
	set map[string]placed
	env map[string]placed // nil: not known
	is  map[string]string // the array that a name is short for; empty where that is not known
	// whole are the names that stand for all that a file of settings has
	whole map[string]bool
	// parts are the values that went into a longer one, as "host=" . $host: where each stands; none where two say the same
	parts map[string]Place
	// learnt are those of the values that names were given
	learnt map[string]Place
}

// maxNames bounds how many assignments of one file are read, maxName how long a name may be, and maxExpression what is given to it.
const (
	maxNames      = 500
	maxName       = 80
	maxExpression = 1000
)

// of is what an expression stands for; false where that is not known.
func (v *codeValues) of(text string, at Place) (placed, bool) {
	text = strings.TrimSpace(text)
	if m := asNumber.FindStringSubmatch(text); m != nil {
		text = strings.Join(m[1:], "")
	}
	if m := ofVariable.FindStringSubmatch(text); m != nil {
		if one, ok := v.env[m[1]]; ok {
			return one, one.at.Known()
		}
		if v.env == nil || m[2] == "" {
			return placed{}, false
		}
		return v.of(m[2], at)
	}
	if m := ofSection.FindStringSubmatch(text); m != nil {
		if one := v.set[m[1]+"."+m[2]]; one.at.Known() || m[3] == "" {
			return one, one.at.Known()
		}
		return v.of(m[3], at)
	}
	switch {
	case text == "":
		return placed{}, false
	case len(text) > 2 && text[0]|0x20 == 'f' && strings.IndexByte("'\"", text[1]) >= 0 && quotedLength(text[1:]) == len(text)-1:
		return v.fill(text[1:], braced, at)
	case strings.IndexByte("'\"`", text[0]) >= 0 && len(text) > 1 && quotedLength(text) == len(text):
		return v.filledIn(text, at)
	case strings.Trim(text, "0123456789") == "":
		return placed{text, at}, true
	case lastWord.MatchString(text):
		return v.named(text)
	case strings.HasPrefix(text, "sprintf("):
		return v.printed(text, at)
	}
	return v.joined(text, at)
}

// filledIn is a string with the values of the variables in it: "mysql:host=$host".
func (v *codeValues) filledIn(text string, at Place) (placed, bool) {
	if text[0] == '\'' || !strings.Contains(text, "$") {
		return placed{unquoted(text), at}, true
	}
	return v.fill(text, wordInside, at)
}

// fill puts the values of the names in a string into their places.
func (v *codeValues) fill(text string, names late.Regexp, at Place) (placed, bool) {
	known := true
	out := names.ReplaceAllStringFunc(unquoted(text), func(m string) string {
		one, ok := v.named(m)
		known = known && ok
		v.part(one)
		return one.text
	})
	return placed{out, at}, known && len(out) < maxFilled
}

// printed is sprintf('mysql:host=%s;dbname=%s', $host, $name).
func (v *codeValues) printed(text string, at Place) (placed, bool) {
	all := readCode("", text).args(len("sprintf"), 0)
	if len(all) < 2 || strings.Count(all[0].text, "%") != len(all)-1 {
		return placed{}, false
	}
	out, ok := v.of(all[0].text, at)
	for _, a := range all[1:] {
		one, known := v.of(a.text, at)
		i := strings.IndexByte(out.text, '%')
		if !ok || !known || i < 0 || i+1 >= len(out.text) || strings.IndexByte("sdu", out.text[i+1]) < 0 || len(out.text)+len(one.text) > maxFilled || strings.Contains(one.text, "%") {
			return placed{}, false
		}
		v.part(one)
		out.text = out.text[:i] + one.text + out.text[i+2:]
	}
	return out, ok
}

// joined is 'mysql:host=' . $host, or with a plus.
func (v *codeValues) joined(text string, at Place) (placed, bool) {
	bare, out, from, parts := bareCode(text), "", 0, 0
	for i := 0; i <= len(bare); i++ {
		if i < len(bare) && (bare[i] != '.' && bare[i] != '+' || bare[i] == '.' && i > 0 && i+1 < len(bare) && wordByte(bare[i-1]) && wordByte(bare[i+1])) { // os.environ
			continue
		}
		if from == 0 && i == len(bare) {
			return placed{}, false // one part, which is not known
		}
		one, ok := v.of(text[from:i], at)
		if !ok || len(out)+len(one.text) > maxFilled {
			return placed{}, false
		}
		if strings.TrimSpace(bare[from:i]) != "" && strings.IndexByte("'\"`", strings.TrimSpace(bare[from:i])[0]) < 0 {
			v.part(one)
		}
		out += one.text
		from = i + 1
		parts++
	}
	return placed{out, at}, parts > 1
}

func (v *codeValues) part(one placed) {
	if v.parts == nil {
		v.parts = map[string]Place{}
	}
	if was, ok := v.parts[one.text]; ok && was != one.at {
		one.at = Place{}
	}
	v.parts[one.text] = one.at
}

// unquoted is the text of a literal: of a string without its quotes, of a number as it is.
func unquoted(s string) string {
	if strings.HasPrefix(s, "`") {
		return s[1 : len(s)-1]
	}
	return phpString(s)
}
