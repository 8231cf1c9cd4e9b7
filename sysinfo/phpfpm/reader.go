package phpfpm

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"syscall"
)

const (
	maxFile     = 16 << 20
	maxLines    = 2_000_000 // of all files together; an included file may be read again and again
	maxIncludes = 5         // FPM's own limit of includes within includes
	maxProblems = 1000
)

// prefix is where relative paths start in every packaged build (PHP_PREFIX).
const prefix = "/usr"

// reader is the state FPM has while it reads: the current section outlives the end of an included file.
type reader struct {
	files  Files
	config *Config
	pool   *Pool // nil: [global]
	lines  int
	opened map[string]bool
}

// Read reads php-fpm.conf and all it includes. It never fails: what could not be read is among the Problems.
func Read(files Files, main string) *Config {
	c := &Config{Path: main, Global: Section{Name: "global", values: map[string]Value{}, static: globalDefault}}
	r := &reader{files: files, config: c, opened: map[string]bool{}}
	r.file(main, Place{File: main, Line: 0}, 0)
	c.check()
	return c
}

func (r *reader) file(name string, from Place, depth int) {
	if depth > maxIncludes-1 {
		r.complain(from, fmt.Sprintf("failed to include more than %d files recursively", maxIncludes), nil)
		return
	}
	data, err := r.files.ReadFile(name)
	switch {
	case errors.Is(err, syscall.EISDIR): // FPM steps over folders
		return
	case err != nil:
		r.complain(from, openFailed(name, err), err)
		return
	case len(data) > maxFile:
		r.complain(from, fmt.Sprintf("%s is larger than %d bytes and was not read", name, maxFile), nil)
		return
	}
	if !r.opened[name] {
		r.opened[name] = true
		r.config.Files = append(r.config.Files, name)
	}
	n := 0
	for text := range strings.Lines(string(data)) {
		n++
		if r.lines++; r.lines > maxLines {
			r.complain(from, fmt.Sprintf("more than %d lines; the rest was not read", maxLines), nil)
			return
		}
		r.line(parseLine(text), Place{File: name, Line: n}, depth)
	}
}

func openFailed(name string, err error) string {
	text := fmt.Sprintf("failed to open configuration file '%s'", name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return text + ": No such file or directory (2)"
	case errors.Is(err, fs.ErrPermission):
		return text + ": Permission denied (13)"
	}
	return text + ": " + err.Error()
}

func (r *reader) line(l line, at Place, depth int) {
	switch l.kind {
	case section:
		r.section(l.key, at)
	case entry:
		if l.key == "include" {
			r.include(l.value, at, depth)
			return
		}
		r.entry(l, at)
	case array:
		r.array(l, at)
	case lone:
		r.complain(at, fmt.Sprintf("value is NULL for a ZEND_INI_PARSER_ENTRY (%q has no =)", l.key), nil)
	case faulty:
		r.complain(at, l.fault, nil)
	}
}

func (r *reader) section(name string, at Place) {
	if strings.EqualFold(name, "global") {
		r.pool = nil
		if r.config.Global.Place.File == "" {
			r.config.Global.Place = at
		}
		return
	}
	if r.pool = r.config.Pool(name); r.pool != nil {
		r.pool.Again = append(r.pool.Again, at)
		return
	}
	r.pool = &Pool{Section: Section{Name: name, Place: at, values: map[string]Value{}, static: poolDefault},
		Env: map[string]Value{}, admin: map[string]Value{}, user: map[string]Value{}}
	r.config.Pools = append(r.config.Pools, r.pool)
}

func (r *reader) include(pattern string, at Place, depth int) {
	if !strings.HasPrefix(pattern, "/") {
		pattern = path.Join(prefix, pattern)
	}
	names, err := r.files.Glob(pattern)
	if err != nil {
		r.complain(at, fmt.Sprintf("Unable to globalize '%s': %v", pattern, err), err)
		return
	}
	if len(names) == 0 {
		r.nothing(pattern, at)
	}
	for _, name := range names {
		if len(r.config.Problems) > maxProblems || r.lines > maxLines {
			return
		}
		r.file(name, at, depth+1)
	}
}

// nothing tells of a pattern without a match: a warning, unless its folder is missing too (glob's GLOB_ERR).
func (r *reader) nothing(pattern string, at Place) {
	if strings.ContainsAny(pattern, "*?[") {
		_, err := r.files.ReadFile(path.Dir(pattern))
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
			r.complain(at, fmt.Sprintf("Unable to globalize '%s' (ret=2)", pattern), err)
			return
		}
	}
	r.complain(at, fmt.Sprintf("Nothing matches the include pattern '%s'", pattern), nil)
	r.config.Problems[len(r.config.Problems)-1].Warning = true
}

func (r *reader) complain(at Place, text string, err error) {
	if len(r.config.Problems) <= maxProblems {
		r.config.Problems = append(r.config.Problems, Problem{File: at.File, Line: at.Line, Text: text, Err: err})
	}
}
