package apache

import (
	"path"
	"strings"
)

// Fcgid is the program that mod_fcgid starts for a path, "" where the path is not its: FcgidWrapper's, or else the file itself, with what of the path
// stands behind its name left out (PATH_INFO).
func (s *Server) Fcgid(uri string, look Look) string {
	r := s.request(uri, look)
	route := r.go1()
	if route.Pass != nil {
		return ""
	}
	for name := route.File; name != "/" && name != "." && name != ""; name = path.Dir(name) {
		if !look.Exists(name) || look.Exists(name+"/") {
			continue
		}
		if !r.isFcgid(name) {
			return ""
		}
		if d := r.setting("FcgidWrapper", name); d != nil && (len(d.Args) < 2 || strings.HasSuffix(name, d.Args[1])) {
			wrapper, _, _ := strings.Cut(d.Arg(0), " ")
			return wrapper
		}
		return name
	}
	return ""
}

// isFcgid says that a file is mod_fcgid's: by SetHandler, or by AddHandler and its ending.
func (r *request) isFcgid(name string) bool {
	const handler = "fcgid-script"
	if d := r.setting("SetHandler", name); d != nil {
		return strings.EqualFold(d.Arg(0), handler)
	}
	d := r.setting("AddHandler", name)
	return d != nil && strings.EqualFold(d.Arg(0), handler) && hasExt(name, d.Args[1:])
}
