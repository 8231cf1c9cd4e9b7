package checks

import (
	"path"
	"slices"
	"strings"

	"fix502/sysinfo/spelling"
)

// socketWords are the words of a socket's name that tell one from another.
func socketWords(unix string) []string {
	words := strings.FieldsFunc(path.Base(unix), func(r rune) bool { return r == '-' || r == '.' || r == '_' })
	return slices.DeleteFunc(words, func(w string) bool { return len(w) < 3 || w == "sock" || w == "php" || w == "fpm" })
}

// likeness is how much speaks for a pool being the one that is meant; web is the user that sites share; shared
// says that several others ask this pool already.
func likeness(l *live, words []string, web string, shared bool, c poolCandidate) int {
	p, pool, at := c.fpm, c.pool, c.at
	n := 0
	if pool.Name == "www" {
		n += 2
	}
	if shared {
		n += 4
	}
	switch {
	case calledAfter(path.Base(l.Unix), pool.Name) || calledAfter(l.Site.Name, pool.Name):
		n += 15 // web10 asks for web10, and not for web1
	case pool.Name != "www" && (strings.Contains(l.Unix, pool.Name) || strings.Contains(l.Site.Name, pool.Name)):
		n += 10
	}
	if (l.Unix != "") == (at.Network == "unix") {
		n += 3
	}
	if p.Number != "" && strings.Contains(l.Unix, p.Number) {
		n += 6
	}
	if l.Unix != "" && path.Base(l.Unix) == path.Base(at.Path) {
		n += 5
	} else if c.unix() && spelling.Closest(l.Unix, []string{at.Path}) != "" && !anothersNumber(l.Unix, web, c) {
		n += 6 - spelling.Distance(l.Unix, at.Path) // a slip of one letter or two
	}
	for _, w := range words {
		if strings.Contains(path.Base(at.Path), w) {
			n += 4
		}
	}
	return n
}

// anothersNumber says that a pool has a user of its own, and its socket another number than the one that is asked for: web8 is another
// customer than web7.
func anothersNumber(asked, web string, c poolCandidate) bool {
	return c.pool.Get("user").Text != web && figures.ReplaceAllString(asked, "") == figures.ReplaceAllString(c.at.Path, "")
}
