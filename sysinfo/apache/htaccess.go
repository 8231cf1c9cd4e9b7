package apache

import (
	"path"
	"strings"
)

// maxBelow bounds the folders below document roots whose .htaccess is looked for, in all servers together.
const maxBelow = 2000

// readFolders takes the .htaccess of the document root and of the folders right below it in, where the server lets them
// have a say: rules and handlers in them pass pages on as those of a Directory do. They are read with every request, so a
// slip in one stops no start.
func (s *Server) readFolders(files Files) {
	root := s.DocumentRoot()
	r := &request{server: s}
	if d := r.setting("AllowOverride", root); d == nil || strings.EqualFold(d.Arg(0), "none") {
		return
	}
	s.readFolder(files, root)
	names, err := files.ReadDir(root)
	if err != nil {
		return
	}
	for _, n := range names {
		if s.config.below++; s.config.below > maxBelow {
			return
		}
		if !strings.Contains(n, ".") {
			s.readFolder(files, path.Join(root, n))
		}
	}
}

func (s *Server) readFolder(files Files, dir string) {
	name := dir + "/.htaccess"
	b, err := files.ReadFile(name)
	if err != nil || len(b) > maxFile {
		return
	}
	s.config.texts[name] = string(b)
	scratch := &Config{Built: s.config.Built, Modules: s.config.Modules, texts: map[string]string{}}
	sec := &Section{Name: "Directory", Args: []string{dir}, Place: Place{File: name, Line: 1}, Up: s.Section}
	newReader(nothing{}, scratch).fill(sec, &source{lines: lines{rest: string(b)}, file: name}, 0)
	s.folders = append(s.folders, sec)
	s.collect(sec)
	s.walkRules(sec)
}

// htaccess follows the rules of the deepest .htaccess on the way to a file that has any: they take the place of those
// above.
func (r *request) htaccess(name string) (Route, bool) {
	for i := len(r.server.folders) - 1; i >= 0; i-- {
		sec := r.server.folders[i]
		dir := sec.Args[0]
		if rules := r.server.rules[sec]; len(rules) > 0 && (name == dir || strings.HasPrefix(name, dir+"/")) {
			return r.follow(rules, strings.TrimPrefix(strings.TrimPrefix(name, dir), "/"), dir+"/")
		}
	}
	return Route{}, false
}
