package nginx

import (
	"strconv"
	"strings"
)

// tryFiles looks for the first file there is; the last argument is where to go when there is none.
func (r *request) tryFiles() step {
	own := r.block.Own("try_files") // not inherited by an if, inherited by nobody else that has a location
	if len(own) == 0 && r.location == nil {
		own = r.server.Own("try_files")
	}
	if len(own) == 0 || len(own[0].Args) < 2 {
		return goOn
	}
	set, unknown := own[0], false
	last := len(set.Args) - 1
	for _, arg := range set.Args[:last] {
		name, known := r.eval(arg)
		if !known {
			r.sure, unknown = false, true
			continue
		}
		if r.there(name, strings.HasSuffix(arg, "/")) {
			r.uri = clean(name)
			return goOn
		}
	}
	if unknown && strings.HasPrefix(set.Args[last], "=") {
		return goOn // more likely there than not: nobody has a site of errors
	}
	return r.otherwise(set.Args[last], set.Place)
}

// otherwise follows try_files' last argument and error_page's: =404, @name or a path.
func (r *request) otherwise(to string, p Place) step {
	if code, ok := strings.CutPrefix(to, "="); ok {
		n, _ := strconv.Atoi(code)
		return r.status(n, p)
	}
	if strings.HasPrefix(to, "@") {
		r.location = r.server.named(to)
		if r.location == nil {
			r.route.Code, r.route.Place = 500, p
			return finished
		}
		return jump
	}
	uri, known := r.eval(to)
	r.sure = r.sure && known
	r.goTo(uri)
	return search
}

// there says whether a path under the root is a file, or a folder when that is what is asked for.
func (r *request) there(uri string, folder bool) bool {
	name, ok := r.fileOf(clean(uri))
	r.sure = r.sure && ok
	if folder {
		return r.exists(strings.TrimRight(name, "/") + "/")
	}
	return !strings.HasSuffix(name, "/") && r.exists(name)
}

// fileOf is the file a path stands for, by root or alias.
func (r *request) fileOf(uri string) (string, bool) {
	if alias := r.block.Get("alias"); alias.Set() && r.location != nil && alias.In.Name == "location" {
		to, ok := r.eval(notSelf(alias.Value()))
		if r.location.isRegex() {
			return to, ok
		}
		return to + strings.TrimPrefix(uri, r.location.Pattern), ok
	}
	root, ok := r.eval(r.rootValue())
	return strings.TrimRight(root, "/") + uri, ok
}

// content is the last phase: a pass, an index, a file.
func (r *request) content() step {
	if p := r.pass(); p != nil {
		r.route.Pass, r.route.Code, r.route.Place = p, 0, Place{}
		if name, known := r.eval(p.Param("SCRIPT_FILENAME").Value()); known && p.Family == "fastcgi" {
			r.route.Script = name
		}
		return finished
	}
	for _, d := range r.block.Directives {
		switch {
		case d.Name == "stub_status", d.Name == "empty_gif":
			return finished
		case strings.HasPrefix(d.Name, "content_by_lua"), d.Name == "js_content", d.Name == "perl":
			r.sure = false
			return finished
		}
	}
	for _, b := range r.block.Blocks {
		if isLua(b.Name) {
			r.sure = false
		}
	}
	if strings.HasSuffix(r.uri, "/") {
		return r.index()
	}
	switch {
	case r.there(r.uri, false):
		return finished
	case r.there(r.uri, true):
		return r.status(301, r.block.Place)
	}
	return r.status(404, r.block.Place)
}

// pass is the one that stands in the block, or for an if the one of its location (ngx_http_proxy_merge_loc_conf).
func (r *request) pass() *Pass {
	for b := r.block; b != nil; b = b.Up {
		for _, p := range r.server.Passes {
			if p.Block == b {
				return p
			}
		}
		if b.Name != "if" {
			break
		}
	}
	return nil
}

// index looks for the files of `index` in a folder.
func (r *request) index() step {
	names := r.block.Get("index").or("index.html").Args
	for _, name := range names {
		name, known := r.eval(name)
		if !known {
			r.sure = false
			continue
		}
		if strings.HasPrefix(name, "/") {
			r.uri = clean(name)
			return search
		}
		if r.there(r.uri+name, false) {
			r.uri = clean(r.uri + name)
			return search
		}
	}
	if r.block.Get("autoindex").On() {
		return finished
	}
	return r.status(403, r.block.Place)
}

// fail follows error_page for the status that was set.
func (r *request) fail(b *Block) step {
	if r.failed && !b.Get("recursive_error_pages").On() {
		return finished
	}
	code := strconv.Itoa(r.route.Code)
	for _, s := range b.All("error_page") {
		if len(s.Args) < 2 {
			continue
		}
		to := s.Args[len(s.Args)-1]
		for _, arg := range s.Args[:len(s.Args)-1] {
			if arg != code {
				continue
			}
			r.failed = true
			if away(to) {
				return finished
			}
			return r.otherwise(to, s.Place)
		}
	}
	return finished
}
