package sysinfo

import (
	"maps"
	"slices"
	"strings"
)

// maxCalls bounds the calls of one kind that are read in one file, maxWithin how deep the brackets of one may be.
const (
	maxCalls  = 8
	maxWithin = 4
)

// callStores are the databases and caches that a text connects to, as far as its words and the values of its names tell; dark are the kinds
// of those that it connects to by words that nobody knows here.
func callStores(c codeText, v *codeValues) (out []*Store, dark []string) {
	for _, k := range storeCalls {
		if !containsOne(c.text, k.near) {
			continue
		}
		for _, m := range k.call.FindAllStringSubmatchIndex(c.bare, maxCalls) {
			if k.class != "" && !c.madeOf(c.bare[m[2]:m[3]], k.class) {
				continue
			}
			s, known := k.store(c, v, m[1]-1)
			if s != nil {
				out = append(out, s)
			}
			if !known {
				dark = append(dark, k.kind)
			}
		}
	}
	return out, dark
}

func containsOne(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// madeOf says that an object is made of a class: $r = new Redis().
func (c codeText) madeOf(object, class string) bool {
	for rest := c.bare; ; {
		_, after, ok := strings.Cut(rest, object)
		if !ok {
			return false
		}
		rest = after
		if value, set := strings.CutPrefix(strings.TrimLeft(after, " \t"), "="); set && ofClass(value, class) {
			return true
		}
	}
}

// ofClass says that a value begins with "new" and a class, or its whole name. Nothing is copied: a file of many such lines costs little.
func ofClass(value, class string) bool {
	made, ok := strings.CutPrefix(strings.TrimLeft(value, " \t"), "new ")
	return ok && strings.HasPrefix(strings.TrimPrefix(made, `\`), class)
}

// store is what one call connects to, if it is a database or a cache; known is false where a part of it is not known: a login with half of
// its words says nothing about the app.
func (k storeCall) store(c codeText, v *codeValues, open int) (s *Store, known bool) {
	if c.closing(open) < 0 {
		return nil, false
	}
	set := map[string]placed{}
	v.parts = maps.Clone(v.learnt)
	all := c.args(open, maxWithin)
	for n, a := range all {
		name := storeNames[strings.ToLower(a.name)]
		if a.name == "" && n < len(k.order) {
			name = k.order[n]
		}
		if name == "" && !a.spread() || a.text == "null" || a.text == "None" || a.text == "NULL" {
			continue
		}
		one, ok := v.of(a.text, c.place(a.at))
		switch {
		case ok:
			set[name] = one
		case a.name != "" && name != "address" || !v.spread(a.text, set):
			return nil, false
		}
	}
	switch {
	case len(set) == 0 && len(all) > 0:
		return nil, true // a call of another library's
	case k.kind == "postgres" && len(set) == 0:
		return nil, false // all of it comes from the environment
	}
	s = k.made(set, v.parts, c.place(open))
	if s != nil && s.Kind == "postgres" && !v.postgresTold(set) {
		return nil, false
	}
	return s, true
}

// postgresTold says that what a call leaves out does not come from elsewhere: libpq and node's driver take it from variables, and libpq
// from a file of services, too ("Environment Variables", "The Connection Service File").
func (v *codeValues) postgresTold(set map[string]placed) bool {
	if set["service"].at.Known() {
		return false
	}
	for name, variable := range map[string]string{"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "name": "PGDATABASE"} {
		if !set[name].at.Known() && !strings.Contains(set["address"].text, "://") && v.env[variable].at.Known() {
			return false
		}
	}
	return !v.env["PGSERVICE"].at.Known()
}
