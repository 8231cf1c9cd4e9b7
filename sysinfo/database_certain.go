package sysinfo

import (
	"maps"
	"slices"
	"strings"
)

// certain leaves out those of which a program's code knows several, and those beside which it has others that nobody knows here: which of
// them it asks depends on more than its words. Of several logins at one address the address is certain.
func certain(all []*Store, dark []string) []*Store {
	var out []*Store
	for _, s := range all {
		unlike := func(differs func(o *Store) bool) bool {
			return slices.ContainsFunc(all, func(o *Store) bool { return o.Kind == s.Kind && differs(o) })
		}
		told := slices.ContainsFunc(out, func(o *Store) bool { return o.Kind == s.Kind })
		if told || slices.Contains(dark, s.Kind) || s.sql() && (s.User == "" || slices.Contains(dark, "")) || unlike(func(o *Store) bool { return o.Address() != s.Address() }) {
			continue
		}
		if unlike(func(o *Store) bool { return !o.sameAs(s) }) { // nor is one of its lines the one that counts
			s.doubtful, s.Written, s.Where = true, "", Place{File: s.Where.File}
			s.UserAt, s.NameAt, s.PortAt, s.WordAt = Place{}, Place{}, Place{}, Place{}
		}
		out = append(out, s)
	}
	return out
}

// readStores are all that texts connect to, and the kinds of those that they connect to by words that nobody knows here.
func readStores(texts []codeText, v codeValues) (out []*Store, dark []string) {
	if !slices.ContainsFunc(texts, speaksOfStores) {
		return nil, nil
	}
	for _, c := range slices.Backward(texts) { // what a file takes in is told before it goes on
		v.learn(c)
	}
	v.learnt = v.parts
	for _, name := range slices.Sorted(maps.Keys(v.set)) {
		if s := urlStore(v.set[name]); s != nil && !strings.Contains(name, ".") && !unusedKey.MatchString(strings.ToUpper(strings.TrimPrefix(name, "'"))) {
			out = append(out, s)
		}
	}
	for _, c := range texts {
		some, unknown := callStores(c, &v)
		out, dark = append(out, some...), append(dark, unknown...)
	}
	return out, dark
}

// speaksOfStores says that a text has a driver's word, or an address of a database.
func speaksOfStores(c codeText) bool {
	for kind := range storeKinds {
		if strings.Contains(c.text, kind+"://") || strings.Contains(c.text, kind+"+") {
			return true
		}
	}
	return slices.ContainsFunc(storeCalls[:], func(k storeCall) bool { return containsOne(c.text, k.near) })
}

func (s *Store) sql() bool { return s.Kind == "mysql" || s.Kind == "postgres" }

// sameAs says that two stores are one, asked as the same user.
func (s *Store) sameAs(o *Store) bool {
	return s.Address() == o.Address() && s.User == o.User && s.password.text() == o.password.text() && (s.Name == o.Name || !s.sql())
}
