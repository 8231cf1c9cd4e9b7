package nginx

import (
	"path"
	"strings"
)

// Location is one location block. Its settings are asked of the Block.
type Location struct {
	*Block
	Modifier  string // "", "=", "^~", "~", "~*"; "@" for a named one
	Pattern   string // of a named one with its @
	Server    *Server
	Outer     *Location
	Locations []*Location
}

func newLocation(s *Server, b *Block, outer *Location) *Location {
	l := &Location{Block: b, Server: s, Outer: outer}
	switch len(b.Args) {
	case 1:
		l.Pattern = b.Args[0]
		for _, m := range []string{"=", "^~", "~*", "~"} { // `location =/x` is fine too
			if rest, ok := strings.CutPrefix(l.Pattern, m); ok {
				l.Modifier, l.Pattern = m, rest
				break
			}
		}
		if strings.HasPrefix(l.Pattern, "@") && l.Modifier == "" {
			l.Modifier = "@"
		}
	case 2:
		l.Modifier, l.Pattern = b.Args[0], b.Args[1]
	}
	return l
}

func (l *Location) String() string { return "location " + strings.Join(l.Args, " ") }

// Chain are the locations from the outermost to this one.
func (l *Location) Chain() []*Location {
	var chain []*Location
	for ; l != nil; l = l.Outer {
		chain = append([]*Location{l}, chain...)
	}
	return chain
}

func (l *Location) isRegex() bool { return l.Modifier == "~" || l.Modifier == "~*" }

// Locate is the location that answers a path, as ngx_http_core_find_location finds it: an exact one, else the
// longest prefix and those nested in it, else (unless ^~) the first regular expression. It is nil when none does.
// It is not sure when an expression that Go cannot compile stood in the way.
func (s *Server) Locate(uri string) (found *Location, sure bool) {
	found, _, sure = locate(s.Locations, uri)
	return found, sure
}

// locate also says whether the search is final: an exact match or an expression.
func locate(list []*Location, uri string) (found *Location, final, sure bool) {
	sure = true
	best := longest(list, uri)
	if best != nil {
		if best.Modifier == "=" {
			return best, true, true
		}
		found = best
		if len(best.Locations) > 0 {
			inner, done, ok := locate(best.Locations, uri)
			sure = ok
			if inner != nil {
				found = inner
			}
			if done {
				return found, true, sure
			}
		}
	}
	if best != nil && best.Modifier == "^~" {
		return found, false, sure
	}
	for _, l := range list {
		if !l.isRegex() {
			continue
		}
		ok, known := matches(l.Modifier == "~*", l.Pattern, uri)
		if !known {
			sure = false
		}
		if ok {
			inner, _, innerSure := locate(l.Locations, uri)
			if inner != nil {
				l = inner
			}
			return l, true, sure && innerSure
		}
	}
	return found, false, sure
}

// longest is the exact match, or the longest prefix.
func longest(list []*Location, uri string) *Location {
	var best *Location
	for _, l := range list {
		switch l.Modifier {
		case "=":
			if uri == l.Pattern {
				return l
			}
		case "", "^~":
			if strings.HasPrefix(uri, l.Pattern) && (best == nil || len(l.Pattern) > len(best.Pattern)) {
				best = l
			}
		}
	}
	return best
}

// named finds @name, which only the server's own level may have.
func (s *Server) named(name string) *Location {
	for _, l := range s.Locations {
		if l.Modifier == "@" && l.Pattern == name {
			return l
		}
	}
	return nil
}

func dir(name string) string { return path.Dir(name) }
