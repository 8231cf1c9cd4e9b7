package apache

import (
	"path"
	"strings"
)

// handler is the SetHandler that holds for a file, the one that is merged last: folders from the outermost, files in
// them, Locations, and AddHandler where none is.
func (r *request) handler(name string) *Pass {
	var found, byName *Pass
	best := -1
	for _, p := range r.server.Passes {
		if p.isProxyPass() || p.Is("RewriteRule") {
			continue
		}
		rank, ok := r.within(p.In, name)
		switch {
		case !ok:
		case p.Is("AddHandler"):
			for _, e := range p.Exts {
				if strings.HasSuffix(name, "."+strings.TrimPrefix(e, ".")) {
					byName = p
				}
			}
		case rank >= best:
			found, best = p, rank
		}
	}
	if found == nil {
		return byName
	}
	return found
}

// within says whether all sections around a handler hold for the file, and how late it is merged.
func (r *request) within(sec *Section, name string) (rank int, ok bool) {
	for ; sec != nil && sec.Name != "" && !sec.Is("VirtualHost"); sec = sec.Up {
		switch strings.ToLower(sec.Name) {
		case "directory", "directorymatch":
			if !inFolder(sec, name) {
				return 0, false
			}
			rank += min(len(sec.Args[0]), 999)
		case "files", "filesmatch":
			if !isFile(sec, path.Base(name)) {
				return 0, false
			}
			rank += 1000
		case "location", "locationmatch":
			if !r.inLocation(sec) {
				return 0, false
			}
			rank += 10_000
		case "if", "elseif", "else":
			known, holds := r.expression(sec, name)
			r.sure = r.sure && known
			if !holds {
				return 0, false
			}
			rank += 100_000
		case "limit", "limitexcept", "proxy", "proxymatch":
			return 0, false
		}
	}
	return rank, true
}

func isFile(sec *Section, base string) bool {
	pattern, regex := locationPath(sec)
	if regex {
		re := compile(pattern, false)
		return re != nil && re.MatchString(base)
	}
	return fnmatch(pattern, base)
}

// expression judges the few <If> that people write around a handler; others are taken to hold, without being sure.
func (r *request) expression(sec *Section, name string) (known, holds bool) {
	e := strings.Trim(strings.ToLower(sec.Raw), `"' `)
	switch strings.Join(strings.Fields(e), " ") {
	case "-f %{request_filename}", "-f %{script_filename}":
		return true, r.look.Exists(name)
	case "! -f %{request_filename}", "!-f %{request_filename}":
		return true, !r.look.Exists(name)
	}
	return false, !sec.Is("else") && !sec.Is("elseif")
}

// Overridden says that a handler of the main server never has its turn in this one: a pass of its own takes the pages.
func (s *Server) Overridden(p *Pass) bool {
	if !p.Shared || p.isProxyPass() || p.Is("RewriteRule") {
		return false
	}
	r := &request{server: s, look: Look{Exists: func(string) bool { return false }}}
	r.uri = "/index.php"
	got := r.decide().Pass
	return got != nil && got != p
}
