package apache

import (
	"net/netip"
	"path"
	"slices"
	"strings"
)

// Access is the line that turns an address away from a path, and what it lets in; Directive is nil where none does.
type Access struct {
	*Directive
	Nets []string // what "Require ip" names, where that one line alone decides; else nil
	All  bool     // "Require all denied" is all that is said
}

// TurnsAway is the line of Require, or of Allow and Deny, that turns an address away from a path with a 403. The deepest section that has any
// decides alone (AuthMerging Off, mod_authz_core). Of what only a real request tells, a password or a name, nothing is said; nor where
// mod_remoteip puts the address of a header in place of this one.
func (s *Server) TurnsAway(uri string, from netip.Addr, look Look) Access {
	r := s.request(uri, look)
	if d := s.Get("RemoteIPHeader"); d != nil && s.config.Has("remoteip_module") {
		return Access{}
	}
	sec := r.ruling()
	if sec == nil {
		return Access{}
	}
	if d := sec.Last("Satisfy"); d != nil && strings.EqualFold(d.Arg(0), "any") {
		return Access{}
	}
	if by, lets := anyOf(sec.Items, from.Unmap()); lets == never {
		out := Access{Directive: by}
		if own := sec.Own("Require"); len(own) == 1 && own[0] == by && strings.EqualFold(by.Arg(0), "ip") && !slices.ContainsFunc(sec.Items, isList) {
			out.Nets = by.Args[1:]
		}
		out.All = len(sec.Own("Require")) == 1 && strings.EqualFold(by.Arg(0), "all") && strings.EqualFold(by.Arg(1), "denied") && !slices.ContainsFunc(sec.Items, isList)
		return out
	}
	return Access{Directive: older(sec, from.Unmap())}
}

// ruling is the section whose rules of access hold for the request: Directory from the outermost, .htaccess, Location. The main server's come
// before the server's own, which is merged last.
func (r *request) ruling() *Section {
	name := r.fileOf(r.uri)
	var found *Section
	best := -1
	take := func(sec *Section, rank int) {
		if rules(sec) && rank >= best {
			found, best = sec, rank
		}
	}
	for _, up := range slices.Backward(r.sections()) {
		for _, dir := range up.Inner("Directory") {
			if inFolder(dir, name) || inFolder(dir, path.Join(name, "index")) {
				take(dir, min(len(dir.Args[0]), 999))
			}
		}
		for _, loc := range append(up.Inner("Location"), up.Inner("LocationMatch")...) {
			if r.inLocation(loc) {
				take(loc, 10_000)
			}
		}
	}
	for _, dir := range r.server.folders {
		if name == dir.Args[0] || strings.HasPrefix(name, dir.Args[0]+"/") {
			take(dir, 1000+min(len(dir.Args[0]), 999))
		}
	}
	return found
}

// rules says that a section says who may come in.
func rules(sec *Section) bool {
	for _, i := range sec.Items {
		if d := i.Directive; d != nil && (d.Is("Require") || d.Is("Deny") || d.Is("Allow") || d.Is("Order")) {
			return true
		}
		if isList(i) {
			return true
		}
	}
	return false
}

// isList says that an item is a section of Require lines.
func isList(i Item) bool {
	return i.Section != nil && (i.Section.Is("RequireAll") || i.Section.Is("RequireAny") || i.Section.Is("RequireNone"))
}
