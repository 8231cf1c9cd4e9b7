package apache

import "strings"

// readFolder takes the .htaccess of the document root in, where the server lets it have a say: rules and handlers in it
// pass pages on as those of a Directory do. It is read with every request, so a slip in it stops no start.
func (s *Server) readFolder(files Files) {
	root := s.DocumentRoot()
	r := &request{server: s}
	if d := r.setting("AllowOverride", root); d == nil || strings.EqualFold(d.Arg(0), "none") {
		return
	}
	name := root + "/.htaccess"
	b, err := files.ReadFile(name)
	if err != nil || len(b) > maxFile {
		return
	}
	s.config.texts[name] = string(b)
	scratch := &Config{Built: s.config.Built, Modules: s.config.Modules, texts: map[string]string{}}
	s.folder = &Section{Name: "Directory", Args: []string{root}, Place: Place{name, 1}, Up: s.Section}
	newReader(nothing{}, scratch).fill(s.folder, &source{lines: lines{rest: string(b)}, file: name}, 0)
	s.collect(s.folder)
	s.walkRules(s.folder)
}

// htaccess follows the rules of the document root's .htaccess.
func (r *request) htaccess(name string) (Route, bool) {
	root := r.server.DocumentRoot()
	if r.server.folder == nil || !strings.HasPrefix(name, root) {
		return Route{}, false
	}
	return r.follow(r.server.rules[r.server.folder], strings.TrimPrefix(strings.TrimPrefix(name, root), "/"), root+"/")
}
