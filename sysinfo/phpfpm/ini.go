package phpfpm

import (
	"path"
	"strings"
)

// Ini is php.ini and the folder of small files read after it.
type Ini struct {
	Files      []string
	Problems   []Problem
	Extensions []Value // extension= and zend_extension= lines, in order

	values map[string]Value
}

// ReadIni reads php.ini and then dir/*.ini in alphabetical order; later lines win. Either may be "" or missing.
func ReadIni(files Files, main, dir string) *Ini {
	i := &Ini{values: map[string]Value{}}
	names := []string{}
	if main != "" {
		names = append(names, main)
	}
	if dir != "" {
		more, err := files.Glob(path.Join(dir, "*.ini"))
		if err != nil {
			i.complain(Place{File: dir, Line: 0}, err.Error(), err)
		}
		names = append(names, more...)
	}
	for _, name := range names {
		i.file(files, name)
	}
	return i
}

// Get is a setting; names care for case.
func (i *Ini) Get(name string) Value {
	if v, ok := i.values[name]; ok {
		return v
	}
	return Value{Text: iniDefault(name)}
}

func (i *Ini) file(files Files, name string) {
	data, err := files.ReadFile(name)
	if err != nil || len(data) > maxFile {
		i.complain(Place{File: name, Line: 0}, "cannot read it", err)
		return
	}
	i.Files = append(i.Files, name)
	n, apart := 0, false
	for text := range strings.Lines(string(data)) {
		n++
		l, at := parseLine(text), Place{File: name, Line: n}
		switch l.kind {
		case section: // [PATH=/www] and [HOST=x] hold for some requests only
			apart = strings.HasPrefix(l.key, "PATH=") || strings.HasPrefix(l.key, "HOST=")
		case faulty:
			i.complain(at, l.fault, nil)
		case entry:
			if !apart {
				i.keep(l, at)
			}
		}
	}
}

func (i *Ini) keep(l line, at Place) {
	v := Value{Text: l.value, Place: at}
	if l.key == "extension" || l.key == "zend_extension" {
		i.Extensions = append(i.Extensions, v)
		return
	}
	i.values[l.key] = v
}

func (i *Ini) complain(at Place, text string, err error) {
	if len(i.Problems) < maxProblems {
		i.Problems = append(i.Problems, Problem{File: at.File, Line: at.Line, Text: text, Err: err})
	}
}

// iniDefault is what PHP has without a php.ini (main/main.c and the extensions' own tables).
func iniDefault(name string) string {
	switch name {
	case "memory_limit":
		return "128M"
	case "max_execution_time":
		return "30"
	case "max_input_time":
		return "-1"
	case "post_max_size":
		return "8M"
	case "upload_max_filesize":
		return "2M"
	case "default_socket_timeout":
		return "60"
	case "log_errors", "display_errors", "fastcgi.logging", "opcache.enable":
		return "1"
	case "opcache.memory_consumption":
		return "128"
	case "session.save_handler":
		return "files"
	}
	return ""
}
