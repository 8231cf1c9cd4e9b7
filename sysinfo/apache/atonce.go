package apache

import (
	"fmt"
	"path"
	"strconv"
	"strings"
)

// atOnce does what httpd does while it reads (EXEC_ON_READ) and says whether d was such a directive.
func (r *reader) atOnce(in *Section, s *source, d *Directive) bool {
	switch strings.ToLower(d.Name) {
	case "include", "includeoptional":
		r.include(in, s, d)
	case "define":
		args := words(d.Raw)
		if len(args) > 0 {
			r.defines[args[0]] = &definition{value: strings.Join(args[1:], " "), place: d.Place}
		}
	case "undefine":
		name, _ := word(d.Raw)
		delete(r.defines, name)
	case "loadmodule":
		if args := words(d.Raw); len(args) == 2 {
			r.load(d, args[0], args[1])
		}
	case "serverroot":
		root, _ := word(d.Raw)
		if strings.HasPrefix(root, "/") {
			r.config.Built.Root = path.Clean(root)
		}
	case "use":
		r.use(in, s, d)
	default:
		return false
	}
	return true
}

// load notes a module. A file that is not there stops httpd.
func (r *reader) load(d *Directive, id, file string) {
	if _, twice := r.config.Modules[id]; !twice {
		r.config.Modules[id] = d.Place
	}
	file = under(r.config.Built.Root, file)
	if !r.files.Exists(file) {
		r.complain(d.Place, fmt.Sprintf("Cannot load %s into server: %s: cannot open shared object file: No such file or directory", file, file), nil)
	}
}

// include reads what a name, a pattern or a folder means.
func (r *reader) include(in *Section, s *source, d *Directive) {
	arg, _ := word(d.Raw)
	if arg == "" {
		r.complain(d.Place, d.Name+" takes one argument, Name of the config file to be included", nil)
		return
	}
	optional := d.Is("includeoptional")
	name := under(r.config.Built.Root, arg)
	if !strings.ContainsAny(name, "*?[") {
		if optional && !r.files.Exists(name) {
			return
		}
		r.folder(in, name, d.Place, s.depth+1, 0)
		return
	}
	names, err := r.files.Glob(name)
	switch {
	case err != nil:
		r.complain(d.Place, fmt.Sprintf("Could not open config directory %s: %v", path.Dir(name), err), err)
	case len(names) == 0 && !optional:
		r.complain(d.Place, fmt.Sprintf("No matches for the wildcard '%s' in '%s', failing (use IncludeOptional if required)", path.Base(name), path.Dir(name)), nil)
	}
	for _, n := range names {
		r.folder(in, n, d.Place, s.depth+1, 0)
	}
}

// folder reads a file, or all that is in a folder, hidden files and backups too.
func (r *reader) folder(in *Section, name string, from Place, depth, folders int) {
	if !r.files.IsDir(name) {
		r.file(in, name, from, depth)
		return
	}
	names, err := r.files.ReadDir(name)
	if err != nil {
		r.complain(from, fmt.Sprintf("Could not open config directory %s: %v", name, err), err)
		return
	}
	if folders >= maxFolders {
		r.complain(from, fmt.Sprintf("Directory %s exceeds the maximum include directory nesting level of %d. You have probably a recursion somewhere.", name, maxFolders), nil)
		return
	}
	for _, n := range names {
		r.folder(in, path.Join(name, n), from, depth, folders+1)
	}
}

// versionHolds judges <IfVersion >= 2.4>; an unknown version is taken for a new 2.4.
func versionHolds(have, raw string) bool {
	if have == "" {
		have = "2.4.99"
	}
	op, want := word(raw)
	if want == "" {
		op, want = "=", op
	}
	not := strings.HasPrefix(op, "!")
	op = strings.TrimPrefix(op, "!")
	n := compareVersions(have, want)
	holds := false
	switch op {
	case "=", "==":
		holds = n == 0
	case ">":
		holds = n > 0
	case ">=":
		holds = n >= 0
	case "<":
		holds = n < 0
	case "<=":
		holds = n <= 0
	case "~":
		holds = strings.HasPrefix(have, strings.Trim(want, "/^"))
	}
	return holds != not
}

func compareVersions(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(strings.TrimSpace(b), ".")
	for i := range max(len(as), len(bs)) {
		x, y := 0, 0
		if i < len(as) {
			x, _ = strconv.Atoi(as[i])
		}
		if i < len(bs) {
			y, _ = strconv.Atoi(bs[i])
		}
		if x != y {
			return x - y
		}
	}
	return 0
}
