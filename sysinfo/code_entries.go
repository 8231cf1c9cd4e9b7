package sysinfo

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"fix502/sysinfo/late"
)

// spread says that an argument is the entries of an array: **settings['db'], ...base.
func (a codeArg) spread() bool {
	return a.name == "" && (strings.HasPrefix(a.text, "**") || strings.HasPrefix(a.text, "..."))
}

// takesFile is what gives a name all that a file of settings has.
var takesFile = late.New(`^(?:await\s+)?(?:JSON\.parse|json\.loads?|json_decode|parse_ini_file|require)\s*\(`)

// spread puts the entries of the array that a text names into a call's parts, where they are parts of an address; false where none is, or
// one of them is not known.
func (v *codeValues) spread(text string, set map[string]placed) bool {
	found := false
	entries := v.entries(text)
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		name := storeNames[strings.ToLower(key)]
		if name == "" {
			continue
		}
		if !entries[key].at.Known() {
			return false
		}
		set[name] = entries[key]
		found = true
	}
	return found
}

// entries are what stands in an array that a text names: config.db, **settings['db'], require('./a.json').db, or the whole of a file of settings.
func (v *codeValues) entries(text string) map[string]placed {
	text = strings.TrimSpace(strings.TrimLeft(text, "*."))
	in, whole := partOfCall(text), false
	switch {
	case lastWord.MatchString(text):
		name := lastOf(words.FindAllString(text, -1))
		in, whole = cmp.Or(v.is[name], name), v.whole[name]
	case in == "" && takesFile.MatchString(text) && strings.HasSuffix(text, ")"):
		whole = true
	case in == "":
		return nil
	}
	out := map[string]placed{}
	for known, one := range v.set {
		if key, ok := strings.CutPrefix(known, in+"."); ok && in != "" {
			out[key] = one
		}
	}
	if len(out) == 0 && whole {
		for known, one := range v.set {
			if key, ok := strings.CutPrefix(known, "'"); ok && isData(one.at.File) {
				out[key] = one
			}
		}
	}
	return out
}
