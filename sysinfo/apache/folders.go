package apache

import (
	"path"
	"slices"
	"strings"
)

// fileOf is the file or folder a path stands for: by Alias, the server's before the main server's, else under the
// DocumentRoot.
func (r *request) fileOf(uri string) string {
	uri = path.Clean("/" + uri)
	for _, sec := range r.sections() {
		for _, i := range sec.Items {
			d := i.Directive
			if d != nil && (d.Is("Alias") || d.Is("ScriptAlias")) && len(d.Args) == 2 && aliasMatch(uri, d.Args[0]) {
				return path.Join(under(r.server.config.Root(), d.Args[1]), strings.TrimPrefix(uri, strings.TrimRight(d.Args[0], "/")))
			}
		}
	}
	return r.server.DocumentRoot() + uri
}

// sections are the server's own and the main server's.
func (r *request) sections() []*Section {
	if r.server.base == nil {
		return []*Section{r.server.Section}
	}
	return []*Section{r.server.Section, r.server.base.Section}
}

// setting is a directive that may stand in folders: the one of the deepest Directory that holds name, else the
// server's.
func (r *request) setting(directive, name string) *Directive {
	var found *Directive
	best := -1
	for _, sec := range r.sections() {
		for _, dir := range sec.Inner("Directory") {
			if d := dir.Last(directive); d != nil && inFolder(dir, name) && len(dir.Args[0]) > best {
				found, best = d, len(dir.Args[0])
			}
		}
	}
	if found != nil {
		return found
	}
	if directive == "AllowOverride" {
		return nil
	}
	return r.server.Get(directive)
}

// inFolder says whether a Directory section holds for a path.
func inFolder(sec *Section, name string) bool {
	pattern, regex := locationPath(sec)
	if regex {
		re := compile(pattern, false)
		return re != nil && re.MatchString(name)
	}
	pattern = strings.TrimRight(pattern, "/")
	if pattern == "" {
		return len(sec.Args) > 0
	}
	if !strings.ContainsAny(pattern, "*?[") {
		return name == pattern || strings.HasPrefix(name, pattern+"/")
	}
	parts := strings.Split(strings.TrimPrefix(name, "/"), "/")
	n := strings.Count(pattern, "/")
	return len(parts) >= n && fnmatch(pattern, "/"+strings.Join(parts[:n], "/"))
}

// inLocation says whether a Location holds for the request.
func (r *request) inLocation(sec *Section) bool {
	pattern, regex := locationPath(sec)
	switch {
	case regex:
		re := compile(pattern, false)
		if re == nil {
			r.sure = false
			return false
		}
		return re.MatchString(r.uri)
	case strings.ContainsAny(pattern, "*?["):
		return fnmatch(pattern, r.uri)
	}
	return pattern == "/" || aliasMatch(r.uri, strings.TrimRight(pattern, "/"))
}

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
			if hasExt(name, p.Exts) {
				byName = p
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

// hasExt says that a name ends as AddHandler names endings: with a dot or without.
func hasExt(name string, exts []string) bool {
	return slices.ContainsFunc(exts, func(e string) bool { return strings.HasSuffix(name, "."+strings.TrimPrefix(e, ".")) })
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
	got := r.go1().Pass
	return got != nil && got != p
}
