package apache

import (
	"path"
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
