package nginx

import (
	"strconv"
	"strings"
)

// eval puts values in for variables; it is not known when the request's own headers and the like decide.
func (r *request) eval(text string) (string, bool) {
	var b strings.Builder
	known := true
	for text != "" {
		at := strings.IndexByte(text, '$')
		if at < 0 {
			at = len(text)
		}
		b.WriteString(text[:at])
		text = text[at:]
		if text == "" {
			break
		}
		name, size := variable(text)
		text = text[size:]
		if size == 1 {
			b.WriteByte('$')
			continue
		}
		v, ok := r.value(name)
		known = known && ok
		b.WriteString(v)
		if b.Len() > maxText { // `set $a $a$a` doubles with each line
			return "", false
		}
	}
	return b.String(), known
}

func (r *request) value(name string) (string, bool) {
	switch name {
	case "uri", "document_uri":
		return r.uri, true
	case "request_uri":
		return r.asked, true
	case "args", "query_string":
		return r.args, true
	case "is_args":
		if r.args != "" {
			return "?", true
		}
		return "", true
	case "request_method":
		return "GET", true
	case "document_root", "realpath_root":
		return r.eval(r.rootValue())
	case "request_filename":
		return r.fileOf(r.uri)
	case "fastcgi_script_name":
		script, _ := r.split()
		return script, true
	case "fastcgi_path_info":
		_, info := r.split()
		return info, true
	}
	if n, err := strconv.Atoi(name); err == nil && n < len(r.captures) {
		return r.captures[n], true
	}
	v, ok := r.vars[name]
	return v, ok
}

// split cuts the path as fastcgi_split_path_info says; Debian's snippet asks for the first part before each PHP page.
func (r *request) split() (script, info string) {
	if strings.HasSuffix(r.uri, "/") {
		return r.uri + r.block.Get("fastcgi_index").Value(), ""
	}
	re, ok := compile(false, r.block.Get("fastcgi_split_path_info").Value())
	if !ok || re.NumSubexp() < 2 {
		return r.uri, ""
	}
	if m := re.FindStringSubmatch(r.uri); m != nil {
		return m[1], m[2]
	}
	return r.uri, ""
}

// rootValue is the root as text. One that is made of itself would never end, so it counts as none.
func (r *request) rootValue() string { return notSelf(r.server.Root(r.block).Value()) }

func notSelf(text string) string {
	for _, own := range []string{"document_root", "realpath_root", "request_filename"} {
		if strings.Contains(text, own) {
			return ""
		}
	}
	return text
}
